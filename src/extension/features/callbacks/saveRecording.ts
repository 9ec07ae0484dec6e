import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { decisiveAnswer } from '../../../callbacks/deliver';
import { recordingOf } from '../../../callbacks/recording';
import { pick } from '../../actions/quickPick';
import { taskTitle } from '../../display/attributes';
import { showError, showInformation } from '../../display/notification';
import type { BenchCall } from './benchCall';

/** Writes the assignment and its answer to a file that `taskrouter check` reads. */
export async function saveRecording(call: BenchCall | undefined): Promise<void> {
  if (!call?.delivery) return;
  const { assignment, delivery } = call;
  const replaceCustomerValues = await askToReplace();
  if (replaceCustomerValues === undefined) return;
  const answer = decisiveAnswer(delivery);
  const title = replaceCustomerValues ? undefined : taskTitle(assignment.taskAttributes);
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save as Recording'),
    defaultUri: vscode.Uri.joinPath(
      vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir()),
      'callbacks',
      `${fileName(title ?? answer.instruction ?? 'none')}.json`,
    ),
    filters: { JSON: ['json'] },
  });
  if (!uri) return;
  const { url } = delivery.attempts.at(-1)!;
  const recording = recordingOf(assignment, answer, { url, replaceCustomerValues });
  try {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(`${JSON.stringify(recording, null, 2)}\n`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return void showError(vscode.l10n.t('The recording was not saved. {reason}', { reason }));
  }
  const open = vscode.l10n.t('Open');
  const saved = replaceCustomerValues
    ? vscode.l10n.t('Recording saved. Before you commit it, check {path} for other customer values.', {
        path: uri.fsPath,
      })
    : vscode.l10n.t('The recording was saved to {path}', { path: uri.fsPath });
  if ((await showInformation(saved, open)) === open) await vscode.commands.executeCommand('vscode.open', uri);
}

const askToReplace = (): Promise<boolean | undefined> =>
  pick(
    vscode.l10n.t('Save as Recording'),
    vscode.l10n.t('Does this assignment have values of real customers?'),
    [
      {
        label: vscode.l10n.t('Replace Customer Values'),
        detail: vscode.l10n.t('Names, phone numbers, addresses and SIDs become placeholders.'),
        value: true,
      },
      {
        label: vscode.l10n.t('Keep All Values'),
        detail: vscode.l10n.t('The attributes are saved as they are.'),
        value: false,
      },
    ],
  );

const fileName = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40) || 'callback';
