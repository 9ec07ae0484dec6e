import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Filters } from '../../taskrouter/requests';
import type { Collection, Row } from '../../taskrouter/resources';
import * as resources from '../../taskrouter/resources';
import { beginsSid, isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Command } from '../contributions';
import { changes, worksOn } from '../contributions';
import type { Store } from '../data/store';
import type { ResourceTarget, TaskTarget, WorkspacePlace } from '../data/target';
import { resourceTarget } from '../data/target';
import { openTaskFilters } from '../data/taskLists';
import { localizeText } from '../display/localize';
import { appearanceOf, forAccount } from '../display/rows';
import { forQuickPick } from '../display/safeText';
import type { Item } from './quickPick';
import { pick } from './quickPick';
import { elsewhere } from './reservationPick';

export interface RowPickOptions extends WorkspacePlace {
  readonly accounts: Accounts;
  readonly store: Store;
  /** Offers to choose another workspace. */
  readonly hasOthers: boolean;
  /** TaskRouter's time, in milliseconds since 1970. */
  readonly now: number;
}

/** Small, so that the first choices appear quickly. */
const pageSize = 200;
/** Nobody scrolls further, and every row can be chosen by its SID. */
const maxRows = 5000;

/** A SID that the user typed, of which the workspace may not be known. */
export class TypedSid {
  constructor(readonly sid: string) {}
}

/** A kind of resource to choose one of. */
export interface RowPick<Target> {
  readonly collection: Collection;
  readonly noun: 'Task' | 'Worker';
  readonly filters: Filters<Collection>;
  readonly targetOf: (place: WorkspacePlace, sid: string) => Target;
  readonly texts: () => RowPickTexts;
}

interface RowPickTexts {
  readonly placeholder: string;
  readonly typed: (command: Command) => string;
  readonly malformed: string;
  readonly nothing: (command: Command) => string;
}

/** An open task, or any task by its SID. */
export const taskPick: RowPick<TaskTarget> = {
  collection: resources.tasks,
  noun: 'Task',
  filters: openTaskFilters,
  targetOf: (place, taskSid) => ({ ...place, taskSid }),
  texts: () => ({
    placeholder: l10n.t('Name or SID (WT…) of a task'),
    typed: (command) =>
      changes(command)
        ? l10n.t('Task with this SID')
        : l10n.t('Explain this task, even if it no longer exists'),
    malformed: l10n.t('Not a task SID. A task SID is WT followed by 32 hexadecimal digits.'),
    nothing: (command) =>
      changes(command)
        ? l10n.t('No loaded task has a status that allows this. Enter a task SID (WT…).')
        : l10n.t('No open tasks. Enter a task SID (WT…).'),
  }),
};

/** A worker of the workspace, or any worker by their SID. */
export const workerPick: RowPick<ResourceTarget> = {
  collection: resources.workers,
  noun: 'Worker',
  filters: {},
  targetOf: ({ accountId, workspaceSid }, sid) =>
    resourceTarget(accountId, resources.workers, [workspaceSid, sid]).resource,
  texts: () => ({
    placeholder: l10n.t('Name or SID (WK…) of a worker'),
    typed: () => l10n.t('Worker with this SID'),
    malformed: l10n.t('Not a worker SID. A worker SID is WK followed by 32 hexadecimal digits.'),
    nothing: () => l10n.t('This workspace has no workers.'),
  }),
};

/** A long text in the form of a SID is a typo rather than a name. */
const looksLikeSid = (text: string): boolean => /^[a-z]{2}[0-9a-z]{20,}$/i.test(text);

/** Part of a SID, also in the wrong case: it finds a row by its SID, or else needs the rest. */
const isPartOfSid = (text: string): boolean =>
  /\d/.test(text) && beginsSid(text.slice(0, 2).toUpperCase() + text.slice(2));

/** The item for what the user typed, where that is a SID or is meant to be one. */
export const typedSid =
  ({ noun, texts }: Pick<RowPick<unknown>, 'noun' | 'texts'>, command: Command) =>
  (text: string, isFound: boolean): Item<TypedSid> | vscode.QuickPickItem | undefined => {
    if (isSid(noun, text)) {
      return {
        label: text,
        description: texts().typed(command),
        iconPath: new vscode.ThemeIcon('search'),
        alwaysShow: true,
        value: new TypedSid(text),
      };
    }
    return looksLikeSid(text) || (!isFound && isPartOfSid(text))
      ? { label: `$(warning) ${texts().malformed}`, alwaysShow: true }
      : undefined;
  };

/** Asks for a row of a workspace on which the command works, or for a SID. */
export function pickRow<Target>(
  command: Command,
  options: RowPickOptions,
  kind: RowPick<Target>,
): Promise<Target | TypedSid | 'elsewhere' | undefined> {
  const { collection, noun, filters, targetOf } = kind;
  const texts = kind.texts();
  const account = options.accounts.get(options.accountId);
  const itemOf = (row: Row): Item<Target> | undefined => {
    const appearance = appearanceOf(collection, row, options.now, () => undefined);
    const fits = isSid(noun, row.sid) && worksOn(command, forAccount(account, appearance.context));
    if (!fits) return undefined;
    return {
      id: row.sid,
      label: forQuickPick(appearance.label),
      iconPath: new vscode.ThemeIcon(appearance.icon),
      description: forQuickPick(appearance.description),
      detail: row.sid,
      value: targetOf(options, row.sid),
    };
  };
  const last = options.hasOthers ? [elsewhere()] : [];
  const items = async (show: (all: readonly Item<Target | 'elsewhere'>[]) => void, closed: AbortSignal) => {
    const all: Item<Target>[] = [];
    show(last);
    for await (const rows of pagesOf(options, collection, filters)) {
      if (closed.aborted) return;
      for (const row of rows) {
        const item = itemOf(row);
        if (item) all.push(item);
      }
      show([...all, ...last]);
    }
  };
  return pick<Target | TypedSid | 'elsewhere'>(localizeText(command.title), texts.placeholder, items, {
    nothing: texts.nothing(command),
    typed: typedSid(kind, command),
    detailsAreSids: true,
  });
}

/** Reads a list of a workspace page by page into the store. */
async function* pagesOf(
  { accounts, store, accountId, workspaceSid }: RowPickOptions,
  collection: Collection,
  filters: Filters<Collection>,
): AsyncGenerator<readonly Row[]> {
  const { client, signal } = await accounts.connect(accountId);
  const request = store.begin(accountId, workspaceSid);
  const options = { wanted: maxRows, pageSize };
  for await (const { rows } of client.pages(collection, [workspaceSid], filters, options, signal)) {
    store.putAll(request, rows);
    yield rows;
  }
}
