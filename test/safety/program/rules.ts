import type { Account } from '../../../src/extension/accounts/account';
import { originOf, otherHosts } from '../../../src/taskrouter/origin';
import { readRows } from '../../../src/taskrouter/response';
import { comparedFields } from '../../../src/taskrouter/reservation';
import { isSid } from '../../../src/taskrouter/sid';
import type { Collection, Row } from '../../../src/taskrouter/resources';
import { taskReservations, tasks, workers, workspaces } from '../../../src/taskrouter/resources';
import { invisible, link, liveIcons } from '../hostile';
import type { FormState } from '../../../src/webview/reservation/protocol';
import type { Message, Sink } from './editor';
import { withoutMarkup, written } from './notations';
import { listName, type HostileTaskRouter, type Request, type Served } from './taskRouter';
import type { ShownRow } from './treeOnScreen';

/** Something that the user did that may send one write. `sid` is undefined where they choose the reservation later. */
interface Act {
  readonly what: string;
  readonly sid: string | undefined;
  isUsed: boolean;
}

interface Grant {
  readonly message: Message;
  readonly answeredAt: number;
  isUsed: boolean;
}

export interface RulesOptions {
  readonly accounts: () => readonly Account[];
  readonly taskRouter: () => HostileTaskRouter;
  readonly now: () => number;
  readonly secrets: readonly string[];
  /** What the user types into a form: shown there and where it is confirmed, and nowhere else. */
  readonly typed: readonly string[];
  /** Requests per minute. */
  readonly limit: number;
  /** Whether credentials are being checked that are not stored yet. */
  readonly isSigningIn: () => boolean;
  /** Whether nothing that the user did can be the reason for a request. */
  readonly isQuiet: () => boolean;
  readonly onViolation: (text: string) => void;
}

/** A write that has left. */
interface Write {
  readonly sid: string;
  readonly accountId: string;
  readonly line: string;
  readonly isSimulated: boolean;
  /** How its outcome begins, once the log has it. */
  headline?: string;
  /** Where it was told outside of a form; in the form, since when. */
  isTold: boolean;
  inFormSince?: number | undefined;
}

const minute = 60_000;
/** With the first: as many as a list is read for. */
const maxPages = 200;
/** Faster answers than this are a held key's. */
const minReadingTime = 1000;
/** Where VS Code makes links and icons of the text. */
const live: readonly Sink[] = [
  'notification',
  'status message',
  'progress',
  'prompt',
  'button',
  'status bar',
];
const withIcon: readonly Sink[] = ['status message', 'status bar', 'quick pick'];
const ourIcons = /^\$\([a-z~-]+\) ?|( \$\((warning|sync~spin)\))+$/g;
const calls = ['conference', 'dequeue', 'call', 'redirect', 'supervise'];
const openStatuses = ['pending', 'accepted', 'wrapping'];
const sidPattern = /^[A-Z]{2}[0-9a-f]{32}$/;

/** What writes are about, as a confirmation names it. */
const kinds = [
  { segment: 'Reservations', label: 'Reservation', field: 'reservation_status', status: 'Status' },
  { segment: 'Tasks', label: 'Task', field: 'assignment_status', status: 'Status' },
  { segment: 'Workers', label: 'Worker', field: 'activity_name', status: 'Activity' },
  {
    segment: 'Channels',
    label: 'Worker channel',
    field: 'task_channel_unique_name',
    status: 'Channel',
  },
] as const;
const kindOf = (path: string) => kinds.find(({ segment }) => segment === path.split('/').at(-2))!;

export const isWriteConfirmation = ({ modal, detail }: Message): boolean =>
  modal && kinds.some(({ label }) => detail.includes(`\n${label}: `));

/** What must hold whatever TaskRouter responds and the user does. Each broken rule is reported once. */
export class Rules {
  private readonly acts: Act[] = [];
  private readonly grants: Grant[] = [];
  private readonly writing = new Map<string, number>();
  private readonly writes: Write[] = [];
  /** When requests left that the user did not cause. */
  private quiet: number[] = [];
  /** Pages read since the first one, by path. */
  private readonly chains = new Map<string, number>();
  private readonly secrets: readonly string[];
  private readonly typed: readonly string[];

