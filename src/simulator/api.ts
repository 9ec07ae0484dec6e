import { Telephones } from './calls';
import type { Centre, Reservation, Row, Workspace } from './centre';
import { list } from './lists';
import type { Query } from './pages';
import { Refusal, notFound } from './refusal';
import { partsOf } from './reservations';
import { resources } from './resources';
import type { Place, Resource } from './resources';
import { updateReservation } from './update';

/** A request as it came in. */
export interface Incoming {
  readonly method: string;
  /** Scheme and host it was sent to: the answer's URLs stand under them. */
  readonly origin: string;
  readonly path: string;
  readonly query: Query;
  readonly body: Query;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
}

/** TaskRouter's REST API over a centre: one request in, one answer out. */
export class Api {
  readonly telephones: Telephones;
  constructor(
    private readonly centre: Centre,
    private readonly credentials: Credentials,
  ) {
    this.telephones = new Telephones(centre);
  }

  answer(request: Incoming): Answer {
    try {
      this.#authenticate(request.header('authorization'));
      const { body, etag } = this.#carryOut(request);
      return { status: 200, headers: etag === undefined ? {} : { etag }, body: JSON.stringify(body) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const headers = error.status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : undefined;
      return { status: error.status, headers: headers ?? {}, body: JSON.stringify(error.body) };
    }
  }

  #authenticate(header: string | undefined): void {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '') ?? [];
    if (encoded === undefined)
      throw new Refusal(401, 20003, 'Authentication Error - No credentials provided');
    const given = Buffer.from(encoded, 'base64').toString();
    const { accountSid, authToken, apiKeySid, apiKeySecret } = this.credentials;
    const known = [`${accountSid}:${authToken}`, `${apiKeySid}:${apiKeySecret}`];
    if (!known.includes(given)) throw new Refusal(401, 20003, 'Authenticate');
  }

  #carryOut(request: Incoming): { body: unknown; etag?: string } {
    const found = this.#find(request);
    if (!found) throw notFound(request.path.replace(/^\/v1/, ''));
    const { resource, at, row } = found;
    if (row === undefined) {
      if (request.method !== 'GET') throw methodNotAllowed();
      const { body, etag } = list(resource, at, request.query, `${request.origin}${request.path}`);
      return resource.etags === 'none' ? { body } : { body, etag };
    }
    if (request.method === 'POST' && resource.noun === 'Reservation') {
      checkMatch(request.header('if-match'), row);
      this.#update(at, row as Reservation, request);
    } else if (request.method !== 'GET') {
      throw methodNotAllowed();
    }
    const body = resource.show(at, row);
    return resource.etags === 'rows and lists' ? { body, etag: etagOf(row) } : { body };
  }

  #update({ workspace }: Place, reservation: Reservation, { path, body }: Incoming): void {
    const situation = { workspace, reservation, ...partsOf(workspace, reservation) };
    updateReservation(this.centre, this.telephones, situation, body, path.includes('/Workers/'));
  }

  /** What a path names: a collection, or a row of it. Undefined when any part of the path names nothing. */
  #find({ origin, path }: Incoming): { resource: Resource; at: Place; row?: Row } | undefined {
    const [, version, ...parts] = path.split('/');
    if (version !== 'v1') return undefined;
    const segments = parts.filter((_, i) => i % 2 === 0);
    const sids = parts.filter((_, i) => i % 2 === 1);
    const resource = resourceAt(segments);
    if (!resource) return undefined;
    const workspace = segments.length === 1 ? undefined : this.centre.workspaces.get(sids[0]);
    if (segments.length > 1 && !workspace) return undefined;
    let at: Place = { centre: this.centre, origin, workspace: workspace as Workspace };
    if (segments.length === 3) {
      const parent = resourceAt(segments.slice(0, 2))?.get(at, sids[1]!);
      if (!parent) return undefined;
      at = { ...at, parent: parent as NonNullable<Place['parent']> };
    }
    if (sids.length < segments.length) return { resource, at };
    const row = resource.get(at, sids.at(-1)!);
    return row && { resource, at, row };
  }
}

const byPath = new Map(resources.map((resource) => [resource.path.join('/'), resource]));
const resourceAt = (segments: readonly string[]): Resource | undefined => byPath.get(segments.join('/'));

const methodNotAllowed = () => new Refusal(405, 20004, 'Method not allowed');

const etagOf = (row: Row) => `"${row.version}"`;

/** Twilio's own JavaScript SDK sends the bare version, without the quotes that the ETag header has. */
function checkMatch(ifMatch: string | undefined, row: Row): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  if (ifMatch.replace(/^W\//, '').replaceAll('"', '') === String(row.version)) return;
  throw new Refusal(
    412,
    20412,
    'Precondition Failed: the resource has changed since this version of it was read.',
  );
}
