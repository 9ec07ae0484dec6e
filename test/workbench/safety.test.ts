import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSimulator } from '../../src/simulator/simulator';
import type { Scenario } from '../../src/simulator/simulator';
import { filesUnder, foundIn } from '../safety/canary';
import { families } from '../safety/hostile';
import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';

/** With characters in them that each encoding writes differently. */
const token = 'Canary-token-9f3c"ä\\/+& <€>-end';
const sipPassword = 'Canary-sip-52d1"ä\\/+& <€>-end';

/** One of each family, with its number in front to find it by, and an icon that nothing else has. */
const sample = Object.values(families).map((texts, i) => `H${i} $(law) ${texts[0]!.slice(0, 2000)}`);
const [linkName, iconName] = [sample[0]!, 'I $(law) $(law~spin)'];

const centre: Scenario = {
  name: 'hostile',
  workspaces: [
    {
      name: `W ${linkName} ${iconName}`,
      multitasking: true,
      activities: [
        { name: `Offline ${linkName}`, available: false },
        { name: `Break ${iconName}`, available: false },
      ],
      defaultActivity: `Offline ${linkName}`,
      timeoutActivity: `Offline ${linkName}`,
      channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
      queues: [{ name: `Queue ${linkName}`, targetWorkers: '1==1' }],
      workflows: [
        {
          name: `Flow ${iconName}`,
          reservationTimeout: 3600,
          filters: [],
          defaultQueue: `Queue ${linkName}`,
        },
      ],
      workers: sample.map((name) => ({
        name,
        activity: `Offline ${linkName}`,
        attributes: { contact_uri: 'client:ada', name },
      })),
      tasks: sample.map((name, i) => ({
        workflow: `Flow ${iconName}`,
        queue: `Queue ${linkName}`,
        channel: 'voice',
        attributes: { name, from: name, call_sid: name, callUrl: 'https://elsewhere.example/' },
        age: 600 - i, // the oldest comes first
        status: 'reserved' as const,
        reservations: [{ worker: name, status: 'pending' as const, age: 5 }],
      })),
    },
  ],
};

const manifest = JSON.parse(readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8')) as {
  contributes: { configuration: { properties: Record<string, { type: string }> } };
};

