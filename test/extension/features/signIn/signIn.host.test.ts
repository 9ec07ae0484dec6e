import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { reportSignedOutElsewhere } from '../../../../src/extension/features/signIn/accountEvents';
import { changeAccount, enterSecret } from '../../../../src/extension/features/signIn/changeAccount';
import { connectLocal, signIn } from '../../../../src/extension/features/signIn/signIn';
import { link, liveIcons } from '../../../safety/hostile';
import type { TestWindow } from '../../window';
import { answer, canary, entryOf, openWindow, refusal, settle } from '../../window';

const sid = (prefix: string, digit = '1') => prefix + digit.repeat(32);
const hostile = '[see why](command:workbench.action.terminal.new) $(trash) [x](https://example.com)';

/** Stands in for VS Code's inputs and messages: answers them in order, and records what they show. */
class FakeUser {
  /** Messages, titles and prompts, in which VS Code draws links and icons. */
  readonly shown: string[] = [];
  /** The choices of each quick pick, as label, description and detail. */
  readonly choices: string[][] = [];
  private readonly real: Partial<typeof vscode.window> = {};

  /** Each is the label of a choice, a text to enter, or the start of a button; undefined dismisses. */
  constructor(private readonly answers: (string | undefined)[]) {}

  async during(body: () => Promise<unknown>): Promise<void> {
    const message = (text: string, ...rest: unknown[]) => {
      const buttons = rest.filter((one) => typeof one === 'string');
      this.shown.push(text, ...buttons);
      const next = buttons.find(
        (button) => this.answers[0] !== undefined && button.startsWith(this.answers[0]),
      );
      if (next !== undefined) this.answers.shift();
      return Promise.resolve(next);
    };
    const fakes = {
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      setStatusBarMessage: (text: string) => {
        // The icon is ours.
        this.shown.push(text.replace(/^\$\(pass\) /, ''));
        return new vscode.Disposable(() => undefined);
      },
      withProgress: (options: vscode.ProgressOptions, run: (...args: unknown[]) => Thenable<unknown>) => {
        this.shown.push(options.title ?? '');
        return run({ report: () => undefined }, new vscode.CancellationTokenSource().token);
      },
      createInputBox: () => this.input(),
      createQuickPick: () => this.input(),
    };
    for (const [name, fake] of Object.entries(fakes)) {
      const key = name as keyof typeof vscode.window;
      Object.assign(this.real, { [key]: vscode.window[key] });
      Object.assign(vscode.window, { [key]: fake });
    }
    try {
      await body();
    } finally {
      Object.assign(vscode.window, this.real);
    }
    assert.deepEqual(this.answers, [], 'every answer was asked for');
  }

  private input() {
    const listeners = new Map<string, () => void>();
    const on = (name: string) => (run: () => void) => {
      listeners.set(name, run);
      return new vscode.Disposable(() => undefined);
    };
    const input = {
      value: '',
      items: [] as vscode.QuickPickItem[],
      selectedItems: [] as vscode.QuickPickItem[],
      prompt: '',
      validationMessage: undefined as string | undefined,
      onDidAccept: on('accept'),
      onDidHide: on('hide'),
      onDidChangeValue: on('change'),
      onDidTriggerButton: on('button'),
      dispose: () => undefined,
      hide: () => listeners.get('hide')?.(),
      show: () => void setImmediate(() => this.answer(input, listeners)),
    };
    return input;
  }

  private answer(
    input: {
      value: string;
      items: vscode.QuickPickItem[];
      selectedItems: vscode.QuickPickItem[];
      prompt: string;
      validationMessage: string | undefined;
      hide(): void;
    },
    listeners: ReadonlyMap<string, () => void>,
  ) {
    this.shown.push(input.prompt);
    if (input.items.length)
      this.choices.push(
        input.items.map(({ label, description, detail }) =>
          [label, description, detail].filter(Boolean).join(' | '),
        ),
      );
    const next = this.answers.shift();
    if (next === undefined) return input.hide();
    input.value = next;
    input.selectedItems = input.items.filter(({ label }) => label === next);
    assert.ok(!input.items.length || input.selectedItems.length, `${next} is not offered`);
    listeners.get('accept')!();
    this.shown.push(input.validationMessage ?? '');
  }
}

const assertDead = (texts: readonly string[]) => {
  for (const text of texts) {
    assert.ok(!link.test(text), `a link: ${text}`);
    assert.deepEqual(liveIcons(text), [], `an icon: ${text}`);
  }
};

