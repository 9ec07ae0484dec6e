import { PhoneNetwork } from '../environment/phoneNetwork';
import type { AccountState } from '../state/accountState';
import type { Reservation, Row, Workspace } from '../state/rows';
import { BodyParameters } from '../protocol/bodyParameters';
import { readCallOrAlerts } from './callsAndAlerts';
import { list } from './lists';
import type { ApiResponse, ApiRequest } from '../protocol/messages';
import { HttpError, notFound } from '../protocol/httpError';
import { taskAndWorkerOf } from '../state/reservations';
import { resources } from './resources';
import type { Scope } from './represent';
import type { Resource } from './resources';
import { parseStatisticsPath, statistics } from './statistics';
import type { ResolvedPath } from './statistics';
import { updateReservation } from './update';

export interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeys: readonly { readonly sid: string; readonly secret: string }[];
}

/** TaskRouter's REST API for one account. https://www.twilio.com/docs/taskrouter/api */
export class Api {
  readonly phones: PhoneNetwork;
  constructor(
    private readonly account: AccountState,
    private readonly credentials: Credentials,
  ) {
    this.phones = new PhoneNetwork(account);
  }

  respond(request: ApiRequest): ApiResponse {
    try {
      this.#authenticate(request.header('authorization'));
      const { status, body, etag } = this.#carryOut(request);
      const headers: Record<string, string> = etag === undefined ? {} : { etag };
      return { status, headers, body: body === undefined ? '' : JSON.stringify(body) };
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const headers = error.status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : undefined;
      return { status: error.status, headers: headers ?? {}, body: JSON.stringify(error.body) };
    }
  }

  #authenticate(header: string | undefined): void {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '') ?? [];
    if (encoded === undefined)
      throw new HttpError(401, 20003, 'Authentication Error - No credentials provided');
    const given = Buffer.from(encoded, 'base64').toString();
    const { accountSid, authToken, apiKeys } = this.credentials;
    const known = [`${accountSid}:${authToken}`, ...apiKeys.map(({ sid, secret }) => `${sid}:${secret}`)];
    if (!known.includes(given)) throw new HttpError(401, 20003, 'Authenticate');
  }

  #carryOut(request: ApiRequest): Result {
    const { method, path, origin } = request;
    if (!isServedAt(origin, path)) throw notFound(path);
    const other = readCallOrAlerts(this.account, this.phones, request);
    if (other) {
      if (method !== 'GET') throw methodNotAllowed();
      return { status: 200, body: other };
    }
    const statistic = parseStatisticsPath(path);
    const found = this.#find(origin, statistic?.of ?? path);
    if (!found) throw notFound(path.replace(/^\/v1/, ''));
    if (statistic) {
      const body = statistics(found, statistic.part, request, `${request.origin}${path}`);
      if (body === undefined) throw methodNotAllowed();
      return { status: 200, body };
    }
    const { resource, scope, row } = found;
    if (row) return this.#onRow(request, resource, scope, row);
    if (method === 'GET') {
      const { body, etag } = list(resource, scope, request.query, `${request.origin}${path}`);
      return resource.etags === 'none' ? { status: 200, body } : { status: 200, body, etag };
    }
    if (method !== 'POST' || !resource.edits.create) throw methodNotAllowed();
    return {
      ...withETag(resource, scope, resource.edits.create(scope, new BodyParameters(request.body))),
      status: 201,
    };
  }

  #onRow(request: ApiRequest, resource: Resource, scope: Scope, row: Row): Result {
    const { method, body } = request;
    if (method === 'GET') return withETag(resource, scope, row);
    if (resource.etags !== 'none') checkMatch(request.header('if-match'), row);
    if (method === 'DELETE' && resource.edits.remove) {
      resource.edits.remove(scope, row);
      return { status: 204 };
    }
    if (method !== 'POST') throw methodNotAllowed();
    if (resource.noun === 'Reservation') this.#update(scope, row as Reservation, request);
    else if (resource.edits.update) resource.edits.update(scope, row, new BodyParameters(body));
    else throw methodNotAllowed();
    return withETag(resource, scope, row);
  }

  #update({ workspace }: Scope, reservation: Reservation, { path, body }: ApiRequest): void {
    const context = { workspace, reservation, ...taskAndWorkerOf(workspace, reservation) };
    updateReservation(this.account, this.phones, context, body, path.includes('/Workers/'));
  }

  /** The collection or row of a path. Undefined when any part of the path does not exist. */
  #find(origin: string, path: string): ResolvedPath | undefined {
    const [, version, ...parts] = path.split('/');
    if (version !== 'v1') return undefined;
    const segments = parts.filter((_, i) => i % 2 === 0);
    const sids = parts.filter((_, i) => i % 2 === 1);
    const resource = resourceAt(segments);
    if (!resource) return undefined;
    const workspace = segments.length === 1 ? undefined : this.account.workspaces.get(sids[0]);
    if (segments.length > 1 && !workspace) return undefined;
    let scope: Scope = { account: this.account, origin, workspace: workspace as Workspace };
    if (segments.length === 3) {
      const parent = resourceAt(segments.slice(0, 2))?.get(scope, sids[1]!);
      if (!parent) return undefined;
      scope = { ...scope, parent: parent as NonNullable<Scope['parent']> };
    }
    if (sids.length < segments.length) return { resource, scope };
    const row = resource.get(scope, sids.at(-1)!);
    if (!row) return undefined;
    // A workspace is its own scope.
    return segments.length === 1
      ? { resource, scope: { ...scope, workspace: row as Workspace }, row }
      : { resource, scope, row };
  }
}

/** At Twilio each API has its own host; on this machine one host serves them all. */
function isServedAt(origin: string, path: string): boolean {
  const [, host] = /^https:\/\/(taskrouter|api|monitor)\./.exec(origin) ?? [];
  if (host === undefined) return true;
  return (
    host === (path.startsWith('/2010-04-01/') ? 'api' : /^\/v1\/Alerts/.test(path) ? 'monitor' : 'taskrouter')
  );
}

const byPath = new Map(resources.map((resource) => [resource.path.join('/'), resource]));
const resourceAt = (segments: readonly string[]): Resource | undefined => byPath.get(segments.join('/'));

interface Result {
  readonly status: number;
  readonly body?: unknown;
  readonly etag?: string;
}

function withETag(resource: Resource, scope: Scope, row: Row): Result {
  const body = resource.show(scope, row);
  return resource.etags === 'rows and lists'
    ? { status: 200, body, etag: etagOf(row) }
    : { status: 200, body };
}

const methodNotAllowed = () => new HttpError(405, 20004, 'Method not allowed');

const etagOf = (row: Row) => `"${row.version}"`;

/** Twilio's own JavaScript SDK sends the bare version, without the quotes that the ETag header has. */
function checkMatch(ifMatch: string | undefined, row: Row): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  if (ifMatch.replace(/^W\//, '').replaceAll('"', '') === String(row.version)) return;
  throw new HttpError(
    412,
    20412,
    'Precondition Failed: the resource has changed since this version of it was read.',
  );
}
