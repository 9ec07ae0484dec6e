import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Client, Exchange } from '../../taskrouter/client';
import { createClient } from '../../taskrouter/client';
import { ApiError } from '../../taskrouter/errors';
import type { Fetch } from '../../taskrouter/fetch';
import { NotSentError } from '../../taskrouter/fetch';
import { regionOf } from '../../taskrouter/origin';
import { RequestSecrets } from '../../taskrouter/redaction';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { workspaces } from '../../taskrouter/resources';
import { Emitter } from '../data/emitter';
import type { Memory } from '../data/memory';
import type { Account, Entry } from './account';
import { simulatedAccount } from './account';

/** What a first read with new credentials found. */
export interface CheckedLogin {
  readonly account: Account;
  /** The friendly name of the first workspace, if there is one. */
  readonly firstWorkspace?: string;
  readonly workspaces: number;
  readonly milliseconds: number;
}

/** An account in use. Its signal aborts when the account is signed out; an answer after that is dropped. */
export interface Connection {
  readonly account: Account;
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** The stored secret cannot be read back. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError';
  constructor(readonly account: Account) {
    super('The secret of an account is not remembered on this machine.');
  }
}

/** The credentials are the trouble: asking again with the same ones does not help. */
export const isAboutCredentials = (error: unknown): boolean =>
  error instanceof MissingSecretError ||
  (error instanceof ApiError &&
    (error.status === 401 || error.status === 403 || [20005, 20008, 70051].includes(error.code ?? 0)));

/** The part of vscode.SecretStorage that is used. */
interface Secrets {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

/** A TaskRouter that lives in this process. */
export interface InProcess {
  readonly accountSid: string;
  readonly authToken: string;
  readonly fetch: Fetch;
  stop(): void;
}

export interface AccountsOptions {
  readonly memory: Memory;
  readonly secrets: Secrets;
  readonly fetch: Fetch;
  /** Loads and starts a simulator; called when a simulated account is first used. */
  readonly startSimulator: () => Promise<InProcess>;
  readonly onExchange: (account: Account, exchange: Exchange, request: TaskRouterRequest) => void;
}

const recordsKey = 'accounts';
const secretKey = (account: Account) => `account.${account.secretId}`;

export class Accounts {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  /** Told of what another window has signed out of. */
  private readonly signedOutElsewhere = new Emitter<Account>();
  readonly onDidSignOutElsewhere = this.signedOutElsewhere.event;
  private readonly requestSecrets = new RequestSecrets();
  private readonly open = new Map<string, { connection: Promise<Connection>; close: () => void }>();
  /** As they were told of last. */
  private told: readonly Account[];

  constructor(private readonly options: AccountsOptions) {
    this.told = this.all;
  }

  get all(): readonly Account[] {
    return this.options.memory.get<readonly Account[]>(recordsKey) ?? [];
  }

  get(id: string): Account | undefined {
    return this.all.find((account) => account.id === id);
  }

  /** The account here that has this login already, if any: signing in again replaces its secret and its use. */
  withLogin(origin: string | undefined, username: string | undefined): Account | undefined {
    return this.all.find((one) => one.origin === origin && one.username === username);
  }

  /** Others that lead to the same account at Twilio: with another key, or through another edge. */
  leadingTo({ id, accountSid, origin }: Account): readonly Account[] {
    return this.all.filter(
      (one) =>
        one.id !== id &&
        one.accountSid !== undefined &&
        one.accountSid === accountSid &&
        regionOf(one.origin) === regionOf(origin),
    );
  }

  /**
   * Reads the workspaces with these credentials, and keeps them if that works.
   * @throws what the read throws, and then nothing is kept
   */
  async signIn(entry: Entry, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const checked = await this.check(entry, secret, signal);
    return { ...checked, account: await this.keepWith(secret, checked.account) };
  }

  /** Replaces the secret of an account that stays as it is. @throws what the check's read throws */
  async replaceSecret(id: string, secret: string, signal?: AbortSignal): Promise<CheckedLogin | undefined> {
    const before = this.get(id);
    if (!before) return undefined;
    const checked = await this.read(before, secret, signal);
    return { ...checked, account: await this.keepWith(secret, checked.account) };
  }

  /** Gives an account another name, or another use. What was under way in it ends, and its login stays. */
  async change(
    id: string,
    to: Pick<Account, 'name' | 'environment' | 'readOnly' | 'confirmWrites'>,
  ): Promise<void> {
    await this.keep(this.all.map((one) => (one.id === id ? { ...one, ...to } : one)));
  }

  /** In the place of an account with the same id, whose secret goes last: until then it can be used. */
  private async keepWith(secret: string, entry: Account): Promise<Account> {
    const account = { ...entry, secretId: randomUUID() };
    const before = this.get(account.id);
    await this.options.secrets.store(secretKey(account), secret);
    await this.keep(
      before ? this.all.map((one) => (one.id === account.id ? account : one)) : [...this.all, account],
    );
    if (before) await this.options.secrets.delete(secretKey(before));
    return account;
  }