async function withEnvironment(env: Readonly<Record<string, string>>, body: () => Promise<void>) {
  const before = { ...process.env };
  Object.assign(process.env, env, { TWILIO_CONFIG_DIR: '/nonexistent' });
  try {
    await body();
  } finally {
    for (const name of [...Object.keys(env), 'TWILIO_CONFIG_DIR']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
const found = { TWILIO_ACCOUNT_SID: sid('AC'), TWILIO_AUTH_TOKEN: canary };

/** Reads of workspaces are answered with these fields. */
const workspacesWith = (window: TestWindow, fields: Readonly<Record<string, unknown>>) => {
  window.wire = () => Promise.resolve(answer(200, { workspaces: [{ sid: sid('WS'), ...fields }], meta: {} }));
};

describe('signing in', () => {
  it('shows every field of a response as text', async () => {
    const window = openWindow();
    workspacesWith(window, { friendly_name: hostile, account_sid: hostile });
    const user = new FakeUser([
      'Environment',
      'Development',
      '$(trash) [a](command:b)',
      'Environment',
      'Staging',
      'Again',
    ]);
    await withEnvironment(found, () =>
      user.during(async () => {
        await signIn(window.accounts);
        await signIn(window.accounts);
      }),
    );
    assert.ok(
      user.shown.some((text) => text.includes('see why')),
      'text of the response is shown',
    );
    assertDead(user.shown);
    assert.equal(window.accounts.all[0]!.accountSid, undefined);
  });

  it('shows names that the user gave as text', async () => {
    const window = openWindow();
    const name = 'A [b](command:x) $(trash)';
    workspacesWith(window, { friendly_name: 'Acme', account_sid: sid('AC', '2') });
    const user = new FakeUser(['Environment', 'Development', name, 'Environment', 'Development', name]);
    await withEnvironment(found, () =>
      user.during(async () => {
        await window.accounts.signIn({ ...entryOf(window.simulator), name, username: sid('SK') }, canary);
        await signIn(window.accounts);
        await signIn(window.accounts);
        reportSignedOutElsewhere(window.accounts.all[0]!);
      }),
    );
    for (const part of ['belong to', 'same Twilio account', 'already exists', 'in another window'])
      assert.ok(
        user.shown.some((text) => text.includes(part)),
        part,
      );
    assertDead(user.shown);
  });

  it('shows refusals as text', async () => {
    const window = openWindow();
    for (const status of [400, 401, 403, 404, 429, 500]) {
      window.wire = () => Promise.resolve(refusal(status, 20001, hostile));
      const user = new FakeUser(['Environment', 'Development', 'Name']);
      await withEnvironment(found, () => user.during(() => signIn(window.accounts)));
      assertDead(user.shown);
    }
  });

  it('names the secret storage when that fails', async () => {
    const window = openWindow();
    workspacesWith(window, {});
    window.secrets.store = () => Promise.reject(new Error('The keyring is locked.'));
    const user = new FakeUser(['http://127.0.0.1:4010', window.simulator.accountSid, canary]);
    await user.during(() => connectLocal(window.accounts));
    assert.ok(
      user.shown.some((text) =>
        /Not signed in\. VS Code’s secret storage could not save .*keyring is locked/.test(text),
      ),
      user.shown.join('\n'),
    );
    assert.deepEqual(window.accounts.all, []);
  });

  it('asks for the address again where no TaskRouter answers', async () => {
    const window = openWindow();
    window.wire = () => Promise.resolve(answer(200, '<html>Another server</html>'));
    const address = 'http://127.0.0.1:4010';
    const given = [address, window.simulator.accountSid, canary];
    const corrected = ['http://127.0.0.1:4011', window.simulator.accountSid, undefined];
    const user = new FakeUser([...given, 'Try Again', ...corrected]);
    await user.during(() => connectLocal(window.accounts));
    assert.deepEqual(window.accounts.all, []);
  });

  it('states the confirmation rule of each use, and turns none off', async () => {
    const window = openWindow();
    const user = new FakeUser(['Environment', undefined]);
    await withEnvironment(found, () => user.during(() => signIn(window.accounts)));
    assert.deepEqual(user.choices[1], [
      'Production | always confirms every write',
      'Production, read-only | blocks every write',
      'Staging | confirms every write unless you turn that off',
      'Development | confirms every write unless you turn that off',
    ]);
  });
});

describe('Change Account', () => {
  const changed = async (window: TestWindow, account: Account, use: string) => {
    const user = new FakeUser([use, 'Name', 'TaskRouter only']);
    await user.during(() => changeAccount(window.accounts, account));
    return { account: window.accounts.get(account.id)!, choices: user.choices[0]! };
  };

  it('turns confirmation off and on, explains the consequence, and never offers it for production', async () => {
    const window = openWindow();
    let { account } = await window.accounts.signIn(
      { ...entryOf(window.simulator), environment: 'staging' },
      canary,
    );
    assert.equal(account.confirmWrites, undefined, 'as in a record of an earlier version');
    const off = await changed(window, account, 'Staging, without confirmation');
    assert.equal(off.account.confirmWrites, false);
    const warnings = off.choices.filter((choice) => choice.includes('without confirmation'));
    assert.equal(warnings.length, 2);
    for (const warning of warnings) {
      assert.match(warning, /place calls are sent without confirmation.*another extension/);
      assert.doesNotMatch(warning, /Production/);
    }
    ({ account } = await changed(window, off.account, 'Production'));
    assert.equal(account.environment, 'production');
    assert.equal(account.confirmWrites, true);
    ({ account } = await changed(window, account, 'Staging'));
    assert.equal(account.confirmWrites, true);
  });

  it('changes the name of a local account, and not its use', async () => {
    const window = openWindow();
    const entry = { ...entryOf(window.simulator), kind: 'local', environment: 'development' } as const;
    const { account } = await window.accounts.signIn(entry, canary);
    const inAnotherWindow = { environment: 'production', readOnly: true } as const;
    await window.accounts.change(account.id, inAnotherWindow);
    const user = new FakeUser(['Renamed', 'TaskRouter only']);
    await user.during(() => changeAccount(window.accounts, account));
    const changes = { name: 'Renamed', readsCallsAndAlerts: false };
    assert.deepEqual(window.accounts.all, [{ ...account, ...inAnotherWindow, ...changes }]);
  });

  it('switches reading calls and alerts on and off, and says what, from where, why, and with which permission', async () => {
    const window = openWindow();
    const { account } = await window.accounts.signIn(
      { ...entryOf(window.simulator), origin: 'https://taskrouter.dublin.ie1.twilio.com' },
      canary,
    );
    assert.equal(account.readsCallsAndAlerts, undefined, 'off after signing in');
    const user = new FakeUser(['Production', 'Name', 'TaskRouter, calls and alerts']);
    await user.during(() => changeAccount(window.accounts, account));
    assert.equal(window.accounts.get(account.id)!.readsCallsAndAlerts, true);
    const [off, on] = user.choices[1]!;
    assert.match(off!, /^TaskRouter only \| default \| .*cannot say whether a task’s call has ended/);
    assert.match(on!, /api\.dublin\.ie1\.twilio\.com, monitor\.dublin\.ie1\.twilio\.com/);
    assert.match(on!, /Reads a task’s call and callback errors\. .*need permission for both/);
    const again = new FakeUser(['Production', 'Name', 'TaskRouter only']);
    await again.during(() => changeAccount(window.accounts, window.accounts.get(account.id)!));
    assert.equal(window.accounts.get(account.id)!.readsCallsAndAlerts, false);
  });

  it('asks only that of the simulated account, and its simulation goes on', async () => {
    const window = openWindow();
    const account = await window.accounts.simulate();
    await window.accounts.connect(account.id);
    const user = new FakeUser(['TaskRouter, calls and alerts']);
    await user.during(() => changeAccount(window.accounts, account));
    assert.equal(window.accounts.get(account.id)!.readsCallsAndAlerts, true);
    await window.accounts.connect(account.id);
    assert.deepEqual(window.simulators, { started: 1, stopped: 0 });
    await window.accounts.signOut(account.id);
    await settle();
    assert.deepEqual(window.simulators, { started: 1, stopped: 1 });
  });
});

describe('Enter Secret', () => {
  it('asks again after a refusal, and changes nothing until one is accepted', async () => {
    const window = openWindow();
    const account = await window.signIn();
    const user = new FakeUser(['wrong', 'Try Again', canary]);
    await user.during(() => enterSecret(window.accounts, account));
    await settle();
    assert.notEqual(window.accounts.all[0]!.secretId, account.secretId);
    assert.equal(window.secrets.size, 1);
  });
});