  constructor(private readonly options: RulesOptions) {
    this.secrets = options.secrets.flatMap(written);
    this.typed = options.typed.flatMap(written);
  }

  /** To be called when the user does what may send one write. */
  acted(what: string, sid?: string): void {
    this.acts.push({ what, sid, isUsed: false });
  }

  /** To be called when the user answers a dialog with its button. */
  confirmed(message: Message, now: number): void {
    if (isWriteConfirmation(message) && now - message.shownAt >= minReadingTime)
      this.grants.push({ message, answeredAt: now, isUsed: false });
  }

  request(request: Request): void {
    const account = this.accountOf(request);
    const isCheck =
      request.method === 'GET' && request.path === '/v1/Workspaces' && this.options.isSigningIn();
    if (!account && isCheck) return;
    if (!account) return this.broken(`a request left after the sign-out: ${lineOf(request)}`);
    // The statistics of all queues stand where a SID would.
    const lists = request.method === 'GET' ? /\.json$|(?<=\/TaskQueues)\/Statistics$/ : /\.json$/;
    const sids = request.path
      .replace(lists, '')
      .split('/')
      .slice(2)
      .filter((_, i) => i % 2 === 1);
    if (!sids.every((sid) => sidPattern.test(sid)))
      this.broken(`a path with another word: ${lineOf(request)}`);
    this.limit(request);
    this.pages(request);
    if (request.method !== 'GET') this.write(request, account);
  }

  /** To be called when the response to a request has come, or will not. */
  ended({ method, path }: Request): void {
    if (method !== 'GET') this.writing.set(path, (this.writing.get(path) ?? 1) - 1);
  }

  /** Nothing waits for the writes of an extension host that has ended, and its simulation has ended with it. */
  reloaded(): void {
    this.writing.clear();
    for (const write of this.writes) write.isTold ||= write.isSimulated;
  }

  text(sink: Sink, given: string): void {
    const text = withoutMarkup(given);
    const isIn = (shown: string) => (one: string) => shown.includes(one);
    const isSecret =
      this.secrets.some(isIn(text)) ||
      // To parse every form would take a tenth of the time of all sequences.
      (this.typed.some(isIn(text)) && this.typed.some(isIn(withoutTyped(sink, text))));
    if (isSecret) this.broken(`a secret in a ${sink}: ${text.slice(0, 300)}`);
    this.outcome(sink, text);
    const rest = withIcon.includes(sink) ? text.replace(ourIcons, '') : text;
    if (live.includes(sink) && link.test(rest)) this.broken(`a link in a ${sink}: ${text.slice(0, 300)}`);
    if ((live.includes(sink) || sink === 'quick pick') && liveIcons(rest).length)
      this.broken(`an icon in a ${sink}: ${text.slice(0, 300)}`);
  }