  /** To be called when the secret storage says that this key changed, here or in another window. */
  async secretChanged(key: string): Promise<void> {
    this.lookAgain();
    const account = this.all.find((one) => secretKey(one) === key);
    if (!account || (await this.options.secrets.get(key)) !== undefined) return;
    this.close(account.id);
    this.changed.fire();
  }

  /**
   * Compares what is kept with what was told last. Another window may have signed in or out, or replaced a secret;
   * VS Code brings that here without a word, so whoever is about to use an account looks.
   */
  lookAgain(): void {
    for (const one of this.follow()) if (!this.get(one.id)) this.signedOutElsewhere.fire(one);
  }

  /** Ends what was under way in accounts that are no longer what they were, and answers with those. */
  private follow(): readonly Account[] {
    const before = this.told;
    this.told = this.all;
    if (isDeepStrictEqual(before, this.told)) return [];
    const changed = before.filter((one) => !isDeepStrictEqual(one, this.get(one.id)));
    for (const { id } of changed) this.close(id);
    this.changed.fire();
    return changed;
  }

  /** Reads the workspaces with these credentials, and keeps nothing. @throws what the read throws */
  check(entry: Entry, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const { id } = this.withLogin(entry.origin, entry.username) ?? { id: randomUUID() };
    return this.read({ ...entry, id }, secret, signal);
  }

  private async read(account: Account, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const client = this.clientOf(account, account.username, secret, this.options.fetch);
    const started = performance.now();
    const { rows } = await client.list(workspaces, [], {}, { pageSize: 50 }, signal);
    signal?.throwIfAborted();
    const first = rows[0]?.['friendly_name'];
    const accountSid = rows[0]?.['account_sid'];
    return {
      account: typeof accountSid === 'string' ? { ...account, accountSid } : account,
      ...(typeof first === 'string' ? { firstWorkspace: first } : {}),
      workspaces: rows.length,
      milliseconds: Math.round(performance.now() - started),
    };
  }

  async simulate(): Promise<Account> {
    if (!this.get(simulatedAccount.id)) await this.keep([...this.all, simulatedAccount]);
    return simulatedAccount;
  }

  async signOut(id: string): Promise<void> {
    const account = this.get(id);
    if (!account) return;
    this.close(id);
    // The secret first: while it may still be there, the account stays, to be signed out of again.
    await this.options.secrets.delete(secretKey(account));
    await this.keep(this.all.filter((one) => one.id !== id));
  }

  /** @throws MissingSecretError */
  connect(id: string): Promise<Connection> {
    this.lookAgain();
    const known = this.open.get(id);
    if (known) return known.connection;
    const epoch = new AbortController();
    // Every request of this account listens to it.
    setMaxListeners(0, epoch.signal);
    const stops: (() => void)[] = [() => epoch.abort()];
    const connection = this.build(id, epoch.signal, stops);
    const entry = { connection, close: () => stops.forEach((stop) => stop()) };
    this.open.set(id, entry);
    // A failure is told, not kept: the next question tries again.
    connection.catch(() => this.open.get(id) === entry && this.open.delete(id));
    return connection;
  }

  dispose(): void {
    for (const id of [...this.open.keys()]) this.close(id);
  }

  private async build(id: string, signal: AbortSignal, stops: (() => void)[]): Promise<Connection> {
    const account = this.get(id);
    if (!account) throw new Error('This account has been signed out.');
    if (account.kind === 'simulated') {
      const simulator = await this.options.startSimulator();
      if (signal.aborted) simulator.stop();
      else stops.push(() => simulator.stop());
      const { accountSid, authToken, fetch } = simulator;
      const guarded = this.whileItLasts(fetch, signal);
      return { account, client: this.clientOf(account, accountSid, authToken, guarded), signal };
    }
    const secret = await this.options.secrets.get(secretKey(account));
    if (secret === undefined) throw new MissingSecretError(account);
    const guarded = this.whileItLasts(this.options.fetch, signal);
    return { account, client: this.clientOf(account, account.username, secret, guarded), signal };
  }

  /** Nothing goes out any more once another window has signed out, or has replaced the secret. */
  private whileItLasts(fetch: Fetch, signal: AbortSignal): Fetch {
    return (url, init) => {
      this.lookAgain();
      return signal.aborted ? Promise.reject(new NotSentError()) : fetch(url, init);
    };
  }

  private clientOf(account: Account, username: string, password: string, fetch: Fetch): Client {
    return createClient({
      fetch,
      origin: account.origin,
      username,
      password,
      requestSecrets: this.requestSecrets,
      onExchange: (exchange, request) => this.options.onExchange(account, exchange, request),
    });
  }

  private async keep(accounts: readonly Account[]): Promise<void> {
    const kept = this.options.memory.update(recordsKey, accounts);
    // Before anybody looks again: this change is this window's own.
    this.follow();
    await kept;
  }

  private close(id: string): void {
    this.open.get(id)?.close();
    this.open.delete(id);
  }
}
