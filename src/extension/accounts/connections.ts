import { setMaxListeners } from 'node:events';
import type { Client } from '../../taskrouter/client';
import { ApiError } from '../../taskrouter/errors';
import type { Account } from './account';

/** Why a connection ended. `window closed` also stands for a reload. */
export type Ending = 'signed out' | 'changed' | 'window closed';

/** The reason of an aborted connection. */
export class ConnectionEndedError extends Error {
  /** As of other aborted work. */
  override readonly name = 'AbortError';
  constructor(readonly ending: Ending) {
    super(`The connection has ended: ${ending}.`);
  }
}

/** Why the connection with this signal ended. */
export const endingOf = ({ reason }: AbortSignal): Ending =>
  reason instanceof ConnectionEndedError ? reason.ending : 'changed';

/**
 * An account in use. Its signal aborts with a ConnectionEndedError when the account is signed out or changed or the window
 * closes; later responses are dropped.
 */
export interface Connection {
  readonly account: Account;
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** The stored secret is gone: this machine did not persist it, or another window replaced it. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError';
  constructor(readonly account: Account) {
    super('The secret of an account is not stored on this machine.');
  }
}

/** The account was signed out meanwhile, in this window or another. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
  constructor() {
    super('This account has been signed out.');
  }
}

/** True when the same credentials will fail again. */
export const isAboutCredentials = (error: unknown): boolean =>
  error instanceof MissingSecretError ||
  (error instanceof ApiError &&
    (error.status === 401 || error.status === 403 || [20005, 20008, 70051].includes(error.code ?? 0)));

/** Creates a connection, which ends when `signal` aborts. */
export type Connect = (id: string, signal: AbortSignal) => Promise<Connection>;

/** At most one open connection of each account. */
export class Connections {
  private readonly open = new Map<
    string,
    { connection: Promise<Connection>; close: (ending: Ending) => void }
  >();

  private disposed = false;

  constructor(private readonly create: Connect) {}

  get(id: string): Promise<Connection> {
    if (this.disposed) return Promise.reject(new Error('This window has been closed.'));
    const known = this.open.get(id);
    if (known) return known.connection;
    const epoch = new AbortController();
    // Every request of this account listens to it.
    setMaxListeners(0, epoch.signal);
    const connection = this.create(id, epoch.signal);
    const entry = { connection, close: (ending: Ending) => epoch.abort(new ConnectionEndedError(ending)) };
    this.open.set(id, entry);
    // A failure is not cached: the next call tries again.
    connection.catch(() => this.open.get(id) === entry && this.open.delete(id));
    return connection;
  }

  close(id: string, ending: Ending): void {
    this.open.get(id)?.close(ending);
    this.open.delete(id);
  }

  /** Closes every connection; no other opens. */
  dispose(): void {
    this.disposed = true;
    for (const id of [...this.open.keys()]) this.close(id, 'window closed');
  }
}
