import { randomUUID } from 'node:crypto';
import type { Client, Exchange } from '../../taskrouter/client';
import { createClient } from '../../taskrouter/client';
import type { RequestLimit } from '../../taskrouter/requestLimit';
import type { Fetch } from '../../taskrouter/fetch';
import { NotSentError } from '../../taskrouter/fetch';
import { RequestSecrets } from '../../taskrouter/redaction';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { isSid } from '../../taskrouter/sid';
import { Emitter } from '../emitter';
import type { Memory } from '../accounts/memory';
import type { Account, Entry } from './account';
import { readsCallsAndAlerts, serverOf, simulatedAccount } from './account';
import { AccountRecords } from './accountRecords';
import type { Connect, Connection } from './connections';
import { Connections, MissingSecretError, SignedOutError } from './connections';
import type { CheckedLogin } from './login';
import { checkLogin } from './login';
import type { SecretStorage } from './secretStore';
import type { InProcess } from './simulation';
import { Simulation } from './simulation';
import { secretKey, SecretStorageError, SecretStore } from './secretStore';

export interface AccountsOptions {
  readonly memory: Memory;
  readonly secrets: SecretStorage;
  readonly fetch: Fetch;
  /** Loads and starts a simulator; called when a simulated account is first used. */
  readonly startSimulator: () => Promise<InProcess>;
  readonly onExchange: (account: Account, exchange: Exchange, request: TaskRouterRequest) => void;
  /** Counts the requests of an account, and delays background requests; no limit when absent. */
  readonly limitOf?: (accountId: string) => RequestLimit;
  /** Logs why the secret storage failed. */
  readonly logError?: (message: string) => void;
}

export type AccountChange = Partial<
  Pick<Account, 'name' | 'environment' | 'readOnly' | 'confirmWrites' | 'readsCallsAndAlerts'>
>;

/** The signed-in accounts of every window, and this window's connections. */
export class Accounts {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly signedIn = new Emitter<Account>();
  /** Fires when the user has signed in to an account in this window. */
  readonly onDidSignIn = this.signedIn.event;
  private readonly signingOut = new Emitter<Account>();
  /** Fires when the user signs out of an account in this window, before its secret is deleted. */
  readonly onWillSignOut = this.signingOut.event;
  private readonly signedOutElsewhere = new Emitter<Account>();
  /** Fires for each account that another window signed out of. */
  readonly onDidSignOutElsewhere = this.signedOutElsewhere.event;
  private readonly records: AccountRecords;
  private readonly secrets: SecretStore;
  private readonly connections = new Connections((...args) => this.open(...args));
  private readonly simulation: Simulation;
  private readonly requestSecrets = new RequestSecrets();
  /** Aborts the checks of credentials that have no connection yet. */
  private readonly closing = new AbortController();

  constructor(private readonly options: AccountsOptions) {
    this.records = new AccountRecords(options.memory);
    this.simulation = new Simulation(() => options.startSimulator());
    this.secrets = new SecretStore(options.secrets, options.logError);
  }

  get all(): readonly Account[] {
    return this.records.all;
  }

  /** The names of the accounts whose records this version cannot read. They stay as they are. */
  get unreadable(): readonly string[] {
    return this.records.unreadable;
  }

  get(id: string): Account | undefined {
    return this.records.get(id);
  }

  /** The account with this login, if any: signing in again replaces its secret and its use. */
  withLogin(origin: string | undefined, username: string | undefined): Account | undefined {
    return this.records.withLogin(origin, username);
  }

  /** Other logins to the same account at Twilio: with another key, or through another edge. */
  leadingTo(account: Account): readonly Account[] {
    return this.records.leadingTo(account);
  }

