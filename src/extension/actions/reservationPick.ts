import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { readRow } from '../../taskrouter/client';
import type { ResponseShapeError } from '../../taskrouter/errors';
import { rowsOf } from '../../taskrouter/pages';
import { openStatuses } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import type { Row, Workspace } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Account } from '../accounts/account';
import { sidScope } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import type { Command } from '../contributions';
import { worksOn } from '../contributions';
import type { Clock } from '../data/clock';
import { roughTimeLeft } from '../data/deadlines';
import type { Store } from '../data/store';
import { isWhole } from '../data/store';
import type { ReservationTarget } from '../data/target';
import { localizeText } from '../display/localize';
import type { OpenReservation } from '../display/openReservation';
import { inOrder, shownOf } from '../display/openReservation';
import { forAccount, reservationContext, reservationStatusAppearance } from '../display/rows';
import { firstVisible, forQuickPick } from '../display/safeText';
import type { Event } from '../emitter';
import type { Item, Items, Supply } from './quickPick';
import { failureItem, pick } from './quickPick';

interface WorkspaceRef {
  readonly accountId: string;
  readonly workspaceSid: string;
}

/** The open reservations that this window polls. */
export interface KnownReservations {
  readonly all: readonly OpenReservation[];
  readonly onDidChange: Event<unknown>;
  /** Whether these are all open reservations of a workspace, as of a moment ago. */
  isCurrent(workspace: WorkspaceRef): boolean;
}

export interface ReservationPickOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly known: KnownReservations;
  readonly clock: Pick<Clock, 'now' | 'setTimeout'>;
  /** Milliseconds by which an account's TaskRouter is ahead. */
  readonly skew: (accountId: string) => number;
}

/** Each costs a request, for its reservations. */
const maxTasks = 200;
/** Of workspaces that are not polled; if there are more, the user chooses one to read. */
const maxWorkspaces = 4;

/** The statuses of the reservations on which a command works in this account. */
export const statusesFor = (command: Command, account: Account) =>
  openStatuses.filter((one) => worksOn(command, forAccount(account, reservationContext(one))));

/**
 * Asks for a reservation on which the command works, the soonest deadline first. Those that are polled are there at
 * once, the others as they are read.
 * @returns `elsewhere` to choose a workspace first, undefined when the user cancels
 */
export function pickReservation(
  command: Command,
  among: readonly Account[],
  options: ReservationPickOptions,
  wanted: Wanted = {},
): Promise<ReservationTarget | 'elsewhere' | undefined> {
  const statuses = [...new Set(among.flatMap((account) => statusesFor(command, account)))];
  return pick(
    localizeText(command.title),
    l10n.t('Which reservation?'),
    supply({ command, among, ...options, ...wanted }),
    {
      nothing: l10n.t('No open reservation has the status {statuses}.', { statuses: statuses.join(', ') }),
      sends: command.sends,
    },
  );
}

interface Wanted {
  /** Limits the pick to this workspace. */
  readonly workspace?: WorkspaceRef | undefined;
  /** Come before all others, in this order. */
  readonly first?: readonly ReservationTarget[] | undefined;
}

interface Search extends ReservationPickOptions, Wanted {
  readonly command: Command;
  readonly among: readonly Account[];
}

/** A reservation that was read for this pick. */
interface Found {
  readonly account: Account;
  readonly workspaceSid: string;
  readonly task: Row;
  readonly row: Row;
}

type Value = ReservationTarget | 'elsewhere';

const supply =
  (search: Search): Supply<Value> =>
  async (show, whileOpen) => {
    const found = new Map<string, Found>();
    const last: vscode.QuickPickItem[] = [];
    const draw = () => show([...itemsOf(search, found), ...last]);
    const listener = search.known.onDidChange(draw);
    whileOpen.addEventListener('abort', () => listener.dispose());
    draw();
    const places = await unknownWorkspaces(search, whileOpen, (item) => last.push(item));
    if (places.length > maxWorkspaces) last.push(elsewhere());
    else
      await Promise.all(
        places.map((place) =>
          readOpen(search, place, whileOpen, (one) => {
            found.set(`${sidScope(one.account)}${one.row.sid}`, one);
            draw();
          })
            .then((isWhole) => void (isWhole || last.push(cutShortItem(place.name))))
            .catch((error: unknown) => void last.push(failureItem(error, place.name))),
        ),
      );
    draw();
  };

