import * as vscode from 'vscode';
import { showInformation } from '../../display/notification';

/** Set by a user who does not want to be told of updates. */
const isOffKey = 'taskrouter.releaseNotesOff';
/** The version that this user had last. */
const versionKey = 'taskrouter.version';

/** After an update, says so once and offers what is new. Nothing after the first installation. */
export async function offerReleaseNotes(
  memory: Pick<vscode.Memento, 'get' | 'update'>,
  { packageJSON, extensionUri }: Pick<vscode.Extension<unknown>, 'packageJSON' | 'extensionUri'>,
): Promise<void> {
  const { version } = packageJSON as { readonly version: string };
  const before = memory.get(versionKey);
  if (before === version) return;
  // First, lest another window says so, too.
  await memory.update(versionKey, version);
  if (before === undefined || memory.get(isOffKey) === true) return;
  const [show, never] = [vscode.l10n.t('Show What’s New'), vscode.l10n.t('Never Show Again')];
  const text = vscode.l10n.t('TaskRouter was updated to version {version}.', { version });
  const choice = await showInformation(text, show, never);
  if (choice === never) await memory.update(isOffKey, true);
  if (choice !== show) return;
  const changelog = vscode.Uri.joinPath(extensionUri, 'CHANGELOG.md');
  await vscode.commands.executeCommand('markdown.showPreview', changelog);
}