  /**
   * Reads the workspaces with these credentials, and stores them if that works. What another window changes meanwhile
   * is the later decision: its use and name replace those of the entry.
   * @throws what the read throws, SecretStorageError, or SignedOutError if the account that the entry would replace was
   * signed out meanwhile; then nothing is stored
   */
  async signIn(entry: Entry, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const before = this.withLogin(entry.origin, entry.username);
    const checked = await this.check(entry, secret, signal);
    const account = await this.storeSecret(secret, entry, () => {
      const now = this.withLogin(entry.origin, entry.username);
      if (before && now?.id !== before.id) return undefined;
      return { ...checked.account, ...(now && changesBetween(before, now)) };
    });
    if (!account) throw new SignedOutError();
    this.signedIn.fire(account);
    return { ...checked, account };
  }

  /** Reads the workspaces with these credentials, and stores nothing. @throws what the read throws */
  check(entry: Entry, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const { id } = this.withLogin(entry.origin, entry.username) ?? { id: randomUUID() };
    return this.checkAccount({ ...entry, id }, secret, signal);
  }

  /**
   * Replaces the secret of an account and nothing else; undefined if it has been signed out.
   * @throws what the check's read throws, or SecretStorageError
   */
  async replaceSecret(id: string, secret: string, signal?: AbortSignal): Promise<CheckedLogin | undefined> {
    const before = this.get(id);
    if (!before) return undefined;
    const checked = await this.checkAccount(before, secret, signal);
    const { accountSid } = checked.account;
    const account = await this.storeSecret(secret, before, () => {
      const now = this.get(id);
      return now && { ...now, ...(accountSid === undefined ? {} : { accountSid }) };
    });
    return account && { ...checked, account };
  }

  /** Changes these fields only. Requests in flight are aborted; the login stays. */
  async change(id: string, to: AccountChange): Promise<void> {
    const now = this.get(id);
    if (now) await this.write(() => this.records.put({ ...now, ...to }));
  }

  async simulate(): Promise<Account> {
    if (!this.get(simulatedAccount.id)) await this.write(() => this.records.put(simulatedAccount));
    this.signedIn.fire(simulatedAccount);
    return simulatedAccount;
  }

  /** @throws SecretStorageError; then the account stays, so that the user can try again */
  async signOut(id: string): Promise<void> {
    const account = this.get(id);
    if (!account) return;
    this.connections.close(id, 'signed out');
    this.signingOut.fire(account);
    // Another window may replace the secret while this one is being deleted.
    for (
      let now: Account | undefined = account, secretId;
      now && now.secretId !== secretId;
      now = this.get(id)
    ) {
      ({ secretId } = now);
      await this.secrets.delete(now);
    }
    await this.write(() => this.records.remove(id));
  }

  /** @throws MissingSecretError or SecretStorageError */
  connect(id: string): Promise<Connection> {
    this.sync();
    return this.connections.get(id);
  }

  /**
   * The Auth Token, with which Twilio signs callbacks; undefined for an account that is signed in with an API key.
   * @throws MissingSecretError or SecretStorageError
   */
  async authToken(id: string): Promise<string | undefined> {
    const account = this.get(id);
    if (account?.kind === 'simulated') return (await this.simulation.get()).authToken;
    if (!account || isSid('ApiKey', account.username)) return undefined;
    return this.secrets.get(account);
  }

  /** The simulator of the simulated account. */
  simulator(): Promise<InProcess> {
    return this.simulation.get();
  }

  /** Applies what another window changed. VS Code reports nothing, so every use of an account calls this first. */
  sync(): void {
    for (const one of this.applyChanges()) if (!this.records.has(one.id)) this.signedOutElsewhere.fire(one);
  }

  /** To be called when VS Code reports a changed secret, of this window or another. */
  async secretChanged(key: string): Promise<void> {
    this.sync();
    const account = this.all.find((one) => secretKey(one) === key);
    if (!account) return;
    try {
      if ((await this.secrets.get(account)) !== undefined) return;
    } catch {
      // It is logged. The connection has its secret, which may still be stored.
      return;
    }
    this.connections.close(account.id, 'changed');
    this.changed.fire();
  }

