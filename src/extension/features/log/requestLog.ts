import type * as vscode from 'vscode';
import { curl } from '../../../taskrouter/curl';
import type { Exchange } from '../../../taskrouter/client';
import { exchangeLine } from '../../../taskrouter/exchangeLine';
import { Redactor, RequestSecrets } from '../../../taskrouter/redaction';
import type { TaskRouterRequest } from '../../../taskrouter/requests';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import type { Clock } from '../../data/clock';
import { plain } from '../../display/safeText';

/** How many important requests are listed, and how many others. */
const maxListed = 100;
/** Milliseconds. */
const logBodiesFor = 15 * 60_000;

/** One request, for the log and the list of recent requests. */
export interface LoggedRequest {
  readonly account: Account;
  readonly request: TaskRouterRequest;
  readonly line: string;
  /** `POST Reservations/WR… 400`, without the parents. */
  readonly short: string;
  /** An update or a failure, as opposed to one of the many reads. */
  readonly isImportant: boolean;
  readonly at: Date;
}

/** One line for each request: never a secret, and customer data only while the user has turned that on. */
export class RequestLog {
  private readonly last: LoggedRequest[] = [];
  /** How many requests language models have caused. */
  byTools = 0;
  private bodiesUntil = -Infinity;

  constructor(
    private readonly channel: vscode.LogOutputChannel,
    private readonly clock: Pick<Clock, 'now' | 'elapsed'>,
  ) {}

  /** The newest first. */
  get recent(): readonly LoggedRequest[] {
    return [...this.last].reverse();
  }

  add(account: Account, exchange: Exchange, request: TaskRouterRequest): void {
    if (exchange.purpose === 'tool') this.byTools++;
    const line = plain(exchangeLine(account, exchange, request), 500);
    const { method, status, failure } = exchange;
    const isImportant = method !== 'GET' || failure !== undefined || (status ?? 0) >= 400;
    const short = plain([method, shortPath(exchange.path), status ?? failure].join(' '), 100);
    // Polling reads the same resources again and again: the last read of each is enough.
    const same = this.last.findIndex((one) => method === 'GET' && isSameRead(one, account, short, exchange));
    if (same >= 0) this.last.splice(same, 1);
    this.last.push({ account, request, line, short, isImportant, at: new Date() });
    const alike = this.last.filter((one) => one.isImportant === isImportant);
    if (alike.length > maxListed) this.last.splice(this.last.indexOf(alike[0]!), 1);
    this.channel.info(line);
    if (this.clock.elapsed() < this.bodiesUntil) this.channel.info(detailOf({ account, request }));
  }

  /** Drops the requests of the other accounts. */
  retain(accountIds: readonly string[]): void {
    const left = this.last.filter(({ account }) => accountIds.includes(account.id));
    this.last.length = 0;
    for (const one of left) this.last.push(one);
  }

  /** Logs request bodies, for fifteen minutes. */
  logBodies(): void {
    // Not by the time of day: the computer's clock may be set back.
    this.bodiesUntil = this.clock.elapsed() + logBodiesFor;
    const until = new Date(this.clock.now() + logBodiesFor).toLocaleTimeString();
    this.channel.warn(`Request bodies are logged until ${until}. They can contain customer data.`);
  }
}

/** Whether both read the same resource or list, with the same result. */
const isSameRead = (one: LoggedRequest, account: Account, short: string, { path }: Exchange) =>
  one.account.id === account.id && one.short === short && one.request.path === path;

/** The request as curl, credentials and passwords as variables. */
export function curlOf({ account, request }: Pick<LoggedRequest, 'account' | 'request'>): string {
  const to = { origin: account.origin, apiKey: isSid('ApiKey', account.username) };
  return curl(request, to);
}

/** The request as curl, without passwords in URLs, which a copied command includes. */
function detailOf(logged: Pick<LoggedRequest, 'account' | 'request'>): string {
  const secrets = new RequestSecrets();
  secrets.add(logged.request);
  return plain(new Redactor([], secrets).message(curlOf(logged).replaceAll(' \\\n', '')), 4000);
}

/** The last collection of a path, with the SID in it if there is one. */
function shortPath(path: string): string {
  const segments = path.split('/').slice(2);
  return segments.slice(segments.length % 2 ? -1 : -2).join('/');
}
