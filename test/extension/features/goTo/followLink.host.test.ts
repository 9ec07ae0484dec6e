import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { goToCommands } from '../../../../src/extension/features/goTo/goToCommands';
import { followLink } from '../../../../src/extension/features/goTo/links';
import * as resources from '../../../../src/taskrouter/resources';
import { clientOf, openWindow, settle, workspaceOf } from '../../window';

const sid = (prefix: string) => prefix + '1'.repeat(32);

describe('a link that VS Code passes on', () => {
  const opened: unknown[] = [];
  const said: string[] = [];
  const { showWarningMessage } = vscode.window;
  before(() => {
    vscode.window.showWarningMessage = (text: string) => {
      said.push(text);
      return Promise.resolve(undefined);
    };
  });
  after(() => {
    vscode.window.showWarningMessage = showWarningMessage;
  });
  beforeEach(() => {
    opened.length = 0;
    said.length = 0;
  });
  const follow = (rest: string) =>
    followLink(vscode.Uri.parse(`vscode://taskrouter-tools.taskrouter-reservations${rest}`), {
      openLink: (link) => {
        opened.push(link);
        return Promise.resolve();
      },
    });

  it('opens the resource that it names, and says nothing', async () => {
    await follow(`/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}`);
    assert.deepEqual(opened, [
      { accountSid: sid('AC'), workspaceSid: sid('WS'), sid: sid('WT'), noun: 'Task' },
    ]);
    assert.deepEqual(said, []);
  });

  for (const rest of [
    '',
    '/accept?reservation=x',
    `/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}&token=secret`,
    `/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}%2F..`,
    `/open?account=[x](command:y)&workspace=${sid('WS')}&sid=${sid('WT')}`,
  ])
    it(`opens nothing for ${rest || 'no path'}, and says so in words of ours`, async () => {
      await follow(rest);
      assert.deepEqual(opened, []);
      assert.equal(said.length, 1);
      assert.match(said[0]!, /^This (?:TaskRouter )?link .* Nothing was opened\.$/);
      assert.doesNotMatch(said[0]!, /command:|secret/);
    });
});

describe('the handler of links that VS Code calls', () => {
  const { registerUriHandler, showInformationMessage } = vscode.window;
  let handler!: vscode.UriHandler;
  const said: string[] = [];
  before(() => {
    vscode.window.registerUriHandler = (given) => {
      handler = given;
      return { dispose: () => undefined };
    };
    vscode.window.showInformationMessage = (text: string) => {
      said.push(text);
      return Promise.resolve(undefined);
    };
  });
  after(() => void Object.assign(vscode.window, { registerUriHandler, showInformationMessage }));

  async function stage() {
    said.length = 0;
    const on = openWindow();
    const account = await on.signIn();
    const workspaceSid = await workspaceOf(on.simulator);
    const { rows } = await clientOf(on.simulator).list(resources.tasks, [workspaceSid]);
    const opened: unknown[] = [];
    goToCommands({
      ...on,
      workspaceMemory: on.memory,
      skew: { of: () => 0 },
      shown: () => [],
      place: () => undefined,
      extension: { id: 'a.b' },
      pages: { 'taskrouter.task.explain': (target: unknown) => opened.push(target) },
    } as never);
    on.sent.length = 0;
    const link = (sid: string, accountSid = on.simulator.accountSid) =>
      vscode.Uri.parse(`vscode://a.b/open?account=${accountSid}&workspace=${workspaceSid}&sid=${sid}`);
    const follow = async (...links: vscode.Uri[]) => {
      await Promise.all(links.map(async (one) => handler.handleUri(one)));
      await settle();
    };
    return { ...on, account, workspaceSid, tasks: rows.map(({ sid }) => sid), opened, link, follow };
  }

  it('opens the page of the task, and reads no more than where it is', async () => {
    const on = await stage();
    const [taskSid] = on.tasks;
    await on.follow(on.link(taskSid!));
    assert.deepEqual(on.opened, [{ accountId: on.account.id, workspaceSid: on.workspaceSid, taskSid }]);
    assert.deepEqual(said, []);
    assert.ok(on.sent.length <= 1, on.sent.map(({ path }) => path).join('\n'));
  });

  it('opens the page of a task that was deleted, which Events still know', async () => {
    const on = await stage();
    const sid = `WT${'9'.repeat(32)}`;
    await on.follow(on.link(sid));
    assert.deepEqual(on.opened, [{ accountId: on.account.id, workspaceSid: on.workspaceSid, taskSid: sid }]);
  });

  it('follows one of a hundred links that come at once', async () => {
    const on = await stage();
    const links = Array.from({ length: 100 }, (_, i) => on.link(`WT${String(i).padStart(32, '0')}`));
    await on.follow(...links);
    assert.equal(on.opened.length, 1);
    assert.ok(on.sent.length <= 2, String(on.sent.length));
  });

  it('says once that the account of a hundred links is not signed in', async () => {
    const on = await stage();
    await on.accounts.signOut(on.account.id);
    const links = Array.from({ length: 100 }, (_, i) =>
      on.link(on.tasks[0]!, `AC${String(i).padStart(32, '0')}`),
    );
    await on.follow(...links);
    assert.deepEqual(said, [
      `Account AC${'0'.repeat(32)} is not signed in here. Sign in to it first, then try again.`,
    ]);
    assert.deepEqual(on.opened, []);
  });

  it('says that no account has the workspace of a link', async () => {
    const on = await stage();
    const gone = `WS${'9'.repeat(32)}`;
    const uri = `vscode://a.b/open?account=${on.simulator.accountSid}&workspace=${gone}&sid=${gone}`;
    await on.follow(vscode.Uri.parse(uri));
    assert.equal(said.length, 1);
    assert.match(said[0]!, new RegExp(`^None of your accounts has workspace ${gone}\\.`));
  });
});
