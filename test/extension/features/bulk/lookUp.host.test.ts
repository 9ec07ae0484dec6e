import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { SendOnce } from '../../../../src/extension/actions/sendOnce';
import type { OpenBulk } from '../../../../src/extension/features/bulk/openBulk';
import type { FetchInit } from '../../../../src/taskrouter/fetch';
import * as resources from '../../../../src/taskrouter/resources';
import type { BulkState } from '../../../../src/webview/bulk/protocol';
import { quiet, waiting } from '../../../simulator/driver';
import type { FakePanel } from '../../fakePanel';
import { clientOf, openWindow, refusal, settle, workspaceOf } from '../../window';
import { openBulkPage } from './bulkPage';

const names = ['carried out', 'not carried out', 'canceled by somebody else', 'deleted'];

describe('looking up the unknown rows of a bulk report', () => {
  const { showInputBox } = vscode.window;
  let folder: string;
  let panels: FakePanel<BulkState>[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bulk-'));
    panels = [];
    Object.assign(vscode.window, { showInputBox: () => Promise.resolve(String(names.length)) });
  });
  afterEach(() => {
    for (const panel of panels) panel.dispose();
    Object.assign(vscode.window, { showInputBox });
    rmSync(folder, { recursive: true });
  });

  /** The report of a run whose responses all were errors of a gateway. */
  async function report() {
    const tasks = names.map((name) => waiting({ attributes: { name } }));
    const window = openWindow({ scenario: quiet({ workers: [], tasks }) });
    const { store } = window;
    const { id: accountId } = await window.signIn();
    const once = new SendOnce({ store, wait: () => Promise.resolve() });
    const workspaceSid = await workspaceOf(window.simulator);
    const client = clientOf(window.simulator);
    const { rows } = await client.list(resources.tasks, [workspaceSid]);
    const sidOf = (name: string) =>
      rows.find(({ attributes }) => String(attributes).includes(`"${name}"`))!.sid;
    const carriedOut = sidOf('carried out');
    window.wire = async ({ url, method }, pass) => {
      if (method !== 'POST') return pass();
      if (url.pathname.endsWith(carriedOut)) await pass();
      return refusal(503, 20503, 'Unavailable');
    };
    /** As a window does after a reload: what it knows of runs is what is stored. */
    const open = (start: ConstructorParameters<typeof OpenBulk>[3] | string) => {
      const { panel, runs, show, state, say } = openBulkPage(window, once, folder);
      panels.push(panel);
      const until = async (isIt: (now: BulkState) => boolean): Promise<BulkState> => {
        for (;;) {
          const now = await state();
          if (isIt(now)) return now;
        }
      };
      const ready =
        typeof start === 'string'
          ? runs.read(start).then((record) => show(accountId, record!))
          : show(accountId, start);
      return { ready, state, until, say };
    };
    const page = open({
      ...{ accountId, action: { kind: 'cancel', reason: 'Storm' } },
      rows: rows.map(({ sid }) => [workspaceSid, sid]),
    });
    const planned = await page.until(({ start }) => start !== undefined);
    page.say({ type: 'start', plan: planned.plan });
    await page.until(({ canLookUp }) => canLookUp);
    const id = readdirSync(folder)[0]!.replace('.jsonl', '');
    const posts = () => window.sent.filter(({ method }) => method === 'POST').length;
    /** Somebody else does this to a task. */
    const elsewhere = async (name: string, init: { readonly method: string; readonly body?: string }) => {
      const { accountSid, authToken, fetch } = window.simulator;
      const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
      const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
      const url = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/Tasks/${sidOf(name)}`;
      const { status } = await fetch(url, { ...init, headers, redirect: 'manual' } as FetchInit);
      assert.ok(status < 300, String(status));
    };
    return { window, page, open, id, posts, elsewhere };
  }

  it('says what is true now, also after a reload, stores it, and sends nothing', async () => {
    const on = await report();
    await on.elsewhere('canceled by somebody else', {
      method: 'POST',
      body: 'AssignmentStatus=canceled&Reason=Flood',
    });
    await on.elsewhere('deleted', { method: 'DELETE' });
    const reloaded = on.open(on.id);
    await reloaded.ready;
    const before = await reloaded.state();
    assert.deepEqual([before.summary, before.canLookUp], ['4 unknown', true]);
    const sent = on.posts();
    reloaded.say({ type: 'lookUp' });
    const now = await reloaded.until(({ isBusy, summary }) => !isBusy && summary !== '4 unknown');
    assert.equal(now.summary, '1 done, 1 not done, 1 changed by somebody else, 1 unknown');
    const textOf = (name: string) =>
      now.rows.find((row) => row.name === name)!.detail!.replace(/ at \d+:\d+\s[AP]M/, ' at now');
    const cause = 'Twilio is having problems (20503).';
    assert.equal(
      textOf('carried out'),
      `${cause} Task canceled. Looked up at now: it has the values that were sent.`,
    );
    assert.equal(
      textOf('not carried out'),
      `${cause} The task is now pending. Looked up at now: it does not have the values that were sent.`,
    );
    assert.equal(
      textOf('canceled by somebody else'),
      `${cause} Task canceled. The reason is “Flood”, not the one that was sent. ` +
        'Looked up at now: it has changed, but not as it was sent.',
    );
    assert.match(textOf('deleted'), /\(20503\)\. Not found .*may have been deleted.* Looked up at now\.$/);
    assert.equal(on.posts(), sent);
    assert.deepEqual([now.canLookUp, now.canRetry], [true, true]);
    const later = on.open(on.id);
    await later.ready;
    assert.equal((await later.state()).summary, now.summary);
    // The run belongs to nobody again.
    assert.deepEqual(readdirSync(folder), [`${on.id}.jsonl`]);
  });

  it('reads one row at a time, and leaves the rest unknown when it is stopped', async () => {
    const on = await report();
    let reads = 0;
    const never = new Promise<never>(() => undefined);
    on.window.wire = ({ signal }, pass) => (reads++ === 0 ? pass() : Promise.race([never, aborted(signal)]));
    on.page.say({ type: 'lookUp' });
    const busy = await on.page.until(({ progress }) => progress.value === 1);
    assert.deepEqual(
      [busy.summary, busy.stop, busy.canLookUp],
      ['Looking up rows: 1 of 4', 'Stop Looking Up', false],
    );
    await settle();
    assert.equal(reads, 2);
    on.page.say({ type: 'cancel' });
    const after = await on.page.until(({ isBusy }) => !isBusy);
    assert.match(after.summary, /^1 (done|not done), 3 unknown$/);
    assert.equal(reads, 2);
  });

  it('says so while another window is at the run, and reads nothing', async () => {
    const on = await report();
    const owner = path.join(folder, `${on.id}.owner.1`);
    writeFileSync(owner, JSON.stringify({ pid: process.ppid, session: 'other' }));
    const sent = on.window.sent.length;
    on.page.say({ type: 'lookUp' });
    const { failure } = await on.page.until((now) => now.failure !== undefined);
    assert.equal(failure, 'Another window is working on this run. Try again when it is done.');
    assert.equal(on.window.sent.length, sent);
    rmSync(owner);
    on.page.say({ type: 'lookUp' });
    const { summary } = await on.page.until(({ isBusy, summary: text }) => !isBusy && text !== '4 unknown');
    assert.equal(summary, '1 done, 3 not done');
  });

  it('is not offered once the account was signed out', async () => {
    const on = await report();
    for (const { id } of on.window.accounts.all) await on.window.accounts.signOut(id);
    assert.equal((await on.page.until(({ canLookUp }) => !canLookUp)).summary, '4 unknown');
  });
});

const aborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
