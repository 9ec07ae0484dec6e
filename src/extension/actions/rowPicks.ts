import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Filters } from '../../taskrouter/requests';
import type { Collection, Row } from '../../taskrouter/resources';
import * as resources from '../../taskrouter/resources';
import type { SidNoun } from '../../taskrouter/sid';
import { isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import type { ResourceTarget, TaskTarget } from '../data/target';
import { resourceTarget } from '../data/target';
import { appearanceOf } from '../display/rows';
import { forQuickPick } from '../display/safeText';
import type { Item } from './quickPick';
import { pick } from './quickPick';
import { elsewhere } from './reservationPick';

export interface RowPickOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly accountId: string;
  readonly workspaceSid: string;
  /** Offers to choose another workspace. */
  readonly hasOthers: boolean;
  /** TaskRouter's time, in milliseconds since 1970. */
  readonly now: number;
}

/** Small, so that the first choices appear quickly. */
const pageSize = 200;
/** Nobody scrolls further, and every row can be chosen by its SID. */
const maxRows = 5000;

/** Asks for an open task, or for any task by its SID. */
export function pickTask(
  title: string,
  options: RowPickOptions,
): Promise<TaskTarget | 'elsewhere' | undefined> {
  const { accountId, workspaceSid } = options;
  const filters = {
    assignmentStatus: ['pending', 'reserved', 'assigned', 'wrapping'],
    ordering: 'Priority:desc,DateCreated:asc',
  };
  const targetOf = (taskSid: string): TaskTarget => ({ accountId, workspaceSid, taskSid });
  const texts = {
    placeholder: l10n.t('Name or SID (WT…) of a task'),
    typed: l10n.t('Explain this task, even if it no longer exists'),
    nothing: l10n.t('No open tasks. Enter a task SID (WT…).'),
  };
  return pickRow(title, options, { collection: resources.tasks, noun: 'Task', filters, targetOf, texts });
}

/** Asks for a worker of the workspace, or for any worker by their SID. */
export function pickWorker(
  title: string,
  options: RowPickOptions,
): Promise<ResourceTarget | 'elsewhere' | undefined> {
  const { accountId, workspaceSid } = options;
  const targetOf = (sid: string) =>
    resourceTarget(accountId, resources.workers, [workspaceSid, sid]).resource;
  const texts = {
    placeholder: l10n.t('Name or SID (WK…) of a worker'),
    typed: l10n.t('Worker with this SID'),
    nothing: l10n.t('This workspace has no workers.'),
  };
  return pickRow(title, options, {
    collection: resources.workers,
    noun: 'Worker',
    filters: {},
    targetOf,
    texts,
  });
}

interface RowPick<Target> {
  readonly collection: Collection;
  readonly noun: SidNoun;
  readonly filters: Filters<Collection>;
  readonly targetOf: (sid: string) => Target;
  readonly texts: { readonly placeholder: string; readonly typed: string; readonly nothing: string };
}

function pickRow<Target>(
  title: string,
  options: RowPickOptions,
  { collection, noun, filters, targetOf, texts }: RowPick<Target>,
): Promise<Target | 'elsewhere' | undefined> {
  const typed = (text: string): Item<Target> | undefined =>
    isSid(noun, text)
      ? {
          label: text,
          description: texts.typed,
          iconPath: new vscode.ThemeIcon('search'),
          alwaysShow: true,
          value: targetOf(text),
        }
      : undefined;
  const itemOf = (row: Row): Item<Target> => {
    const appearance = appearanceOf(collection, row, options.now, () => undefined);
    return {
      id: row.sid,
      label: forQuickPick(appearance.label),
      iconPath: new vscode.ThemeIcon(appearance.icon),
      description: forQuickPick(appearance.description),
      detail: row.sid,
      value: targetOf(row.sid),
    };
  };
  const last = options.hasOthers ? [elsewhere()] : [];
  const items = async (show: (all: readonly Item<Target | 'elsewhere'>[]) => void, closed: AbortSignal) => {
    const all: Item<Target>[] = [];
    show(last);
    for await (const rows of pagesOf(options, collection, filters)) {
      if (closed.aborted) return;
      for (const row of rows) if (isSid(noun, row.sid)) all.push(itemOf(row));
      show([...all, ...last]);
    }
  };
  return pick(title, texts.placeholder, items, { nothing: texts.nothing, typed, detailsAreSids: true });
}

/** Reads a list of a workspace page by page into the store. */
async function* pagesOf(
  { accounts, store, accountId, workspaceSid }: RowPickOptions,
  collection: Collection,
  filters: Filters<Collection>,
): AsyncGenerator<readonly Row[]> {
  const { client, signal } = await accounts.connect(accountId);
  const request = store.begin(accountId);
  const options = { wanted: maxRows, pageSize };
  for await (const { rows } of client.pages(collection, [workspaceSid], filters, options, signal)) {
    store.putAll(request, rows);
    yield rows;
  }
}
