import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { CommandParts } from '../../../../src/extension/actions/actions';
import { compareWorkflow } from '../../../../src/extension/features/change/compareWorkflow';
import { uriOf, workflowAddress } from '../../../../src/extension/features/change/resourceFileSystem';
import { ResourceFiles } from '../../../../src/extension/features/change/resourceFiles';
import { workflowKind } from '../../../../src/extension/features/change/saveWorkflow';
import { createRequest, updateRequest } from '../../../../src/taskrouter/requests';
import * as resources from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { clientOf, FakeMemory, openWindow, refusal, settle } from '../../window';
import type { Answer } from './answers';
import { answering } from './answers';

type Comparison = readonly [left: vscode.Uri, right: vscode.Uri, title: string];

/** What VS Code is asked to compare while `body` runs. */
async function compared(body: () => Promise<unknown>): Promise<Comparison[]> {
  const { executeCommand } = vscode.commands;
  const shown: Comparison[] = [];
  const record = (command: string, ...given: unknown[]) => {
    if (command !== 'vscode.diff') return executeCommand(command, ...given);
    shown.push(given as unknown as Comparison);
    return Promise.resolve();
  };
  Object.assign(vscode.commands, { executeCommand: record });
  try {
    await body();
  } finally {
    Object.assign(vscode.commands, { executeCommand });
  }
  return shown;
}

interface Configuration {
  readonly task_routing: { readonly default_filter: { readonly queue: string } };
}

const [leave, reEvaluate, save] = ['Leave Pending', 'Re-evaluate', 'Save Workflow'];

