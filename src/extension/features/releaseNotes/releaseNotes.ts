import type * as vscode from 'vscode';

type Memory = Pick<vscode.Memento, 'get' | 'update'>;
type Installed = Pick<vscode.Extension<unknown>, 'packageJSON' | 'extensionUri'>;

/** The version that this user had last. */
const versionKey = 'taskrouter.version';

/** After an update, says so once and offers what is new. Nothing after the first installation. */
export async function offerReleaseNotes(
  memory: Memory,
  { packageJSON, extensionUri }: Installed,
): Promise<void> {
  const { version } = packageJSON as { readonly version: string };
  const before = memory.get(versionKey);
  if (before === version) return;
  // First, lest another window says so, too.
  await memory.update(versionKey, version);
  if (before === undefined) return;
  const { showReleaseNotes } = await import('../../lazy');
  await showReleaseNotes(memory, version, extensionUri);
}
