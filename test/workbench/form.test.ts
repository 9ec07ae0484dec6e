import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Locator } from 'playwright-core';
import type { Field } from '../../src/taskrouter/fields';
import type { Instruction, InstructionName } from '../../src/taskrouter/instructions';
import { instructions } from '../../src/taskrouter/instructions';
import { json, serve, sidOf } from '../taskrouter/loopback';
import { at, oracleAt } from '../taskrouter/oracle';
import { openWorkbench, type Theme, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';

const table: readonly Instruction[] = instructions;
/** May be found in what was sent, and nowhere else: not on disk, not in a log, not in the page. */
const password = 'canary-sip-3d90-never-show-me';
const themes: readonly Theme[] = ['light', 'high-contrast', 'high-contrast-light', 'dark'];
const paths = ['task', 'worker'] as const;

const standOf = (name: string, side: (typeof paths)[number]) => `${name} by ${side}`;
const statusFor = (instruction: Instruction) =>
  instruction.from.includes('pending') ? 'pending' : 'accepted';
const extra = ['kept', 'goes on', 'unknown', 'refused', 'preset', 'expires'];

describe('a person fills in the form and sends it', () => {
  let centre: FormCentre;
  let workbench: Workbench;
  let activity: string;
  let supervisor: string;

  before(async () => {
    centre = await openCentre([
      ...table.flatMap((one) =>
        paths.map((side) => ({ name: standOf(one.name, side), status: statusFor(one) }) as const),
      ),
      ...extra.map((name) => ({
        name,
        status: 'pending' as const,
        ...(name === 'expires' ? { left: 90 } : {}),
      })),
    ]);
    activity = await centre.sidOf('Activities', 'Break');
    supervisor = await centre.sidOf('Workers', 'Worker kept');
    workbench = await openWorkbench({
      settings: { 'taskrouter.refreshInterval': 1, 'taskrouter.confirmCalls': false },
    });
    await workbench.openViews();
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    await workbench.quickInput('Connect to a Local TaskRouter (1/3)').type(centre.origin);
    await workbench.quickInput('Connect to a Local TaskRouter (2/3)').type(centre.simulator.accountSid);
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(centre.simulator.authToken);
    await row(/^Workspace Desk/).click();
    await row('Workers').click();
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
  });

  const row = (name: string | RegExp) => workbench.treeItem(name).first();
  const form = () => workbench.webview();
  const send = (title: string) => form().getByRole('button', { name: `Send ${title}` });
  const outcome = (text: string | RegExp) => form().locator('#outcome').getByText(text).first();
  const key = (name: string) => workbench.page.keyboard.press(name);
  const eventually = async (what: () => unknown, expected: unknown) => {
    for (const deadline = Date.now() + 15_000; ;) {
      const actual = await what();
      try {
        return assert.deepEqual(actual, expected);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await workbench.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    }
  };

  /** Opens the form of a stand's reservation: through its task by the palette, through its worker by the view. */
  const open = async (stand: string, side: (typeof paths)[number] = 'task') => {
    if (side === 'task') {
      await workbench.command('TaskRouter: Open Reservation');
      const pick = workbench.quickInput('Which reservation?');
      await pick.box
        .getByRole('option', { name: /Worker/ })
        .first()
        .waitFor();
      await pick.box.locator('input').fill(`Worker ${stand}`);
      await pick.choose(new RegExp(`Worker ${stand},`));
    } else {
      await workbench.openViews();
      await row(new RegExp(`^Worker, Worker ${stand},`)).click();
      await workbench.contextMenu(row(new RegExp(`^Reservation, .*Task ${stand}`)), 'Open Reservation');
    }
    await form()
      .getByRole('heading', { level: 1, name: `Task ${stand}` })
      .waitFor();
  };
  const closeForm = async () => {
    await workbench.command('View: Close All Editors');
    await form().getByRole('heading', { level: 1 }).waitFor({ state: 'detached' });
  };
  const choose = async (title: string) => {
    await form()
      .locator('.actions label', { hasText: new RegExp(`^\\s*${title}`) })
      .click();
    await form()
      .getByRole('button', { name: `Send ${title}` })
      .waitFor();
  };

  const valueFor = (field: Field): string | readonly string[] => {
    const { key: name, control, choices = [], source } = field;
    if (source === 'activities') return activity;
    if (source === 'workers') return supervisor;
    if (source === 'task-call') return sidOf('CA', '1');
    if (control === 'choices') return choices.slice(1);
    if (control === 'boolean') return 'true';
    if (control === 'choice') return choices.at(-1)!;
    if (control === 'integer') return '12';
    if (control === 'url') return `https://e.example/${name}?a=1&b='ü'`;
    if (control === 'password') return password;
    return field.key === 'sipAuthUsername' ? '@ada & "co"' : '+15550100123';
  };

  /** Clicks and types as a person does. */
  const fill = async (field: Field, value: string | readonly string[]) => {
    const control = form().locator(`#field-${field.key}`);
    switch (field.control) {
      case 'choices':
        for (const one of value) await control.getByText(one, { exact: true }).click();
        return;
      case 'boolean':
        return control.getByText(value as string, { exact: true }).click();
      case 'choice':
        return void (await control.selectOption(value as string));
      default:
        await control.click();
        await workbench.page.keyboard.insertText(value as string);
    }
  };

  /** What Twilio's own helper sends for the same values to the same place. */
  const helperSends = async (instruction: Instruction, values: object, target: string) => {
    const { origin, received } = await serve(json({ sid: sidOf('WR') }));
    const fixed = Object.fromEntries(
      instruction.fixed.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
    );
    const place = target.split('/').slice(2);
    await at(oracleAt(origin), place).update({ ...fixed, ...values });
    return received[0]!;
  };

  for (const side of paths) {
    for (const instruction of table) {
      it(`${instruction.title}, with every parameter, through the ${side}`, async () => {
        const stand = standOf(instruction.name as InstructionName, side);
        await open(stand, side);
        await choose(instruction.title);
        const folded = form().locator('details:not([open]) > summary');
        while (await folded.count()) await folded.first().click();
        const values: Record<string, string | readonly string[]> = {};
        for (const field of instruction.fields) {
          values[field.key] = valueFor(field);
          await fill(field, values[field.key]!);
        }
        await key('Escape');
        const before = centre.posts().length;
        const http = form().getByRole('tabpanel', { name: 'HTTP' });
        const parameters = [...instruction.fixed, ...Object.values(values).flat()].length;
        let shown = '';
        // The request follows what is typed at a small distance.
        await eventually(async () => {
          shown = await http.innerText();
          return shown.split('\n').slice(shown.split('\n').indexOf('') + 1).length;
        }, parameters);
        // A second click finds it under way, or finished with its outcome in view.
        await send(instruction.title).dblclick();
        await outcome(`${instruction.title}: TaskRouter took it.`).waitFor();
        const sent = centre.posts().slice(before);
        assert.equal(sent.length, 1);
        const { target, body, headers } = sent[0]!;
        const expected = await helperSends(instruction, values, target);
        assert.deepEqual([target, body], [expected.target, expected.body]);
        const through = instruction.through === 'task' || side === 'task' ? '/Tasks/' : '/Workers/';
        assert.ok(target.includes(through), target);
        // What was shown is what was sent: line by line, but for the password.
        const [line, ...rest] = shown.split('\n');
        assert.equal(line, `POST ${target} HTTP/1.1`);
        const version = rest.find((one) => one.startsWith('If-Match: '))?.slice('If-Match: '.length);
        assert.equal(version, headers['if-match']);
        const written = rest.slice(rest.indexOf('') + 1).join('');
        assert.equal(written.replace('<SIP_AUTH_PASSWORD>', password), body);
        await closeForm();
      });
    }
  }
});
