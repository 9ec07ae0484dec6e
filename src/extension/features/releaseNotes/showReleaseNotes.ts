import * as vscode from 'vscode';
import { showInformation } from '../../display/notification';

/** Set by a user who does not want to be told of updates. */
const isOffKey = 'taskrouter.releaseNotesOff';

export async function showReleaseNotes(
  memory: Pick<vscode.Memento, 'get' | 'update'>,
  version: string,
  extensionUri: vscode.Uri,
): Promise<void> {
  if (memory.get(isOffKey) === true) return;
  const [show, never] = [vscode.l10n.t('Show What’s New'), vscode.l10n.t('Never Show Again')];
  const text = vscode.l10n.t('TaskRouter was updated to version {version}.', { version });
  const choice = await showInformation(text, show, never);
  if (choice === never) await memory.update(isOffKey, true);
  if (choice !== show) return;
  const changelog = vscode.Uri.joinPath(extensionUri, 'CHANGELOG.md');
  await vscode.commands.executeCommand('markdown.showPreview', changelog);
}
