import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
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
  const parts = { accounts, store, clock, once, runs, confirmModal: () => assert.fail('a modal') };
  return {
    panel,
    runs,
    show: (accountId: string, start: Start) => {
      const account = accounts.get(accountId)!;
      const page = new OpenBulk(panel as unknown as vscode.WebviewPanel, parts, account, start);
      panel.onDidDispose(() => page.dispose());
    },
    /** What it shows once nothing is due. */
    state: async (): Promise<BulkState> => {
      await settle();
      clock.advance(200);
      await settle();
      panel.said.fire({ type: 'ready' });
      return panel.posted.at(-1)!.state;
    },
    say: (message: object) => panel.said.fire({ ...message, instance: panel.posted.at(-1)!.instance }),
  };
}
