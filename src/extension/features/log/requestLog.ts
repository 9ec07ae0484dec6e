import type * as vscode from 'vscode';
import type { Exchange } from '../../../taskrouter/client';
import { Redactor, RequestSecrets } from '../../../taskrouter/redaction';
import type { TaskRouterRequest } from '../../../taskrouter/requests';
import { isSid } from '../../../taskrouter/sid';
import { snippets } from '../../../taskrouter/snippets';
import type { Account } from '../../accounts/account';
import type { Clock } from '../../data/clock';
import { plain } from '../../display/safeText';

/** Of what was sent or failed, and of what was read. */
const kept = 100;
const detailedFor = 15 * 60_000;

/** One request, for the log and the list of recent requests. */
export interface Logged {
  readonly account: Account;
  readonly request: TaskRouterRequest;
  readonly line: string;
  /** `POST Reservations/WR… 400`, without the parents. */
  readonly short: string;
  /** It is an update, or it failed: not one of the many reads. */
  readonly telling: boolean;
  readonly at: Date;
}

/** One line for each request: never a secret, and customer data only while the user has turned that on. */
export class RequestLog {
  private readonly last: Logged[] = [];
  private detailedUntil = -Infinity;

  constructor(
    private readonly channel: vscode.LogOutputChannel,
    private readonly clock: Pick<Clock, 'now' | 'elapsed'>,
  ) {}

  /** The newest first. */
  get recent(): readonly Logged[] {
    return [...this.last].reverse();
  }

  add(account: Account, exchange: Exchange, request: TaskRouterRequest): void {
    const line = lineOf(account, exchange);
    const { method, status, failure } = exchange;
    const telling = method !== 'GET' || failure !== undefined || (status ?? 0) >= 400;
    const short = plain([method, placeOf(exchange.path), status ?? failure].join(' '), 100);
    this.last.push({ account, request, line, short, telling, at: new Date() });
    const alike = this.last.filter((one) => one.telling === telling);
    if (alike.length > kept) this.last.splice(this.last.indexOf(alike[0]!), 1);
    this.channel.info(line);
    if (this.clock.elapsed() < this.detailedUntil) this.channel.info(detailOf({ account, request }));
  }

  /** Logs request bodies, for fifteen minutes. */
  beDetailed(): void {
    // Not by the time of day: somebody may set the computer's clock back.
    this.detailedUntil = this.clock.elapsed() + detailedFor;
    const until = new Date(this.clock.now() + detailedFor).toLocaleTimeString();
    this.channel.warn(`Request bodies are logged until ${until}. They can contain customer data.`);
  }
}

/** The request as curl, credentials and passwords as variables. */
export function curlOf({ account, request }: Pick<Logged, 'account' | 'request'>): string {
  const to = { origin: account.origin, apiKey: isSid('ApiKey', account.username) };
  return snippets.find(({ name }) => name === 'curl')!.write(request, to).text!;
}

/** Also without the passwords in URLs, which a copied command keeps. */
function detailOf(logged: Pick<Logged, 'account' | 'request'>): string {
  const secrets = new RequestSecrets();
  secrets.add(logged.request);
  return plain(new Redactor([], secrets).message(curlOf(logged).replaceAll(' \\\n', '')), 4000);
}

/** The last collection of a path, with the SID in it if there is one. */
function placeOf(path: string): string {
  const segments = path.split('/').slice(2);
  return segments.slice(segments.length % 2 ? -1 : -2).join('/');
}

function lineOf(account: Account, exchange: Exchange): string {
  const { method, path, status, failure, milliseconds, requestId, attempt } = exchange;
  const parts = [account.name, method, path, status ?? failure, `${milliseconds} ms`, requestId];
  return plain([...parts, attempt > 1 ? `attempt ${attempt}` : undefined].filter(Boolean).join(' '), 500);
}