const cutShortItem = (workspace: string): vscode.QuickPickItem => {
  const text = l10n.t('{workspace}: only the {count} oldest tasks were read', { workspace, count: maxTasks });
  return { label: `$(info) ${forQuickPick(text)}`, alwaysShow: true };
};

export const elsewhere = (): Item<'elsewhere'> => ({
  label: l10n.t('Choose From Another Workspace…'),
  iconPath: new vscode.ThemeIcon('organization'),
  alwaysShow: true,
  value: 'elsewhere',
});

function itemsOf(search: Search, found: ReadonlyMap<string, Found>): Items<Value> {
  const { command, among, accounts, known, store, clock, skew, workspace, first = [] } = search;
  const now = clock.now();
  const read = [...found].map(([id, { account, workspaceSid, task, row }]): OpenReservation => {
    const workflowSid = resources.tasks.read(task).workflow_sid;
    const workflow = workflowSid ? store.row(account.id, workflowSid) : undefined;
    const latest = store.row(account.id, row.sid) ?? row;
    const sids = [workspaceSid, task.sid, row.sid] as const;
    const shown = shownOf(latest, task, workflow, skew(account.id));
    return { id, accountId: account.id, sids, isConfirmed: true, ...shown };
  });
  const polled = known.all.filter(
    ({ id, sids }) => !found.has(id) && (!workspace || workspace.workspaceSid === sids[0]),
  );
  const place = ({ accountId, sids }: OpenReservation) => {
    const at = first.findIndex((one) => accountId === one.accountId && sids[2] === one.address.sid);
    return at < 0 ? first.length : at;
  };
  const isOver = ({ deadline }: OpenReservation) => deadline !== undefined && deadline.at <= now;
  return [...read, ...polled]
    .flatMap((one) => {
      const account = among.find(({ id }) => id === one.accountId);
      const fits = account && worksOn(command, forAccount(account, reservationContext(one.status)));
      return fits ? [{ one, account }] : [];
    })
    .sort(
      ({ one: a }, { one: b }) =>
        place(a) - place(b) || Number(isOver(a)) - Number(isOver(b)) || inOrder(a, b),
    )
    .map(({ one, account }) => itemOf(one, accounts.all.length > 1 ? account.name : '', now));
}

function itemOf(one: OpenReservation, accountName: string, now: number): Item<ReservationTarget> {
  const { id, accountId, sids, status, isConfirmed, about, worker, queue, deadline } = one;
  const [workspaceSid, parentSid, sid] = sids;
  const left = deadline && roughTimeLeft(deadline, now);
  const unconfirmed = isConfirmed ? '' : l10n.t('not confirmed yet');
  return {
    id,
    label: forQuickPick(`${about} → ${worker}`),
    iconPath: new vscode.ThemeIcon(reservationStatusAppearance(status).icon),
    description: forQuickPick([left, status, unconfirmed, queue, accountName].filter(Boolean).join(' · ')),
    value: { accountId, address: { workspaceSid, parentSid, sid } },
  };
}

interface Place {
  readonly account: Account;
  readonly workspaceSid: string;
  readonly name: string;
}

