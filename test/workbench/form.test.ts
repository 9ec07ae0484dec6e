import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import type { Field } from '../../src/taskrouter/fields';
import type { Instruction } from '../../src/taskrouter/instructions';
import { instructions } from '../../src/taskrouter/instructions';
import { json, serve, sidOf } from '../taskrouter/loopback';
import { at, oracleAt } from '../taskrouter/oracle';
import { openWorkbench, type Theme, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { killExtensionHost } from './extensionHost';
import { connectLocal, openReservation } from './steps';

const table: readonly Instruction[] = instructions;
/** May be found in what was sent, and nowhere else: not on disk, not in a log, not in the page. */
const password = 'canary-sip-3d90-never-show-me';
const themes: readonly Theme[] = ['light', 'high-contrast', 'high-contrast-light', 'dark'];
const paths = ['task', 'worker'] as const;

const standOf = (name: string, side: (typeof paths)[number]) => `${name} by ${side}`;
const statusFor = (instruction: Instruction) =>
  instruction.from.includes('pending') ? 'pending' : 'accepted';
const extra = ['kept', 'goes on', 'unknown', 'refused', 'copied', 'preset', 'used', 'keys', 'five'];

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
      ...extra.map((name) => ({ name, status: 'pending' as const })),
    ]);
    activity = await centre.sidOf('Activities', 'Break');
    supervisor = await centre.sidOf('Workers', 'Worker kept');
    workbench = await openWorkbench({
      settings: {
        'taskrouter.refreshInterval': 3,
        'taskrouter.requestsPerMinute': 6000,
      },
    });
    await connectLocal(workbench, centre.origin, centre.simulator);
    await row(/^Workspace Desk/).click();
    // Room for every worker: only rows on screen are there to be clicked.
    await workbench.page.locator('.pane-header', { hasText: 'Live Reservations' }).click();
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
      try {
        return assert.deepEqual(await what(), expected);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await workbench.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    }
  };

  /** Opens the form of a stand's reservation: through its task by the palette, through its worker by the view. */
  const open = async (stand: string, side: (typeof paths)[number] = 'task') => {
    const heading = form().getByRole('heading', { level: 1, name: `Task ${stand}` });
    if (side === 'task') {
      await openReservation(workbench, `Worker ${stand}`);
    } else {
      await workbench.openViews();
      await workbench.expand(row(new RegExp(`^Worker, Worker ${stand},`)));
      const reservation = row(new RegExp(`^Reservation, .*Task ${stand}`));
      await workbench.contextMenu(reservation, 'Open Reservation', heading);
    }
    await heading.waitFor();
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
        const stand = standOf(instruction.name, side);
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
        if (instruction.placesCall) await workbench.confirm(`${instruction.title} on `);
        await form().locator('#outcome.done').waitFor();
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
        if (side === 'worker') await workbench.expand(row(new RegExp(`^Worker, Worker ${stand},`)), false);
      });
    }
  }

  const field = (name: string) => form().locator(`#field-${name}`);
  const folder = () => path.join(workbench.folder, '.vscode');
  const presetFile = () => path.join(folder(), 'taskrouter-presets.json');

  it('keeps what was typed while it is hidden, over a reload and a restart; a password only while it may', async () => {
    await open('kept');
    await choose('Conference');
    await field('from').fill('+15550100199');
    await form().locator('summary', { hasText: 'Advanced' }).click();
    await field('sipAuthPassword').fill(password);
    await form().getByText('SipAuthPassword=<SIP_AUTH_PASSWORD>').waitFor();

    await workbench.command('File: New Untitled Text File');
    await field('from').waitFor({ state: 'detached' });
    await workbench.command('View: Open Previous Editor');
    await eventually(() => field('from').inputValue(), '+15550100199');
    assert.equal(await field('sipAuthPassword').getAttribute('placeholder'), 'Set (hidden)');
    assert.equal(await field('sipAuthPassword').inputValue(), '');

    const isThere = async () => {
      await eventually(() => field('from').inputValue(), '+15550100199');
      await form().getByText('From=%2B15550100199').first().waitFor();
      await eventually(() => field('sipAuthPassword').getAttribute('placeholder'), '');
    };
    await workbench.reload();
    await isThere();
    await field('timeout').fill('77');
    await form().getByText('Timeout=77').first().waitFor();
    // VS Code may let go of a page whose extension host has died; what was typed is not lost with it.
    killExtensionHost();
    await workbench.reload();
    await row(/^Workspace Desk/).waitFor();
    await open('kept');
    await choose('Conference');
    await isThere();
    await eventually(() => field('timeout').inputValue(), '77');
    // grep ends with 1 when it finds nothing.
    const found = spawnSync('grep', ['-rlaF', password, workbench.userDataDir], { encoding: 'utf8' });
    assert.deepEqual([found.status, found.stdout], [1, '']);
    await closeForm();
  });

  it('locks when somebody else answers, says so, keeps what was typed, and goes on with the task', async () => {
    await open('goes on');
    await choose('Conference');
    await field('from').fill('+15550100123');
    await centre.actElsewhere('Worker goes on', 'ReservationStatus=rejected');
    const locked = form().locator('#locked');
    await locked.getByText('This reservation was rejected.').waitFor();
    assert.equal(await send('Conference').getAttribute('aria-disabled'), 'true');
    assert.equal(await field('from').inputValue(), '+15550100123');
    await locked.getByRole('button', { name: 'Continue with Next worker (pending)' }).click();
    await form().locator('.facts', { hasText: 'Next worker' }).waitFor();
    await form().locator('.status', { hasText: 'pending' }).waitFor();
    await closeForm();
  });

  it('says that it does not know, and what it saw, when the connection breaks', async () => {
    await open('unknown');
    const before = centre.posts().length;
    centre.hooks.onPost = ({ body }, response) => {
      void centre.actElsewhere('Worker unknown', body).then(() => response.destroy());
      return true;
    };
    await send('Accept').click();
    await outcome('no clear response, but the status is now accepted').waitFor();
    await form().locator('.facts-sent', { hasText: 'no response' }).waitFor();
    await form().getByRole('row', { name: 'Reservation pending accepted' }).waitFor();
    assert.equal(centre.posts().length, before + 1);
    centre.hooks.onPost = undefined;
    await closeForm();
  });

  it('shows Twilio’s own words and number when it refuses, and opens its page about that', async () => {
    await open('refused');
    await choose('Conference');
    await field('timeout').fill('30');
    centre.hooks.onPost = (_received, response) => {
      response.writeHead(400, { 'content-type': 'application/json', 'twilio-request-id': 'RQ77' });
      response.end(
        JSON.stringify({
          code: 40140,
          message: 'No call_sid. [x](command:workbench.action.quit)',
          more_info: 'https://phish.example',
          status: 400,
        }),
      );
      return true;
    };
    await send('Conference').click();
    await workbench.confirm(/^Conference on /);
    await outcome(/says: “No call_sid/).waitFor();
    await form()
      .locator('.facts-sent', { hasText: /HTTP 400 · \d+ ms · request RQ77/ })
      .waitFor();
    assert.equal(await field('timeout').inputValue(), '30');
    await form().getByRole('button', { name: 'About error 40140' }).click();
    await workbench.modal().getByText('https://www.twilio.com/docs/api/errors/40140').waitFor();
    await workbench.modal().getByRole('button', { name: 'Cancel' }).click();
    centre.hooks.onPost = undefined;
    await closeForm();
  });

  it('copies a request that a shell sends just so, and opens it in an editor', async () => {
    await open('copied');
    await choose('Call');
    await field('callFrom').fill('+15550100123');
    await field('callUrl').fill(`https://example.com/o'neil?a=1&b="ü"`);
    await form().getByRole('tab', { name: 'curl' }).click();
    await form().getByRole('tabpanel', { name: 'curl' }).getByText('CallUrl=').waitFor();
    await form().getByRole('button', { name: 'Copy the request as curl' }).click();
    await eventually(async () => (await workbench.clipboard()).slice(0, 12), 'curl -X POST');
    const { accountSid, authToken } = centre.simulator;
    const env = { ...process.env, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken };
    const before = centre.posts().length;
    const answer = await promisify(execFile)('sh', ['-c', `${await workbench.clipboard()} -s`], { env });
    assert.equal((JSON.parse(answer.stdout) as { reservation_status: string }).reservation_status, 'pending');
    assert.equal(
      centre.posts()[before]!.body,
      'Instruction=call&CallFrom=%2B15550100123&CallUrl=https%3A%2F%2Fexample.com%2Fo%27neil%3Fa%3D1%26b%3D%22%C3%BC%22',
    );
    await form().getByRole('button', { name: 'Open the request as curl in an editor' }).click();
    await workbench.statusBarItem('Shell Script').waitFor();
    await workbench.page.locator('.monaco-editor .view-line', { hasText: 'curl -X POST' }).waitFor();
    await workbench.command('View: Revert and Close Editor');
    await closeForm();
  });

  it('saves, shares, applies, renames and deletes presets', async () => {
    await open('preset');
    await choose('Conference');
    await field('timeout').fill('45');
    // The caller's number, from the task's attributes.
    await field('from').fill('+15550100150');
    await form().getByText('Timeout=45').waitFor();
    const presets = async () => {
      await form().getByRole('button', { name: 'Presets…' }).click();
      return workbench.quickInput('Apply a preset, or save the current values');
    };
    await (await presets()).choose(/Save Current Values/);
    await workbench
      .quickInput('Where should the preset be saved?')
      .choose(new RegExp(`^${path.basename(workbench.folder)}`));
    await workbench.quickInput('Save Preset').type('Patient');
    await eventually(() => JSON.parse(readFileSync(presetFile(), 'utf8')) as unknown, {
      presets: [{ name: 'Patient', instruction: 'conference', parameters: { Timeout: '45' } }],
    });
    await (await presets()).choose(/Save Current Values/);
    await workbench.quickInput('Where should the preset be saved?').choose(/^User/);
    await workbench.quickInput('Save Preset').type('Mine');

    await field('timeout').fill('9');
    await form().getByText('Timeout=9').waitFor();
    await (await presets()).choose(/^Patient/);
    await eventually(() => field('timeout').inputValue(), '45');
    assert.equal(await field('from').inputValue(), '+15550100150');
    await (await presets()).choose(/Undo the Last Preset/);
    await eventually(() => field('timeout').inputValue(), '9');

    const act = async (name: string, button: string) => {
      const list = await presets();
      const item = list.box.getByRole('option', { name: new RegExp(`^${name}`) });
      await item.hover();
      await item.getByRole('button', { name: button }).click();
    };
    await act('Mine', 'Rename');
    await workbench.quickInput('Rename Preset').type('Ours');
    const list = workbench.quickInput('Apply a preset, or save the current values');
    await list.box.getByRole('option', { name: /^Ours/ }).waitFor();
    await key('Escape');
    await act('Ours', 'Delete');
    await list.box.getByRole('option', { name: /^Ours/ }).waitFor({ state: 'detached' });
    await list.box.getByRole('option', { name: /^Patient/ }).waitFor();
    await key('Escape');
  });

  it('takes a hostile preset file for what it is: text', async () => {
    const before = centre.posts().length;
    const values = await field('timeout').inputValue();
    writeFileSync(
      presetFile(),
      JSON.stringify({
        presets: [
          {
            name: '$(trash) [x](command:workbench.action.quit)\u202e',
            instruction: 'conference',
            parameters: {
              Timeout: '1',
              SipAuthPassword: 'theirs',
              Instruction: 'supervise',
              To: 'javascript:1',
            },
          },
        ],
      }),
    );
    await form().getByRole('button', { name: 'Presets…' }).click();
    const list = workbench.quickInput('Apply a preset, or save the current values');
    await list.box.getByText('[x](command:workbench.action.quit)').waitFor();
    assert.equal(await list.box.getByRole('option').locator('.codicon-trash:not(.action-label)').count(), 0);
    assert.equal(await field('timeout').inputValue(), values);
    await list.choose(/command:workbench/);
    await eventually(() => field('timeout').inputValue(), '1');
    await form().getByText('Must be a number such as').first().waitFor();
    assert.equal(await form().locator('[data-key=sipAuthPassword].set').count(), 0);
    writeFileSync(presetFile(), '{');
    await form().getByRole('button', { name: 'Presets…' }).click();
    await list.box.getByText('taskrouter-presets.json is not used: it is not JSON').waitFor();
    await key('Escape');
    assert.equal(centre.posts().length, before);
    await closeForm();
  });

  /** Presses Tab until what has the focus in the form says this. */
  const tabTo = async (name: RegExp) => {
    const frame = await workbench.webviewFrame();
    for (let presses = 0; presses < 40; presses++) {
      await key('Tab');
      const focused = await frame.evaluate<string>(
        `(() => { const it = document.activeElement; return it.labels?.[0]?.innerText.trim() || it.innerText || it.tagName; })()`,
      );
      if (name.test(focused)) return;
    }
    assert.fail(`Tab never came to ${String(name)}`);
  };

  it('is worked by keyboard alone, in the real webview', async () => {
    await open('used');
    await choose('Call');
    await field('callFrom').fill('+15550100177');
    await field('callUrl').fill('https://example.com/twiml');
    await send('Call').click();
    await workbench.confirm(/^Call on /);
    await outcome(/ placed a call to the worker\./).waitFor();
    await closeForm();

    await open('keys');
    await tabTo(/^Accept/);
    for (let step = 0; step < 4; step++) await key('ArrowRight');
    await send('Call').waitFor();
    await tabTo(/^Caller ID/);
    // The one that was used last, from the list.
    await key('ArrowDown');
    await key('Enter');
    await tabTo(/^TwiML URL/);
    await workbench.page.keyboard.type('https://example.com/twiml');
    await tabTo(/^Not sent \(default: false\)/);
    await key('ArrowDown');
    await tabTo(/^Send Call/);
    const before = centre.posts().length;
    await key('Enter');
    await workbench.confirm(/^Call on /);
    await form().locator('#outcome.done').waitFor();
    assert.equal(
      centre
        .posts()
        .slice(before)
        .map(({ body }) => body)
        .join(),
      'Instruction=call&CallFrom=%2B15550100177&CallUrl=https%3A%2F%2Fexample.com%2Ftwiml&CallAccept=true',
    );
  });

  it('needs no mouse from the palette to a Conference with five callbacks', async () => {
    await closeForm();
    await key('F1');
    await workbench.page.keyboard.insertText('TaskRouter: Conference…');
    const palette = workbench.quickInput('TaskRouter: Conference…');
    await palette.box.locator('.monaco-list-row.focused', { hasText: 'Conference…' }).waitFor();
    await key('Enter');
    const reservations = workbench.quickInput('Which reservation?');
    await reservations.box
      .getByRole('option', { name: /Worker/ })
      .first()
      .waitFor();
    await workbench.page.keyboard.insertText('Worker five');
    await reservations.box.locator('.monaco-list-row.focused', { hasText: 'Worker five' }).waitFor();
    await key('Enter');
    await send('Conference').waitFor();
    await tabTo(/^Callbacks/);
    await key('Enter');
    for (const event of ['initiated', 'answered', 'completed', 'start', 'end']) {
      await tabTo(new RegExp(`^${event}$`));
      await key('Space');
    }
    await form().getByText('Sent: 2 of 7').waitFor();
    await tabTo(/^Send Conference/);
    const before = centre.posts().length;
    await key('Enter');
    await workbench.confirm(/^Conference on /);
    await outcome(/ is calling the worker\./).waitFor();
    const events = ['initiated', 'answered', 'completed'].map((one) => `&StatusCallbackEvent=${one}`);
    const ofConference = ['start', 'end'].map((one) => `&ConferenceStatusCallbackEvent=${one}`);
    assert.deepEqual(
      centre
        .posts()
        .slice(before)
        .map(({ body }) => body),
      [['Instruction=conference', ...events, ...ofConference].join('')],
    );
  });

  it('gives axe nothing to find, in four themes', async () => {
    await choose('Conference');
    const folded = form().locator('details:not([open]) > summary');
    while (await folded.count()) await folded.first().click();
    mkdirSync(folder(), { recursive: true });
    for (const theme of themes) {
      await workbench.setTheme(theme);
      const frame = await workbench.webviewFrame();
      await frame.waitForSelector(`body.vscode-${theme}`);
      await frame.evaluate(`(0, eval)(${JSON.stringify(axe.source)})`);
      // A webview is transparent, and axe takes what is behind it for white.
      const told = await frame.evaluate<string[]>(`(async () => {
        document.documentElement.style.backgroundColor = 'var(--vscode-editor-background)';
        const { violations } = await axe.run();
        document.documentElement.style.backgroundColor = '';
        return violations.flatMap(({ id, impact, nodes }) =>
          nodes.map(({ target, failureSummary }) => [impact, id, target.join(' '), failureSummary].join(' ')));
      })()`);
      assert.deepEqual(told, [], theme);
      await workbench.screenshot(`form-conference-${theme}`);
    }
    await closeForm();
  });
});