async function stage({ newTasks = 1 } = {}) {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const client = clientOf(window.simulator);
  const workspaceSid = (await client.list(resources.workspaces, [])).rows[0]!.sid;
  const [workflow] = (await client.list(resources.workflows, [workspaceSid])).rows;
  const sids = [workspaceSid, workflow!.sid];
  const target = { accountId, collection: resources.workflows, sids };
  const { default_filter } = (JSON.parse(String(workflow!['configuration'])) as Configuration).task_routing;
  const filter = { filter_friendly_name: 'Gold', expression: "vip == 'gold'", targets: [default_filter] };
  const configuration = JSON.stringify({ task_routing: { filters: [filter], default_filter } });
  const elsewhere = (changed: string) =>
    client.update(updateRequest(resources.workflows, sids, [['Configuration', changed]]));
  await elsewhere(configuration);
  const task = [
    ['WorkflowSid', workflow!.sid],
    ['TaskChannel', 'voice'],
    ['Attributes', '{}'],
  ] as const;
  for (let n = 0; n < newTasks; n++)
    await client.update(createRequest(resources.tasks, [workspaceSid], task));
  const { actions, dialogs } = openActions(window);
  const parts = {
    ...{ accounts: window.accounts, store: window.store, clock: window.clock, actions },
  } as unknown as CommandParts;
  const files = new ResourceFiles(parts, new FakeMemory(), workflowAddress, workflowKind, () => undefined);
  await window.store.fetch(accountId, resources.workflows, sids);
  const uri = uriOf(workflowAddress, target, window.store);
  assert.ok(uri.path.endsWith('/Inbound.workflow.json'), uri.path);
  await files.stat(uri);
  const text = Buffer.from(await files.readFile(uri)).toString();
  window.sent.length = 0;
  return {
    ...{ window, dialogs, parts, files, uri, text, configuration, target },
    /** The text with another name of the first filter. */
    edited: text.replace(/"filter_friendly_name": "/, '$&New '),
    elsewhere,
    write: (mine: string, ...answers: Answer[]) =>
      answering(answers, () => files.writeFile(uri, Buffer.from(mine), false)),
    now: async () => String((await client.fetch(resources.workflows, sids)).row['configuration']),
    posts: () => window.sent.filter(({ method }) => method === 'POST'),
  };
}

describe('a workflow in an editor', () => {
  it('has the names of its queues read, also when VS Code opens it after a reload', async () => {
    const on = await stage();
    const { accountId, sids } = on.target;
    const list = { accountId, collection: resources.taskQueues, parents: [sids[0]!] };
    while (on.window.store.list(list)?.readAt === undefined) await settle();
    assert.ok(on.window.store.list(list)!.sids.length > 0);
  });
});

describe('a workflow that the user saves', () => {
  it('is sent once as compact JSON, after a comparison and a confirmation', async () => {
    const on = await stage();
    assert.deepEqual(JSON.parse(on.text), JSON.parse(on.configuration));
    const [shown] = await compared(() => on.write(on.edited, leave, save));
    assert.equal(shown![0].fragment, 'current');
    assert.equal(shown![1].toString(), on.uri.with({ fragment: 'mine' }).toString());
    assert.equal(Buffer.from(await on.files.readFile(shown![1])).toString(), on.edited);
    const [post, ...others] = on.posts();
    assert.deepEqual(others, []);
    const sent = new URLSearchParams(post!.body);
    assert.deepEqual([...sent.keys()], ['Configuration']);
    assert.equal(sent.get('Configuration'), JSON.stringify(JSON.parse(on.edited)));
    assert.equal(await on.now(), JSON.stringify(JSON.parse(on.edited)));
    assert.match(on.dialogs.shown[0]![0], /^Save the workflow \S+ \(lines: \+1 −1\) in production\?$/);
  });

  it('routes pending tasks again when the user wants that', async () => {
    const on = await stage();
    const asked = await on.write(on.edited, reEvaluate, save).then(([first]) => first);
    assert.match(asked!.title, /^Save the workflow /);
    assert.equal(new URLSearchParams(on.posts()[0]!.body).get('ReEvaluateTasks'), 'true');
  });

  it('asks nothing about pending tasks where there are none', async () => {
    const on = await stage({ newTasks: 0 });
    await on.write(on.edited, save);
    assert.equal(on.posts().length, 1);
  });

  it('is not sent over a version that the user has not seen', async () => {
    const on = await stage();
    const theirs = on.configuration.replace('"filter_friendly_name":"', '$&Their ');
    await on.elsewhere(theirs);
    const { mtime } = await on.files.stat(on.uri);
    const shown = await compared(() =>
      assert.rejects(on.write(on.edited), /changed in TaskRouter after you opened it/),
    );
    assert.equal(shown.length, 1);
    assert.deepEqual(on.posts(), []);
    const left = Buffer.from(await on.files.readFile(shown[0]![0])).toString();
    assert.deepEqual(JSON.parse(left), JSON.parse(theirs));
    // For VS Code the file is as before: else it would refuse the next save by itself.
    assert.equal((await on.files.stat(on.uri)).mtime, mtime);
    await on.write(on.edited, leave, save);
    assert.deepEqual(JSON.parse(await on.now()), JSON.parse(on.edited));
  });

  it('is not sent when it says the same', async () => {
    const on = await stage();
    await on.write(on.text.replaceAll('  ', '    '));
    assert.deepEqual([on.posts(), on.dialogs.shown], [[], []]);
  });

  for (const [what, answers] of [
    ['at the question about pending tasks', [undefined]],
    ['at the request', [leave, undefined]],
  ] as const)
    it(`is not sent when the user cancels ${what}`, async () => {
      const on = await stage();
      await assert.rejects(on.write(on.edited, ...answers), /Nothing was sent/);
      assert.deepEqual(on.posts(), []);
    });

  it('is not sent when the user declines the confirmation', async () => {
    const on = await stage();
    on.dialogs.confirms = false;
    await assert.rejects(on.write(on.edited, leave, save), /Nothing was sent/);
    assert.deepEqual(on.posts(), []);
  });

  for (const [text, why] of [
    ['', /Line 1 is not JSON/],
    ['{\n  "task_routing": {},\n}', /Line 3 is not JSON/],
    ['{\n  // no\n  "task_routing": {}\n}', /Line 2 is not JSON/],
    ['[]', /must be a JSON object/],
    [`{"a":${'['.repeat(60)}${']'.repeat(60)}}`, /nested too deeply/],
  ] as const)
    it(`is not sent as ${JSON.stringify(text)}`, async () => {
      const on = await stage();
      await assert.rejects(on.write(text), why);
      assert.deepEqual(on.posts(), []);
    });

  it('is not sent in another encoding than UTF-8', async () => {
    const on = await stage();
    const latin = Buffer.from(on.edited.replace('Gold', 'Café'), 'latin1');
    await assert.rejects(on.files.writeFile(on.uri, latin, false), /Only UTF-8 can be sent/);
    assert.deepEqual(on.posts(), []);
  });

  it('is saved with credentials that may not read statistics', async () => {
    const on = await stage();
    on.window.wire = ({ url }, pass) =>
      url.pathname.endsWith('RealTimeStatistics')
        ? Promise.resolve(refusal(403, 20003, 'Forbidden'))
        : pass();
    await on.write(on.edited, reEvaluate, save);
    assert.equal(on.posts().length, 1);
  });

  it('is saved by its own command without an error of VS Code, whatever becomes of it', async () => {
    const on = await stage();
    const errors: string[] = [];
    const { showErrorMessage } = vscode.window;
    Object.assign(vscode.window, { showErrorMessage: (text: string) => void errors.push(text) });
    let saves = 0;
    const document = {
      ...{ uri: on.uri, encoding: 'utf8', getText: () => on.edited },
      save: async () => {
        saves++;
        await on.files.writeFile(on.uri, Buffer.from(on.edited), false);
      },
    } as unknown as vscode.TextDocument;
    const save = (...answers: Answer[]) => answering(answers, () => on.files.save(document));
    try {
      await save(undefined);
      await save(leave, undefined);
      assert.deepEqual([errors, saves, on.posts()], [[], 0, []]);
      await on.elsewhere(on.configuration.replace('"filter_friendly_name":"', '$&Their '));
      await save();
      assert.match(errors.join(), /^The workflow was changed in TaskRouter after you opened it/);
      const { mtime } = await on.files.stat(on.uri);
      await save(leave, 'Save Workflow');
      assert.deepEqual([errors.length, saves, on.posts().length], [1, 1, 1]);
      assert.deepEqual(JSON.parse(await on.now()), JSON.parse(on.edited));
      assert.ok((await on.files.stat(on.uri)).mtime > mtime);
    } finally {
      Object.assign(vscode.window, { showErrorMessage });
    }
  });

  it('is not sent by Auto Save', async () => {
    const on = await stage();
    await assert.rejects(
      on.files.writeFile(on.uri, Buffer.from(on.edited), true),
      /only with Save to TaskRouter/,
    );
    assert.deepEqual(on.posts(), []);
  });

  it('says what TaskRouter will refuse', async () => {
    const on = await stage();
    const wrong = on.edited.replace(/"expression": "/, '$&(');
    assert.notEqual(wrong, on.edited);
    await assert.rejects(on.write(wrong, leave, save), /not done/);
    assert.match(on.dialogs.shown[0]![1], /TaskRouter will refuse this: /);
  });

  it('is read-only where the account is, and so is the version it is compared with', async () => {
    const on = await stage();
    const isReadOnly = async (uri: vscode.Uri) =>
      (await on.files.stat(uri)).permissions === vscode.FilePermission.Readonly;
    assert.ok(!(await isReadOnly(on.uri)));
    assert.ok(await isReadOnly(on.uri.with({ fragment: 'current' })));
    await on.window.accounts.change(on.target.accountId, { readOnly: true });
    assert.ok(await isReadOnly(on.uri));
  });
});

describe('a workflow that is compared', () => {
  it('stands beside the one of the same name in another workspace, which is chosen', async () => {
    const on = await stage();
    const { store, accounts } = on.window;
    const other = await accounts.simulate();
    for (const accountId of [on.target.accountId, other.id])
      await store.all({ accountId, collection: resources.workspaces, parents: [] });
    const [workspace, name] = on.target.sids.map((sid) =>
      String(store.row(on.target.accountId, sid)!['friendly_name']),
    );
    const shown = await compared(() =>
      answering([workspace, name], () => compareWorkflow(on.parts, on.target)),
    );
    const [left, right, title] = shown[0]!;
    assert.equal(left.toString(), on.uri.toString());
    assert.deepEqual([right.scheme, right.query], [workflowAddress.scheme, other.id]);
    assert.equal(title, `${name} ↔ ${name} · ${workspace} · ${other.name}`);
  });
});
