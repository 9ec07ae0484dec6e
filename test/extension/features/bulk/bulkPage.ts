import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import type { SendOnce } from '../../../../src/extension/actions/sendOnce';
import { BulkRuns } from '../../../../src/extension/features/bulk/bulkRuns';
import { OpenBulk } from '../../../../src/extension/features/bulk/openBulk';
import { RunFolder } from '../../../../src/extension/features/bulk/runFolder';
import type { BulkState } from '../../../../src/webview/bulk/protocol';
import { FakePanel } from '../../fakePanel';
import type { TestWindow } from '../../window';
import { settle } from '../../window';

type Start = ConstructorParameters<typeof OpenBulk>[3];

/** The page of a bulk run in a panel that no VS Code shows; its runs are those that the folder has. */
export function openBulkPage({ accounts, store, clock }: TestWindow, once: SendOnce, folder: string) {
  const log = { info: () => undefined } as unknown as vscode.LogOutputChannel;
  const runs = new BulkRuns(new RunFolder(folder, clock), { accounts, once, clock, log });
  const panel = new FakePanel<BulkState>();
  /** The page that was opened last. */
  let current = panel;
  const shownReports: string[] = [];
  const open = (on: FakePanel<BulkState>, account: Account, start: Start) => {
    const page = new OpenBulk(on as unknown as vscode.WebviewPanel, parts, account, start);
    panel.onDidDispose(() => page.dispose());
    current = on;
  };
  const parts = {
    ...{ accounts, store, clock, once, runs, confirmModal: () => assert.fail('a modal') },
    openPlan: (account: Account, request: Start) => open(new FakePanel<BulkState>(), account, request),
    showReport: (id: string) => void shownReports.push(id),
  };
  return {
    panel,
    ...{ runs, shownReports },
    show: (accountId: string, start: Start) => open(panel, accounts.get(accountId)!, start),
    /** What a page shows once nothing is due. */
    state: async (page?: FakePanel<BulkState>): Promise<BulkState> => {
      await settle();
      clock.advance(200);
      await settle();
      const on = page ?? current;
      on.said.fire({ type: 'ready' });
      return on.posted.at(-1)!.state;
    },
    say: (message: object) => current.said.fire({ ...message, instance: current.posted.at(-1)!.instance }),
  };
}
