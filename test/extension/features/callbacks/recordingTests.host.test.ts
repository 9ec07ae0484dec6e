import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { assignmentParameters } from '../../../../src/callbacks/assignment';
import { signatureOf } from '../../../../src/callbacks/signature';
import { TestFiles } from '../../../../src/extension/actions/testController';
import { recordingTests } from '../../../../src/extension/features/callbacks/recordingTests';
import { routeTests } from '../../../../src/extension/features/workflowFiles/routeTests';
import type { Accounts } from '../../../../src/extension/accounts/accounts';
import { assignment, bodyOf, serveApplication } from '../../../callbacks/application';
import { FakeMemory, productionAccount } from '../../window';
import { answering } from '../change/answers';
import { fakeWatchers } from '../../watchers';

describe('recordings and routing tests in the Testing view', () => {
  const { findFiles, createFileSystemWatcher } = vscode.workspace;
  const watchers = fakeWatchers();
  /** What a search for recordings finds. */
  let uris: vscode.Uri[];
  /** Those of the window, and their Auth Tokens. */
  const signedIn = [productionAccount];
  const tokens: Readonly<Record<string, string>> = { one: 'token', simulated: 'simulated-token' };
  /** Called when a test is listed. */
  let listed: (id: string) => void;
  const received: { readonly url: string; readonly signature: unknown; readonly body: string }[] = [];
  const memory = new FakeMemory();
  const stopped = new vscode.CancellationTokenSource();
  let application: Awaited<ReturnType<typeof serveApplication>>;
  let folder: string;
  let controller: vscode.TestController;
  const profiles: vscode.TestRunProfile[] = [];
  let tests: TestFiles;
  let results: string[];
  let ended = () => {};
  const covered: vscode.FileCoverage[] = [];
  let messages: readonly vscode.TestMessage[];

  const content = (url: string | undefined, answer: unknown, accountSid = assignment.accountSid) =>
    JSON.stringify(
      { url, parameters: Object.fromEntries(assignmentParameters({ ...assignment, accountSid })), answer },
      null,
      2,
    );

  before(async () => {
    application = await serveApplication((request, response) => {
      void bodyOf(request).then((body) => {
        received.push({ url: request.url!, signature: request.headers['x-twilio-signature'], body });
        if (request.url === '/stop') return stopped.cancel();
        response.setHeader('Content-Type', 'application/json');
        response.end('{"instruction":"dequeue","from":"+15550100199"}');
      });
    });
    folder = await mkdtemp(path.join(tmpdir(), 'recordings-'));
    const dequeue = { instruction: 'dequeue', from: '+15550100100' };
    const same = { instruction: 'dequeue', from: '+15550100199' };
    const files = {
      '1-passes': content(`${application.url}/own`, same, productionAccount.username),
      '2-differs': content(undefined, dequeue),
      '3-accept': content(undefined, { instruction: 'accept' }),
      '4-invalid': content(application.url, { instruction: 'acept' }),
      '5-elsewhere': content('http://198.51.100.1/assignment', same),
      '6-refused': content('http://127.0.0.1:9/assignment', same),
      'other-program': '{"callbacks":[]}',
    };
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(folder, `${name}.json`), text);
    uris = Object.keys(files).map((name) => vscode.Uri.file(path.join(folder, `${name}.json`)));
    const routes = vscode.Uri.file(path.join(folder, '7-billing.routes.json'));
    const filter = { filter_friendly_name: 'All', expression: '1==1', targets: [{ queue: 'Support' }] };
    await writeFile(
      path.join(folder, 'workflow.json'),
      JSON.stringify({ task_routing: { filters: [filter] } }),
    );
    await writeFile(
      routes.fsPath,
      `// Support
{ "workflow": "workflow.json", "queues": { "Support": { "targetWorkers": "1==1" } }, "workers": [], "tests": [
  { "name": "first", "task": {}, "expect": { "filter": "All" } },
  { "name": "second", "task": {}, "expect": {
    "filter": "VIP" } } ] }
`,
    );
    const found = (pattern: vscode.GlobPattern) => (pattern === routeTests.pattern ? [routes] : uris);
    Object.assign(vscode.workspace, {
      createFileSystemWatcher: watchers.create,
      findFiles: (pattern: vscode.GlobPattern) => Promise.resolve(found(pattern)),
    });
    const accounts = { all: signedIn, authToken: (id: string) => Promise.resolve(tokens[id]) };
    const kind = recordingTests({ accounts: accounts as unknown as Accounts, workspaceMemory: memory });
    const allListed = new Promise<void>((resolve) => {
      let count = 0;
      listed = () => ++count === 9 && resolve();
      tests = new TestFiles([kind, routeTests], (id) => {
        controller = vscode.tests.createTestController(`${id}-recordings`, 'Recordings');
        const createRunProfile = controller.createRunProfile.bind(controller);
        controller.createRunProfile = (...args) => {
          const profile = createRunProfile(...args);
          profiles.push(profile);
          return profile;
        };
        controller.createTestRun = () => resultsIn();
        const createTestItem = controller.createTestItem.bind(controller);
        controller.createTestItem = (id, ...args) => {
          setImmediate(() => listed(id));
          return createTestItem(id, ...args);
        };
        return controller;
      });
    });
    await allListed;
  });
  after(async () => {
    Object.assign(vscode.workspace, { findFiles, createFileSystemWatcher });
    tests?.dispose();
    await application.close();
    await rm(folder, { recursive: true });
  });

  const nameOf = ({ id }: vscode.TestItem) => path.basename(id, '.json');
  function resultsIn(): vscode.TestRun {
    const note = (state: string) => (item: vscode.TestItem, found?: unknown) => {
      results.push(`${nameOf(item)} ${state}`);
      if (Array.isArray(found)) messages = found as vscode.TestMessage[];
    };
    const silent = { enqueued: () => undefined, started: () => undefined, appendOutput: () => undefined };
    const noted = { passed: note('passed'), failed: note('failed'), errored: note('errored') };
    const end = () => ended();
    const addCoverage = (file: vscode.FileCoverage) => void covered.push(file);
    const run = { ...silent, ...noted, skipped: note('skipped'), end, addCoverage };
    return run as unknown as vscode.TestRun;
  }

  const items = () =>
    [...controller.items].map(([, item]) => item).sort((one, other) => (one.id < other.id ? -1 : 1));
  const profile = (kind: 'Run' | 'Coverage', tag: string) =>
    profiles.find((one) => one.kind === vscode.TestRunProfileKind[kind] && one.tag?.id === tag)!;
  const run = async (names: readonly string[], token = new vscode.CancellationTokenSource().token) => {
    results = [];
    messages = [];
    const include = items().filter((item) => names.some((name) => nameOf(item).endsWith(name)));
    await profile('Run', 'recordings').runHandler(new vscode.TestRunRequest(include), token);
    return results;
  };
  const routes = () => items().at(-1)!;
  const testOf = (id: string) => routes().children.get(id)!;
  async function runRoutes(
    include?: vscode.TestItem[],
    { kind = 'Run', exclude }: { kind?: 'Run' | 'Coverage'; exclude?: vscode.TestItem[] } = {},
  ) {
    results = [];
    messages = [];
    const request = new vscode.TestRunRequest(include, exclude, profile(kind, 'routes'));
    await profile(kind, 'routes').runHandler(request, new vscode.CancellationTokenSource().token);
    return results;
  }
  const shown = () =>
    messages.map(({ message, location }) => [message, (location?.range.start.line ?? -1) + 1]);

  it('lists them, and sends nothing by itself', () => {
    assert.deepEqual(
      items().map(nameOf).join(' '),
      '1-passes 2-differs 3-accept 4-invalid 5-elsewhere 6-refused 7-billing.routes',
    );
    assert.deepEqual(received, []);
  });

  it('finds what is in a new folder, of which only the folder is reported, and forgets it with the folder', async () => {
    const added = vscode.Uri.file(path.join(folder, 'added'));
    const recording = vscode.Uri.joinPath(added, 'new.json');
    const before = uris;
    uris = [...before, recording];
    const isListed = new Promise<void>((resolve) => {
      listed = (id) => id === recording.toString() && resolve();
    });
    await mkdir(added.fsPath);
    await writeFile(recording.fsPath, content(application.url, {}));
    watchers.created(added);
    await isListed;
    uris = before;
    watchers.deleted(added);
    assert.doesNotMatch(items().map(nameOf).join(' '), /new/);
    assert.equal(items().length, 7);
  });

  it('passes one whose answer is the expected one, signed where the account is known', async () => {
    assert.deepEqual(await run(['passes']), ['1-passes passed']);
    const [{ url, signature, body }] = received as [(typeof received)[number]];
    const parameters = [...new URLSearchParams(body)];
    assert.deepEqual([url, signature], ['/own', signatureOf('token', `${application.url}/own`, parameters)]);
  });

  it('asks once for the URL that recordings leave out, remembers it, and shows each difference in its line', async () => {
    const ask = () => answering([`${application.url}/asked`], () => run(['differs', 'accept']));
    const asked = await ask();
    assert.deepEqual(
      asked.map(({ title }) => title),
      ['Run Recordings'],
    );
    assert.deepEqual(results, ['2-differs failed', '3-accept failed']);
    assert.equal(memory.get('recordingsUrl'), `${application.url}/asked`);
    assert.equal(received.at(-1)!.signature, undefined);
    await answering([`${application.url}/asked`], () => run(['differs']));
    assert.deepEqual(shown(), [['$.from: Expected "+15550100100", not "+15550100199".', 18]]);
    const [{ expectedOutput, actualOutput }] = messages as [vscode.TestMessage];
    assert.match(expectedOutput!, /"from": "\+15550100100"/);
    assert.match(actualOutput!, /"from": "\+15550100199"/);
  });

  it('signs one that names no account here with the token of the simulated account', async () => {
    signedIn.push({ ...productionAccount, id: 'simulated', kind: 'simulated', username: 'simulated' });
    await answering([`${application.url}/asked`], () => run(['differs']));
    const { body, signature } = received.at(-1)!;
    const parameters = [...new URLSearchParams(body)];
    assert.equal(signature, signatureOf('simulated-token', `${application.url}/asked`, parameters));
    signedIn.pop();
  });

  it('says what is wrong with a file, and connects to no other machine', async () => {
    const count = received.length;
    assert.deepEqual(await run(['invalid']), ['4-invalid errored']);
    assert.match(JSON.stringify(shown()), /answer\.instruction: acept is unknown.*,18\]\]$/);
    assert.deepEqual(await run(['elsewhere']), ['5-elsewhere errored']);
    assert.match(JSON.stringify(shown()), /^\[\["Not sent to http:\/\/198\.51\.100\.1\/assignment.*,2\]\]$/);
    assert.deepEqual(await run(['refused']), ['6-refused errored']);
    assert.match(
      JSON.stringify(shown()),
      /^\[\["http:\/\/127\.0\.0\.1:9\/assignment: The connection was refused.*",2\]\]$/,
    );
    assert.equal(received.length, count);
  });

  it('lists each routing test of a file at its place', () => {
    const listed = [...routes().children].map(([, { label, range }]) => [label, range!.start.line + 1]);
    assert.deepEqual(listed, [
      ['first', 3],
      ['second', 4],
    ]);
  });

  it('runs routing tests of a workflow in another file, and shows each difference in its line', async () => {
    assert.deepEqual(await runRoutes(), ['first passed', 'second failed']);
    assert.deepEqual(shown(), [['Expected filter VIP, not All. The workflow has no filter VIP.', 5]]);
  });

  it('runs one of them alone, and leaves out what is excluded', async () => {
    assert.deepEqual(await runRoutes([testOf('second')]), ['second failed']);
    assert.deepEqual(await runRoutes([routes()], { exclude: [testOf('second')] }), ['first passed']);
    assert.deepEqual(await runRoutes([items()[0]!]), []);
  });

  it('shows the coverage of the filters and targets in the file that has the workflow', async () => {
    const both = await runRoutes([routes()], { kind: 'Coverage' });
    assert.equal(both.length, 2);
    const [file] = covered as [vscode.FileCoverage];
    assert.equal(path.basename(file.uri.path), 'workflow.json');
    assert.deepEqual({ ...file.statementCoverage }, { covered: 2, total: 2 });
    const load = profile('Coverage', 'routes').loadDetailedCoverage!;
    const details = await load(resultsIn(), file, new vscode.CancellationTokenSource().token);
    assert.deepEqual(
      (details as vscode.StatementCoverage[]).map(({ executed, branches }) => [
        executed,
        branches.map((branch) => [branch.label, branch.executed]),
      ]),
      [
        [
          2,
          [
            ['matches', 2],
            ['does not match', 0],
          ],
        ],
        [2, []],
      ],
    );
  });

  it('runs again after each save of a file that it read, until it is stopped', async () => {
    assert.equal(profile('Run', 'recordings').supportsContinuousRun, false);
    const { tag, runHandler } = profile('Run', 'routes');
    const token = new vscode.CancellationTokenSource();
    results = [];
    const next = () => new Promise<void>((resolve) => (ended = resolve));
    let ends = next();
    const request = new vscode.TestRunRequest([testOf('first')], [], profile('Run', 'routes'), true);
    const running = runHandler(request, token.token);
    await ends;
    assert.deepEqual([tag?.id, results], ['routes', ['first passed']]);
    const save = async (name: string, from: string, to: string) => {
      const document = await vscode.workspace.openTextDocument(path.join(folder, name));
      const edit = new vscode.WorkspaceEdit();
      const start = document.getText().indexOf(from);
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
      edit.replace(document.uri, range, to);
      await vscode.workspace.applyEdit(edit);
      ends = next();
      await document.save();
      await ends;
    };
    await save('workflow.json', 'All', 'Any');
    await save('7-billing.routes.json', '"filter": "All"', '"filter": "Any"');
    assert.deepEqual(results, ['first passed', 'first failed', 'first passed']);
    token.cancel();
    await running;
  });

  it('shows a mistake of the workflow in the file that has it', async () => {
    await writeFile(path.join(folder, 'workflow.json'), '{"task_routing": {\n"filters": [{}]}}');
    assert.deepEqual(await runRoutes(), ['7-billing.routes errored', 'first skipped', 'second skipped']);
    const [{ location }] = messages as [vscode.TestMessage];
    assert.equal(path.basename(location!.uri.path), 'workflow.json');
    assert.match(JSON.stringify(shown()), /the filter has no expression.*,2\]\]$/);
  });

  it('skips what is left when nobody says where to send it, or the run is stopped', async () => {
    await answering([undefined], () => run(['differs', 'accept', 'passes']));
    assert.deepEqual(results, ['1-passes passed', '2-differs skipped', '3-accept skipped']);
    await answering([`${application.url}/stop`], () => run(['differs', 'accept'], stopped.token));
    assert.deepEqual(results, ['2-differs skipped', '3-accept skipped']);
  });
});