  /** An outcome, where the user sees it. */
  private outcome(sink: Sink, text: string): void {
    for (const write of this.writes.filter((one) => !one.isTold)) {
      const { sid, headline } = write;
      if (sink === 'log' && text.includes(`: ${sid}: `))
        write.headline = letters(text.split(`${sid}: `)[1]!.split(/ \((?:HTTP|no response)/)[0]!).slice(
          0,
          20,
        );
      const isNotified = sink === 'notification' || sink === 'status message';
      const isShown =
        isNotified && (text.includes(sid) || (headline !== undefined && letters(text).includes(headline)));
      write.isTold = isShown;
    }
    const isForm = sink === 'form' || sink === 'closed form';
    if (isForm && this.writes.some((one) => !one.isTold)) this.outcomeInForm(sink, text);
  }

  /** A form that shows an outcome for less than a person needs to read it has not told anybody. */
  private outcomeInForm(sink: 'form' | 'closed form', text: string): void {
    const { reservation, outcome, account } = (JSON.parse(text) as { state: Partial<FormState> }).state;
    const now = this.options.now();
    // Two accounts can have reservations of the same SID.
    const named = this.options.accounts().filter(({ name }) => name === account?.name);
    const isOf = ({ sid, accountId }: Write) =>
      sid === reservation?.sid && (named.length === 0 || named.some(({ id }) => id === accountId));
    for (const write of this.writes.filter((one) => !one.isTold && isOf(one)))
      if (sink === 'form' && outcome) write.inFormSince ??= now;
      else if (now - (write.inFormSince ?? now) < minReadingTime) write.inFormSince = undefined;
  }

  /** The writes whose outcome the user has not seen. */
  get untold(): readonly string[] {
    return this.writes.flatMap(({ isTold, inFormSince, line }) =>
      isTold || inFormSince !== undefined ? [] : [line],
    );
  }

  /** To be called when nothing is in progress any more. */
  ending(stored: readonly string[]): void {
    for (const line of this.untold) this.broken(`nobody was told the outcome of ${line}`);
    for (const text of stored)
      if ([...this.secrets, ...this.typed].some((one) => text.includes(one)))
        this.broken(`a secret is stored: ${text.slice(0, 500)}`);
  }

  /** A row that is about its list: what it says has to be true. */
  private notice(kind: string, id: string): void {
    const lists = this.options.taskRouter().lists;
    const list = lists.get(listNameOf(id));
    if (kind === 'empty' && !list?.empty) this.broken(`the list of ${id} was never empty`);
  }

  /** The rows under an expanded row. */
  children(parent: ShownRow): void {
    const id = parent.item.id!;
    const kinds = (parent.children ?? []).map(({ item }) => item.contextValue ?? '');
    const list = this.options.taskRouter().lists.get(listNameOf(id));
    if (!list || list.continued < list.responses) return;
    if (!['more', 'cut-short', 'failure'].some((kind) => kinds.includes(kind)))
      this.broken(`${id} has more rows, and does not say so`);
  }

  /** A row that is drawn. */
  row({ item }: ShownRow): void {
    const { label, description, tooltip, contextValue = '', id = '' } = item;
    for (const text of [label, description, tooltip]) {
      if (typeof text !== 'string') continue;
      this.text('row', text);
      const unseen = [...text].find((one) => one !== '\n' && invisible.has(one));
      if (unseen) this.broken(`a row with U+${unseen.codePointAt(0)!.toString(16)}: ${text.slice(0, 200)}`);
    }
    if (!label) this.broken(`a row without a label: ${id}`);
    if (id.includes('/:')) this.notice(contextValue, id);
    const words = contextValue.split(' ');
    const collection = [workspaces, tasks, workers, taskReservations].find((one) =>
      words.includes(one.noun.toLowerCase()),
    );
    const versions = this.options.taskRouter().served.get(id.split('/').at(-1)!);
    if (!collection || !words.includes('resource') || !versions) return;
    // What Events say of it has no version that was sent as such.
    if (String(description).includes('not confirmed yet')) return;
    this.isUsable(item, collection, versions);
  }

  private isUsable(
    { tooltip, id, command, collapsibleState, contextValue = '' }: ShownRow['item'],
    { noun, malformed }: Collection,
    versions: readonly Served[],
  ): void {
    const [, marked = ''] = /Unexpected values: (.*)\. Open as JSON/.exec(tooltip as string) ?? [];
    const isReported = this.options.taskRouter().reported.has(id!.split('/').at(-1)!);
    const possible = versions.flatMap(({ row }) =>
      [row as Row, ...readRows([row])].flatMap((one) => {
        const names = malformed(one);
        // An Event says what the status is now, and since when.
        const rest = names.filter((name) => !['reservation_status', 'date_updated'].includes(name));
        return [names.join(', '), ...(isReported ? [rest.join(', ')] : [])];
      }),
    );
    if (!possible.includes(marked))
      this.broken(`the row ${id} marks “${marked}”, and came with “${possible.at(-1)}”`);
    if (!isSid(noun, id!.split('/').at(-1)!)) return;
    const isUsable = noun === 'Reservation' ? command !== undefined : Boolean(collapsibleState);
    if (!isUsable) this.broken(`the row ${id} cannot be used`);
    const reported = this.options.taskRouter().reported.get(id!.split('/').at(-1)!) ?? [];
    const statuses: unknown[] = [
      ...versions.map(({ row }) => row['reservation_status'] ?? row['assignment_status']),
      ...reported,
    ];
    const word = contextValue.split(' ').find((one) => openStatuses.includes(one));
    if (word && !statuses.includes(word)) this.broken(`the row ${id} is said to be ${word}`);
  }

  private accountOf({ origin, username, method }: Request): Account | undefined {
    const reaches = ({ origin: taskRouter, readsCallsAndAlerts = false }: Account) =>
      origin === taskRouter ||
      (readsCallsAndAlerts &&
        method === 'GET' &&
        otherHosts.some((host) => originOf(host, taskRouter) === origin));
    return this.options
      .accounts()
      .find((one) => reaches(one) && (one.kind === 'simulated' || one.username === username));
  }

  private limit(request: Request): void {
    if (!this.options.isQuiet()) {
      this.quiet = [];
      return;
    }
    // The simulated account's requests leave no window.
    if (this.accountOf(request)?.kind === 'simulated') return;
    this.quiet = [...this.quiet.filter((at) => at > request.at - minute), request.at];
    if (this.quiet.length > this.options.limit)
      this.broken(`${this.quiet.length} requests in a minute: ${lineOf(request)}`);
  }

  /** A list whose pages do not end is left at some page. */
  private pages(request: Request): void {
    if (!request.query.has('PageToken')) return void this.chains.delete(request.path);
    const pages = (this.chains.get(request.path) ?? 0) + 1;
    this.chains.set(request.path, pages);
    if (pages <= 3 * maxPages) return;
    this.broken(`${pages} pages without an end: ${lineOf(request)}`);
    throw new Error('There is no such page.');
  }

  private write(request: Request, account: Account): void {
    const { path, body } = request;
    const sid = path.split('/').at(-1)!;
    const line = lineOf(request);
    if (account.readOnly) this.broken(`a read-only account sent ${line}`);
    const unused = this.acts.filter((one) => !one.isUsed);
    // A channel is changed from the row of its worker.
    const [, actedOn = sid] = /\/(WK\w+)\/Channels\/\w+$/.exec(path) ?? [];
    const act = unused.find((one) => one.sid === actedOn) ?? unused.find((one) => one.sid === undefined);
    if (act) act.isUsed = true;
    else this.broken(`nobody asked for ${line}`);
    const running = this.writing.get(path) ?? 0;
    if (running) this.broken(`two at the same time: ${line}`);
    this.writing.set(path, running + 1);
    this.writes.push({
      ...{ sid, line, accountId: account.id },
      isSimulated: account.kind === 'simulated',
      isTold: false,
    });
    const versions = this.options.taskRouter().served.get(sid) ?? [];
    const single = versions.filter((one) => one.path.endsWith(sid));
    const isReservation = kindOf(path).label === 'Reservation';
    if (isReservation && !openStatuses.includes(String(single.at(-1)?.row['reservation_status'])))
      this.broken(`a status of ${String(single.at(-1)?.row['reservation_status'])}, and still ${line}`);
    const isCall = body.some(([name, value]) => name === 'Instruction' && calls.includes(value));
    const grant = isDue(account, isCall) ? this.grantFor(request, account, sid) : undefined;
    const shown = single.filter(({ at }) => at <= (grant?.message.shownAt ?? Infinity)).at(-1);
    const isShown = ({ etag, row }: Served) =>
      etag === request.ifMatch &&
      (!isReservation || comparedFields.every((field) => row[field] === shown?.row[field]));
    if (request.ifMatch !== undefined && !single.some(isShown))
      this.broken(`an If-Match that is not the one that was shown: ${request.ifMatch}, ${line}`);
  }

  /** The one confirmation of this write, which must show what is sent. */
  private grantFor(request: Request, account: Account, sid: string): Grant | undefined {
    const line = lineOf(request);
    const open = this.grants.filter((one) => !one.isUsed);
    const kind = kindOf(request.path);
    const names = ({ message }: Grant) =>
      message.detail.split('\n').some((one) => one.startsWith(`${kind.label}: `) && one.includes(sid));
    const grant = open.findLast(names) ?? open[0];
    if (!grant) {
      this.broken(`without a confirmation: ${line}`);
      return undefined;
    }
    grant.isUsed = true;
    const lines = grant.message.detail.split('\n');
    const shown = (label: string) =>
      lines.find((one) => one.startsWith(`${label}: `))?.slice(label.length + 2);
    const differs = (what: string, one: unknown, other: unknown) => {
      if (one !== other) this.broken(`the dialog showed the ${what} ${String(one)}, sent was ${line}`);
    };
    differs(kind.label, shown(kind.label)?.includes(sid), true);
    differs('address', shown('TaskRouter'), request.origin);
    differs(
      'account',
      shown('Account')?.endsWith(`(${account.kind === 'local' ? 'local' : account.environment})`),
      true,
    );
    const workspaceSid = request.path.split('/')[3];
    differs('workspace', shown('Workspace')?.includes(workspaceSid ?? '?'), true);
    const statuses = this.options
      .taskRouter()
      .served.get(sid)
      ?.map(({ row }) => row[kind.field]);
    differs('status', statuses?.includes(shown(kind.status)), true);
    const values = lines.flatMap((one) => /^(\w+) = ([\x20-\x7e]*)$/.exec(one)?.slice(1).join('=') ?? []);
    const sent = request.body.flatMap(([name, value]) =>
      /^[\x20-\x7e]*$/.test(value) ? `${name}=${/password/i.test(name) ? '********' : value}` : [],
    );
    differs('values', values.join(' '), sent.join(' '));
    return grant;
  }

  private broken(text: string): void {
    this.options.onViolation(text);
  }
}

/** Where the user types, confirms or copies their own values, these are left out. */
function withoutTyped(sink: Sink, text: string): string {
  if (sink === 'modal detail' || sink === 'document' || sink === 'clipboard') return '';
  if (sink !== 'form' && sink !== 'closed form') return text;
  const { state } = JSON.parse(text) as { state: object };
  return JSON.stringify({ ...state, values: undefined, previews: undefined });
}

/** Which writes are confirmed, as the README promises it. */
function isDue({ kind, environment, confirmWrites }: Account, isCall: boolean): boolean {
  if (kind === 'simulated') return false;
  if (environment === 'production') return true;
  return kind === 'local' ? isCall : confirmWrites !== false;
}

/** As `listName` has it, from the id of a row of the tree, or of a notice under it. */
function listNameOf(id: string): string {
  const segments = id.split('/:')[0]!.split('/').slice(1);
  const path = ['/v1/Workspaces', ...segments].join('/');
  if (segments.length === 0) return path;
  const isFinished = segments[2] === 'Finished';
  if (segments.length === 3 && !isFinished) return `${path}/Reservations`;
  if (segments[1] !== 'Tasks') return path;
  const [statuses, order] = isFinished
    ? [['canceled', 'completed'], 'DateCreated:desc']
    : [['pending', 'reserved', 'assigned', 'wrapping'], 'Priority:desc,DateCreated:asc'];
  const filters = statuses.map((status) => ['AssignmentStatus', status] as const);
  return listName(path.replace(/\/Finished$/, ''), [...filters, ['Ordering', order]]);
}

/** What two sinks say alike: each makes links and icons in a name safe in its own way. */
const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '');

const lineOf = ({ method, origin, path, query, body }: Request) =>
  `${method} ${origin}${path}?${query.toString()} ${new URLSearchParams(Object.fromEntries(body)).toString()}`;