  dispose(): void {
    this.closing.abort();
    this.connections.dispose();
    this.simulation.stop();
    this.secrets.dispose();
  }

  private checkAccount(account: Account, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const client = this.clientOf(account, account.username, secret, this.options.fetch);
    const { signal: closed } = this.closing;
    return checkLogin(client, account, signal ? AbortSignal.any([signal, closed]) : closed);
  }

  /**
   * Stores the secret, then the record that `recordNow` makes of the one that is stored by then: any window may have
   * changed it during the check and while the keyring was waiting. Undefined if there is to be none; then the secret
   * does not stay either. The previous secret is deleted last: until then it can be used.
   */
  private async storeSecret(
    secret: string,
    { name }: Pick<Account, 'name'>,
    recordNow: () => Account | undefined,
  ): Promise<Account | undefined> {
    const secretId = randomUUID();
    await this.secrets.store({ name, secretId }, secret);
    const record = recordNow();
    if (!record) {
      await this.secrets.delete({ name, secretId }).catch(ignoreStorageFailure);
      return undefined;
    }
    const account = { ...record, secretId };
    const replaced = this.get(account.id);
    await this.write(() => this.records.put(account));
    // It is logged, and the sign-in has succeeded.
    if (replaced) await this.secrets.delete(replaced).catch(ignoreStorageFailure);
    return account;
  }

  private readonly open: Connect = async (id, signal) => {
    const account = this.get(id);
    if (!account) throw new SignedOutError();
    if (account.kind === 'simulated') {
      const simulator = await this.simulation.get();
      const { accountSid, authToken, fetch } = simulator;
      return {
        account,
        client: this.clientOf(account, accountSid, authToken, this.guarded(fetch, signal)),
        signal,
      };
    }
    const secret = await this.secrets.get(account);
    if (secret === undefined) throw new MissingSecretError(account);
    const fetch = this.guarded(this.options.fetch, signal);
    return { account, client: this.clientOf(account, account.username, secret, fetch), signal };
  };

  /** Sends nothing once another window has signed out or replaced the secret. */
  private guarded(fetch: Fetch, signal: AbortSignal): Fetch {
    return (url, init) => {
      this.sync();
      return signal.aborted ? Promise.reject(new NotSentError()) : fetch(url, init);
    };
  }

  private clientOf(account: Account, username: string, password: string, fetch: Fetch): Client {
    const { limitOf } = this.options;
    return createClient({
      fetch,
      origin: account.origin,
      server: serverOf(account),
      username,
      password,
      otherHosts: readsCallsAndAlerts(account),
      requestSecrets: this.requestSecrets,
      onExchange: (exchange, request) => this.options.onExchange(account, exchange, request),
      ...(limitOf ? { limit: limitOf(account.id) } : {}),
    });
  }

  private async write(update: () => Thenable<void>): Promise<void> {
    const written = update();
    // Before `sync` could take it for another window's change.
    this.applyChanges();
    await written;
  }

  /** Closes the connections of accounts that changed, and returns their previous version. */
  private applyChanges(): readonly Account[] {
    const changed = this.records.takeChanges();
    if (!changed) return [];
    for (const { id } of changed) this.connections.close(id, this.records.has(id) ? 'changed' : 'signed out');
    if (!this.get(simulatedAccount.id)) this.simulation.stop();
    this.changed.fire();
    return changed;
  }
}

/** The fields of `now` that `before` does not have, or has with another value. */
function changesBetween(before: Account | undefined, now: Account): Partial<Account> {
  const fields = Object.entries(now) as [keyof Account, unknown][];
  return Object.fromEntries(fields.filter(([name, value]) => before?.[name] !== value));
}

function ignoreStorageFailure(error: unknown): void {
  if (!(error instanceof SecretStorageError)) throw error;
}
