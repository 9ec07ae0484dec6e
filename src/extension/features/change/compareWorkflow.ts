import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as resources from '../../../taskrouter/resources';
import type { CommandParts } from '../../actions/actions';
import type { Item, Items } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import type { ResourceTarget } from '../../data/target';
import { nameOf } from '../../display/names';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';
import { uriOf, workflowAddress } from './resourceFileSystem';

type Parts = Pick<CommandParts, 'accounts' | 'store'>;

/** Another version of the workflow: a file, or a workspace that has one. */
type Other = vscode.Uri | ResourceTarget;

/** Files that are looked into, and their size in bytes. */
const [maxFiles, maxSize] = [1000, 4_000_000];

/** Shows a workflow beside a file of the open folders, or beside the workflow of another workspace. Changes nothing. */
export async function compareWorkflow(parts: Parts, target: ResourceTarget): Promise<void> {
  const { accountId, sids } = target;
  const name = plain(nameOf(parts.store, accountId, sids.at(-1)!) ?? sids.at(-1)!, 60);
  const title = l10n.t('Compare Workflow: {name}', { name });
  const other = await pick<Other>(
    title,
    l10n.t('With which file, or with a workflow of which workspace?'),
    async (show, whileOpen) => {
      const workspaces = workspacesBeside(parts, target);
      show(workspaces);
      const files = await filesWithWorkflows(whileOpen);
      show([...files, ...workspaces]);
    },
    { nothing: l10n.t('No JSON file of the open folders has a workflow, and no other workspace is loaded.') },
  );
  if (!other) return;
  const chosen = other instanceof vscode.Uri ? other : await workflowOf(parts, title, other, target);
  if (!chosen) return;
  const isFile = chosen instanceof vscode.Uri;
  const beside = isFile ? nameOfFile(chosen) : nameOfWorkflow(parts, chosen);
  await vscode.commands.executeCommand(
    'vscode.diff',
    uriOf(workflowAddress, target, parts.store),
    isFile ? chosen : uriOf(workflowAddress, chosen, parts.store),
    l10n.t('{name} ↔ {other}', { name, other: plain(beside, 100) }),
  );
}

const nameOfFile = (file: vscode.Uri) => vscode.workspace.asRelativePath(file);

const nameOfWorkflow = ({ accounts, store }: Parts, { accountId, sids }: ResourceTarget) => {
  const [workspace, workflow] = sids.map((sid) => nameOf(store, accountId, sid) ?? sid);
  return [workflow, workspace, accounts.get(accountId)?.name].join(' · ');
};

/** JSON files of the open folders in which there is a workflow. */
async function filesWithWorkflows(whileOpen: AbortSignal): Promise<Items<Other>> {
  const cancel = new vscode.CancellationTokenSource();
  whileOpen.addEventListener('abort', () => cancel.cancel(), { once: true });
  const files = await vscode.workspace.findFiles(
    '**/*.{json,jsonc}',
    '**/{node_modules,.git}/**',
    maxFiles,
    cancel.token,
  );
  const found: Item<Other>[] = [];
  for (const value of files) {
    if (whileOpen.aborted) break;
    if (await hasWorkflow(value))
      found.push({ label: forQuickPick(nameOfFile(value)), iconPath: new vscode.ThemeIcon('json'), value });
  }
  return found.length ? [separator(l10n.t('Files')), ...found] : [];
}

async function hasWorkflow(file: vscode.Uri): Promise<boolean> {
  const { fs } = vscode.workspace;
  try {
    const { type, size } = await fs.stat(file);
    if (type !== vscode.FileType.File || size > maxSize) return false;
    return Buffer.from(await fs.readFile(file)).includes('"task_routing"');
  } catch {
    return false;
  }
}

/** Every workspace that is loaded, of all accounts, first those of other accounts. */
function workspacesBeside({ accounts, store }: Parts, target: ResourceTarget): Items<Other> {
  const isOther = ({ id }: { id: string }) => id !== target.accountId;
  const inOrder = [...accounts.all.filter(isOther), ...accounts.all.filter((one) => !isOther(one))];
  const items = inOrder.flatMap(({ id: accountId, name }) => {
    const { sids = [] } = store.list({ accountId, collection: resources.workspaces, parents: [] }) ?? {};
    return sids.map((sid): Item<Other> => {
      const label = firstVisible([store.read(resources.workspaces, accountId, sid)?.friendly_name, sid]);
      return {
        label: forQuickPick(label),
        description: forQuickPick(name),
        iconPath: new vscode.ThemeIcon('organization'),
        value: { accountId, collection: resources.workspaces, sids: [sid] },
      };
    });
  });
  return items.length ? [separator(l10n.t('Workspaces')), ...items] : [];
}

/** Asks for a workflow of the workspace; the one of the same name is the first. */
async function workflowOf(
  { store }: Parts,
  title: string,
  { accountId, sids: [workspaceSid] }: ResourceTarget,
  target: ResourceTarget,
): Promise<ResourceTarget | undefined> {
  const list = { accountId, collection: resources.workflows, parents: [workspaceSid!] };
  const name = nameOf(store, target.accountId, target.sids.at(-1)!);
  const items = async () => {
    await store.all(list);
    const found = (store.list(list)?.sids ?? []).filter(
      (sid) => accountId !== target.accountId || sid !== target.sids.at(-1),
    );
    const named = found.map((sid) => ({
      sid,
      shown: firstVisible([store.read(resources.workflows, accountId, sid)?.friendly_name, sid]),
    }));
    named.sort((one, other) => Number(other.shown === name) - Number(one.shown === name));
    return named.map(({ sid, shown }) => ({ label: forQuickPick(shown), detail: sid, value: sid }));
  };
  const sid = await pick<string>(title, l10n.t('With which workflow?'), items(), {
    nothing: l10n.t('This workspace has no other workflow.'),
    detailsAreSids: true,
  });
  return sid === undefined
    ? undefined
    : { accountId, collection: resources.workflows, sids: [workspaceSid!, sid] };
}

const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