/** The workspaces whose open reservations this window does not know. */
async function unknownWorkspaces(
  { among, store, accounts, known, workspace }: Search,
  signal: AbortSignal,
  onFailure: (item: vscode.QuickPickItem) => void,
): Promise<readonly Place[]> {
  const places = await Promise.all(
    among.map(async (account): Promise<Place[]> => {
      try {
        const whole = workspace ? undefined : await workspacesOf(account.id, { store, accounts }, signal);
        if (whole?.cutShort) onFailure(failureItem(whole.cutShort, account.name));
        const sids = whole?.workspaces.map(({ sid }) => sid) ?? [workspace!.workspaceSid];
        return sids.map((workspaceSid) => {
          const name = store.read(resources.workspaces, account.id, workspaceSid)?.friendly_name;
          return { account, workspaceSid, name: firstVisible([name, workspaceSid], 40) };
        });
      } catch (error) {
        onFailure(failureItem(error, account.name));
        return [];
      }
    }),
  );
  return places
    .flat()
    .filter(({ account, workspaceSid }) => !known.isCurrent({ accountId: account.id, workspaceSid }));
}

/** Of workspaces; each has up to 1,000. */
const maxPages = 5;

/** The workspaces of an account, from the store if they are known. @throws what the client throws */
export async function workspacesOf(
  accountId: string,
  { store, accounts }: { readonly store: Store; readonly accounts: Pick<Accounts, 'connect'> },
  whileOpen?: AbortSignal,
): Promise<{
  readonly workspaces: readonly Workspace[];
  readonly cutShort?: ResponseShapeError | undefined;
  /** Rows that have no SID of a workspace. */
  readonly unreadable: number;
}> {
  const stored = store.list({ accountId, collection: resources.workspaces, parents: [] });
  const isComplete = stored?.readAt !== undefined && isWhole(stored);
  if (isComplete)
    return {
      unreadable: 0,
      workspaces: stored.sids.flatMap((sid) => store.read(resources.workspaces, accountId, sid) ?? []),
    };
  const { client, signal } = await accounts.connect(accountId);
  const until = whileOpen ? AbortSignal.any([signal, whileOpen]) : signal;
  const request = store.begin(accountId, '');
  const rows: Row[] = [];
  let cutShort: ResponseShapeError | undefined;
  let unreadable = 0;
  for await (const page of client.pages(resources.workspaces, [], {}, { maxPages }, until)) {
    for (const row of page.rows) rows.push(row);
    ({ cutShort } = page);
    unreadable += page.unreadable;
  }
  store.putAll(request, rows);
  const workspaces = rows.filter(({ sid }) => isSid('Workspace', sid));
  unreadable += rows.length - workspaces.length;
  return { workspaces: workspaces.map((row) => readRow(resources.workspaces, row)), cutShort, unreadable };
}

/**
 * Reads the tasks that can have such reservations, then the reservations of each.
 * @returns whether these were all of those tasks @throws what the client throws
 */
async function readOpen(
  { command, accounts, store }: Search,
  { account, workspaceSid }: Place,
  whileOpen: AbortSignal,
  onFound: (found: Found) => void,
): Promise<boolean> {
  const statuses = statusesFor(command, account);
  const { client, signal } = await accounts.connect(account.id);
  const until = AbortSignal.any([signal, whileOpen]);
  const request = store.begin(account.id, workspaceSid);
  const assignmentStatus = [
    ...(statuses.includes('pending') ? ['reserved'] : []),
    ...(statuses.includes('accepted') ? ['assigned'] : []),
    ...(statuses.includes('wrapping') ? ['wrapping'] : []),
  ];
  const filters = { assignmentStatus, ordering: 'DateCreated:asc' };
  const pages = client.pages(resources.tasks, [workspaceSid], filters, { wanted: maxTasks }, until);
  // For the deadlines. If this fails, the reservations are listed without.
  const workflows = rowsOf(client.pages(resources.workflows, [workspaceSid], {}, {}, until)).catch(() => []);
  const tasks = (await rowsOf(pages)).filter(({ sid }) => isSid('Task', sid));
  store.putAll(request, [...tasks, ...(await workflows)]);
  await Promise.all(
    tasks.map(async (task) => {
      const parents = [workspaceSid, task.sid];
      const rows = await rowsOf(client.pages(resources.taskReservations, parents, {}, {}, until));
      store.putAll(request, rows);
      for (const row of rows)
        if (isSid('Reservation', row.sid)) onFound({ account, workspaceSid, task, row });
    }),
  );
  return tasks.length < maxTasks;
}
