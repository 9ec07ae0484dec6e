import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { explorerCommands } from '../../../../src/extension/features/explorer/explorerCommands';
import { shownDuring } from '../../actions/shownDuring';
import { openWindow } from '../../window';

describe('Refresh', () => {
  const on = openWindow();
  let reads = 0;
  const poller = { now: () => Promise.resolve(void reads++) };
  const explorer = { keepFocus: (work: () => PromiseLike<void>) => Promise.resolve(work()) };
  const refresh = explorerCommands({ ...on, poller, explorer } as never)['taskrouter.view.refresh'];
  const { withProgress } = vscode.window;
  before(() => Object.assign(vscode.window, { withProgress: (_: unknown, work: () => unknown) => work() }));
  after(() => Object.assign(vscode.window, { withProgress }));

  it('says so while nobody is signed in', async () => {
    assert.deepEqual(await shownDuring(async () => refresh()), [
      '$(info) Nothing to refresh: you are not signed in to TaskRouter.',
    ]);
    assert.equal(reads, 0);
  });

  it('says when it is finished', async () => {
    await on.signIn();
    assert.deepEqual(await shownDuring(async () => refresh()), ['$(refresh) TaskRouter: refresh finished']);
    assert.equal(reads, 1);
  });
});