describe('a person works in a hostile repository, with a TaskRouter full of hostile text', function () {
  continueEachOther(this);
  const simulator = createSimulator({ authToken: token, scenario: centre });
  const scratch = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  const folder = path.join(scratch, 'repository');
  /** What the repository would like to hear from. */
  const heard: string[] = [];
  const elsewhere = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  elsewhere.on('connect', (request) => heard.push(`CONNECT ${request.url}`));
  let server: Awaited<ReturnType<typeof simulator.listen>>;
  let workbench: Workbench;
  const requests: string[] = [];
  const dialogs: string[] = [];

  before(async () => {
    server = await simulator.listen();
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    writeRepository(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`);
    const settings = { 'taskrouter.refreshInterval': 0, 'workbench.hover.delay': 300 };
    workbench = await openWorkbench({ folder, settings });
    const { page } = workbench;
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => dialogs.push(dialog.message()));
    await page.addInitScript(keepMessages);
    await page.evaluate(keepClipboardWrites);
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    elsewhere.close();
    elsewhere.closeAllConnections();
    simulator.stop();
    rmSync(scratch, { recursive: true });
  });

  /** Every setting of ours, those that others had, and the ones that lead traffic elsewhere. */
  function writeRepository(evil: string): void {
    const own = Object.entries(manifest.contributes.configuration.properties).map(([name, { type }]) => [
      name,
      type === 'boolean' ? false : type === 'number' ? 1 : evil,
    ]);
    const names = ['baseUrl', 'origin', 'apiBase', 'host', 'edge', 'region', 'proxy', 'account', 'accounts'];
    const guesses = names.flatMap((name) => [
      [`taskrouter.${name}`, evil],
      [`twilio.${name}`, evil],
    ]);
    const settings = {
      ...(Object.fromEntries([...own, ...guesses]) as object),
      'http.proxy': evil,
      'http.proxySupport': 'override',
      'http.proxyStrictSSL': false,
      'terminal.integrated.env.linux': { TWILIO_AUTH_TOKEN: evil },
    };
    const presets = {
      presets: [
        ...['call', 'conference'].map((instruction) => ({
          name: `P ${linkName} ${iconName}`,
          instruction,
          parameters: { CallUrl: evil, CallTo: '+15550100199', To: '+15550100199', Origin: evil, Host: evil },
        })),
        { name: 'x', instruction: 'constructor', parameters: {} },
        { name: '\ud800', instruction: 'call', parameters: { __proto__: { polluted: true } } },
      ],
    };
    mkdirSync(path.join(folder, '.vscode'), { recursive: true });
    const write = (name: string, value: unknown) =>
      writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2));
    write('.vscode/settings.json', settings);
    write('.vscode/taskrouter-presets.json', presets);
    write('evil.code-workspace', { folders: [{ path: '.' }], settings });
    writeFileSync(path.join(folder, '.env'), `TWILIO_ACCOUNT_SID=AC${'9'.repeat(32)}\nTWILIO_AUTH_TOKEN=x\n`);
  }

  const row = (name: string | RegExp) => workbench.treeItem(name).first();
  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');

  /** Nothing that text could have turned into is there: in the workbench, or in the form. */
  async function assertOnlyText(): Promise<void> {
    for (const frame of workbench.page.frames())
      assert.deepEqual(await frame.evaluate<string[]>(livelyParts).catch(() => []), [], frame.url());
    assert.deepEqual(dialogs, []);
  }

  it('and is offered nothing that the repository brought', async () => {
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    await workbench.command('TaskRouter: Sign In');
    const offered = await workbench.quickInput('How do you want to sign in?').options();
    assert.deepEqual(
      offered.map((label) => label.trim()),
      ['API key or Auth Token', 'Local TaskRouter', 'Simulated account'],
    );
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(heard, []);
    assert.deepEqual(simulator.requests, []);
    assert.ok(!/ (GET|POST) \/v1/.test(workbench.logs()));
  });

  it('signs in, after a failure, with the secret that is looked for everywhere later', async () => {
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    await workbench.quickInput('Connect to a Local TaskRouter (1/3)').type(server.url);
    await workbench.quickInput('Connect to a Local TaskRouter (2/3)').type(simulator.accountSid);
    const clear = simulator.faults.add({
      do: 'refuse',
      status: 403,
      code: 20403,
      message: `${linkName} ${iconName}`,
    });
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(token);
    const toast = workbench.toast('Not signed in.');
    await toast.waitFor();
    await assertOnlyText();
    clear();
    await toast.getByRole('button', { name: 'Try Again' }).click();
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(token);
    await row(/^Workspace W H0/).waitFor();
  });

  it('turns on the log of what requests carry', async () => {
    await workbench.command('TaskRouter: Log Request Bodies for 15 Minutes');
    await workbench.confirm('Log Request Bodies');
    // The log comes with the focus, which would close a palette that was opened too soon.
    await workbench.page.locator('.part.panel .monaco-editor.focused').waitFor();
    await workbench.page.keyboard.press('Control+J');
    await workbench.page.locator('.part.panel').waitFor({ state: 'hidden' });
  });

  it('sees only text in rows and in what hovers over them', async () => {
    await row(/^Workspace W H0/).click();
    await row('Workers').click();
    await row(/^Worker, H0 /).waitFor();
    await row('Workers').click();
    await row('Tasks').click();
    await row(/^Task, H0 /).waitFor();
    for (const name of [/^Workspace W H0/, /^Task, H0 /, /^Task, H4 /]) {
      await row(name).hover();
      await workbench.page.locator('.monaco-hover:visible', { hasText: 'H' }).first().waitFor();
      await assertOnlyText();
    }
  });

  it('sees only text in picks, in a message of failure, and in the status bar', async () => {
    await workbench.command('TaskRouter: Reject Reservation');
    const reservations = workbench.quickInput('Which reservation?');
    await reservations.choose(/H0 /);
    const activities = workbench.quickInput('Which activity');
    await activities.box.getByRole('option', { name: /Break/ }).first().waitFor();
    await assertOnlyText();
    const clear = simulator.faults.add({
      do: 'refuse',
      on: 'POST',
      status: 400,
      message: `${linkName} ${iconName}`,
    });
    await activities.chooseAfterReading(/Break/);
    await workbench.toast('Reject: not done.').waitFor();
    await assertOnlyText();
    clear();
    await workbench.command('TaskRouter: Accept Reservation');
    await reservations.box.getByRole('option').first().waitFor();
    await assertOnlyText();
    await reservations.chooseAfterReading(/H1 /);
    await workbench.statusBarItem(/Reservation accepted/).waitFor();
    assert.equal(posts().length, 2);
  });

  it('is asked before a call, though the repository said not to, and sees in the form only text', async () => {
    await workbench.expand(row(/^Task, H2 /));
    const form = workbench.webview();
    await workbench.contextMenu(row(/^Reservation, pending/), 'Conference…', form.locator('#field-to'));
    await form.locator('#field-to').fill('sip:ada@example.com');
    const folded = form.locator('details:not([open]) > summary');
    while (await folded.count()) await folded.first().click();
    await form.locator('#field-sipAuthUsername').fill('ada');
    await form.locator('#field-sipAuthPassword').fill(sipPassword);
    await form.locator('#field-sipAuthPassword').blur();
    await form.getByText('SipAuthPassword').first().waitFor();
    await assertOnlyText();
    let copied = 0;
    for (const name of await form.getByRole('tab').allInnerTexts()) {
      await form.getByRole('tab', { name, exact: true }).click();
      await form.getByRole('tab', { name, exact: true, selected: true }).waitFor();
      // What cannot be written for a TaskRouter on this machine has nothing to copy.
      const copy = form.getByRole('button', { name: `Copy the request as ${name}` });
      if ((await copy.count()) === 0) continue;
      await copy.click();
      copied++;
    }
    assert.ok(copied >= 4);
    await form.getByRole('button', { name: 'Send Conference' }).click();
    const modal = workbench.modal();
    await modal.getByText(/^Start a conference for .*\?$/).waitFor();
    await assertOnlyText();
    assert.ok((await modal.innerText()).includes('SipAuthPassword = ********'));
    assert.equal(posts().length, 2);
    await workbench.confirm(/^Conference on Local \d+/);
    await form
      .getByText(/^The local TaskRouter at .* is calling the worker\./)
      .first()
      .waitFor();
    assert.equal(posts().length, 3);
    const sent = new Map(posts()[2]!.body);
    assert.equal(sent.get('SipAuthPassword'), sipPassword);
  });

  it('is offered presets of the repository as text, and none is sent by being chosen', async () => {
    const form = workbench.webview();
    await form.getByRole('radio', { name: 'Call', exact: true }).check();
    await form.getByRole('button', { name: /Preset/ }).click();
    const presets = workbench.quickInput('H0');
    await presets.box.waitFor();
    await assertOnlyText();
    await workbench.page.keyboard.press('Escape');
    assert.equal(posts().length, 3);
  });

  it('reads hostile rows as JSON, and copies a request as curl', async () => {
    const lines = workbench.page.locator('.editor-instance .view-lines:visible');
    await workbench.contextMenu(row(/^Task, H0 /), 'Open as JSON', lines);
    await lines.getByText('"account_sid"').first().waitFor();
    await assertOnlyText();
    await workbench.command('TaskRouter: Refresh');
    await workbench.command('TaskRouter: Copy a Request as curl');
    await workbench.quickInput('Which request?').choose(/GET/);
    await workbench.statusBarItem(/Copied with credential placeholders/).waitFor();
    assert.match(await workbench.clipboard(), /\$TWILIO_AUTH_TOKEN/);
  });

  it('takes the form through a reload, opens the repository as a workspace file, and signs out', async () => {
    const { page } = workbench;
    const was = new URL(page.url());
    await workbench.reload();
    await row(/^Workspace W H0/).waitFor();
    const asked = simulator.requests.length;
    await page.goto(`${was.origin}/?workspace=${path.join(folder, 'evil.code-workspace')}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await workbench.openViews();
    await row(/^Workspace W H0/).waitFor();
    assert.ok(simulator.requests.length > asked, 'it is still this TaskRouter that is asked');
    const signOut = workbench.modal().getByRole('button', { name: 'Sign Out' });
    await workbench.contextMenu(row(/^Local \d+, local account/), 'Sign Out', signOut);
    await workbench.confirm('Sign Out');
    await page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
  });

  it('and nothing went anywhere but to the TaskRouter that was signed in to', () => {
    assert.deepEqual(heard, []);
    // VS Code's own, and the form's four files, which a service worker of its answers.
    const ours =
      /^(http:\/\/code\.localhost\/|data:|blob:|https:\/\/vscode-remote\+code-002elocalhost\.vscode-resource\.vscode-cdn\.net\/.*\/dist\/webview\/(codicon\.css|codicon\.ttf|reservation\.css|reservation\.js)(\?\w+)?$)/;
    assert.deepEqual(
      requests.filter((url) => !ours.test(url)),
      [],
    );
    const log = process.env.EGRESS_LOG;
    if (!log) return;
    assert.match(readFileSync(`${log}.on`, 'utf8'), /--type=extensionHost/, 'the guard is in the hosts');
    assert.ok(!existsSync(log), 'nothing wanted to leave this machine');
  });

  it('and neither secret stands anywhere, in any encoding', async () => {
    const { page, userDataDir } = workbench;
    const places: (readonly [string, Buffer | string])[] = [
      ...filesUnder(userDataDir),
      ...filesUnder(folder),
      ['the page', await page.content()],
      ...(await Promise.all(
        page.frames().map(async (frame) => {
          const said = `JSON.stringify([globalThis.told, globalThis.copied, document.documentElement.outerHTML])`;
          return [frame.url(), await frame.evaluate<string>(said).catch(() => '')] as const;
        }),
      )),
      ['the clipboard', await workbench.clipboard()],
    ];
    assert.ok(
      places.some(([name]) => /TaskRouter\.log$/.test(name)),
      'the log is among them',
    );
    assert.ok(
      places.some(([, what]) => what.includes(simulator.accountSid)),
      'what is kept is among them',
    );
    for (const [place, what] of places)
      for (const secret of [token, sipPassword])
        assert.deepEqual(foundIn(what, secret, simulator.accountSid), [], place);
  });
});

/** In every page and frame from here on: what is said to it. */
const keepMessages = `globalThis.told = [];
globalThis.addEventListener('message', ({ data }) => globalThis.told.push(data));`;

const keepClipboardWrites = `{
  const write = navigator.clipboard.writeText.bind(navigator.clipboard);
  globalThis.copied = [];
  navigator.clipboard.writeText = (text) => { globalThis.copied.push(text); return write(text); };
}`;

/** Links, icons, pictures and scripts that only our hostile strings could have brought; and characters nobody sees. */
const livelyParts = `[...document.querySelectorAll('.codicon-law, [onload], [onerror]'),
  ...[...document.querySelectorAll('[href], [data-href], [src], [srcset]')]
    .filter((one) => /workbench\\.action\\.quit|example\\.com|etc\\/passwd|^x$/
      .test(['href', 'data-href', 'src', 'srcset'].map((name) => one.getAttribute(name) ?? '').join(''))),
  ...[...document.querySelectorAll('.monaco-list-row, .monaco-hover, .notification-list-item, .monaco-dialog-box, .statusbar-item')]
    .filter((one) => /[\\u202a-\\u202e\\u2066-\\u2069\\u200b\\u2060]/.test(one.textContent)),
].map((one) => one.outerHTML.slice(0, 300))`;
