import * as vscode from 'vscode';
import type { Row } from '../../../taskrouter/client';
import { readRow } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import type { Accounts } from '../../accounts/accounts';
import { machineClock } from '../../data/clock';
import { either } from '../../data/either';
import type { Connection } from '../../accounts/connections';
import { attribute } from '../../../taskrouter/attributes';
import { createQuickPick, loadingItem, loadingTitle } from '../../display/quickInput';
import { firstVisible, forQuickPick } from '../../display/safeText';
import { sentence, describeError } from '../../display/errorMessage';

interface WorkerItem extends vscode.QuickPickItem {
  readonly name: string;
  readonly worker: Row;
}
type Item = vscode.QuickPickItem & Partial<WorkerItem>;

/** The workers of one workspace, as far as they have been read. */
interface Roster {
  items: readonly WorkerItem[];
  /** The next page; undefined before the first page and after the last. */
  next?: string | undefined;
  /** When the last page was read, in elapsed milliseconds. */
  readAt?: number;
}

/** Twilio's filters match whole names only, so all workers are read: a workspace has at most 5,000. */
const pageSize = 500;
const maxPages = 20;
/** Milliseconds for which workers are not read again: who is available changes often. */
const freshFor = 60_000;

/** Quick picks of workers, which can be thousands: sorted by name, and filled while their pages are read. */
export class WorkerPicks {
  /** By connection, so that a roster ends with the account, its secret, or the simulator. */
  private readonly rosters = new WeakMap<Connection, Map<string, Roster>>();

  constructor(private readonly accounts: Accounts) {}

  /** Reading ends with the choice. @returns the worker, or undefined when the user cancels */
  pick(title: string, accountId: string, workspaceSid: string): Promise<Row | undefined> {
    const placeholder = vscode.l10n.t('Name, SID or activity of a worker');
    const pick = createQuickPick<Item>({ title, placeholder, detailsAreSids: true });
    pick.keepScrollPosition = true;
    const show = (items: readonly Item[]) => {
      const [active] = pick.activeItems;
      const moved = active !== undefined && active !== pick.items[0];
      pick.items = items;
      if (moved && items.includes(active)) pick.activeItems = [active];
    };
    const ending = new AbortController();
    return new Promise((resolve) => {
      const readPages = async () => {
        pick.busy = true;
        let read: readonly Item[] = [];
        try {
          const connection = await this.accounts.connect(accountId);
          const roster = this.roster(connection, workspaceSid);
          read = roster.items;
          show(read);
          for await (const items of pagesOf(connection, workspaceSid, roster, ending.signal)) {
            read = items;
            show([...read, loadingItem(read.length)]);
            pick.title = loadingTitle(title, read.length);
          }
          show(read);
          if (read.length === 0)
            show([{ label: `$(info) ${vscode.l10n.t('This workspace has no workers.')}` }]);
          pick.title = title;
        } catch (error) {
          if (ending.signal.aborted) return;
          const label = `$(error) ${forQuickPick(sentence(describeError(error)), 300)}`;
          show([{ label, detail: vscode.l10n.t('Try again'), alwaysShow: true }, ...read]);
        }
        pick.busy = false;
      };
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item?.worker) {
          resolve(item.worker);
          pick.hide();
        } else if (item?.alwaysShow && !pick.busy) void readPages();
      });
      pick.onDidHide(() => {
        ending.abort();
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
      void readPages();
    });
  }

  private roster(connection: Connection, workspaceSid: string): Roster {
    const known = this.rosters.get(connection) ?? new Map<string, Roster>();
    this.rosters.set(connection, known);
    const before = known.get(workspaceSid);
    if (before && machineClock.elapsed() < (before.readAt ?? Infinity) + freshFor) return before;
    const roster: Roster = { items: [] };
    known.set(workspaceSid, roster);
    return roster;
  }
}

/** Continues to read where the last read ended, and yields all workers after each page. */
async function* pagesOf(
  { client, signal: epoch }: Connection,
  workspaceSid: string,
  roster: Roster,
  closed: AbortSignal,
): AsyncGenerator<readonly WorkerItem[]> {
  if (roster.readAt !== undefined) return;
  const { signal, end } = either(epoch, closed);
  const options = { pageSize, maxPages, ...(roster.next === undefined ? {} : { pageToken: roster.next }) };
  // Not before: it costs activation two milliseconds.
  const { compare } = new Intl.Collator('en', { numeric: true });
  const sids = new Set(roster.items.map(({ worker }) => worker.sid));
  try {
    for await (const page of client.pages(resources.workers, [workspaceSid], {}, options, signal)) {
      signal.throwIfAborted();
      const added = page.rows.filter(({ sid }) => !sids.has(sid));
      for (const { sid } of added) sids.add(sid);
      roster.items = [...roster.items, ...added.map(itemOf)].sort((one, other) =>
        compare(one.name, other.name),
      );
      roster.next = page.nextPageToken;
      if (!page.nextPageToken && !page.cutShort) roster.readAt = machineClock.elapsed();
      yield roster.items;
      if (page.cutShort) throw page.cutShort;
    }
  } finally {
    end();
  }
}

function itemOf(row: Row): WorkerItem {
  const worker = readRow(resources.workers, row);
  const icon = worker?.available ? 'circle-large-filled' : 'circle-large';
  const details = [
    worker?.activity_name ?? '',
    attribute(worker?.attributes, 'contact_uri') ??
      (worker?.attributes ? vscode.l10n.t('no contact_uri') : ''),
  ];
  const name = forQuickPick(firstVisible([worker?.friendly_name, row.sid]), 60);
  return {
    name,
    label: `$(${icon}) ${name}`,
    description: forQuickPick(details.filter(Boolean).join(' · ')),
    detail: row.sid,
    worker: row,
  };
}
