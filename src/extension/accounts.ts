import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Client, Exchange } from '../taskrouter/client';
import { createClient } from '../taskrouter/client';
import type { Fetch } from '../taskrouter/fetch';
import { defaultOrigin } from '../taskrouter/origin';
import type { TaskRouterRequest } from '../taskrouter/requests';
import { workspaces } from '../taskrouter/resources';
import { Changes } from './changes';

/** What is kept of an account beside its secret. */
export interface Account {
  /** Random; carries nothing of the account. */
  readonly id: string;
  readonly kind: 'twilio' | 'local' | 'simulated';
  readonly name: string;
  readonly origin: string;
  /** Account SID or API key SID: the user name of Basic auth. */
  readonly username: string;
  /** The account that TaskRouter answered for: of an API key it is not seen otherwise, nor of a subaccount. */
  readonly accountSid?: string;
  /** What depends on it: production asks before every action. */
  readonly environment: Environment;
  /** Nothing is ever sent that changes something. */
  readonly readOnly: boolean;
}

export type Environment = 'development' | 'staging' | 'production';

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
    super(`The secret of ${account.name} is not remembered on this machine.`);
  }
}

/** The parts of VS Code that accounts live in: vscode.Memento and vscode.SecretStorage. */
interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}
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
const secretKey = (account: Account) => `account.${account.id}`;

export const simulatedAccount: Account = {
  id: 'simulated',
  kind: 'simulated',
  name: 'Simulated account',
  origin: defaultOrigin,
  username: '',
  environment: 'development',
  readOnly: false,
};

export class Accounts {
  readonly changes = new Changes<void>();
  private readonly open = new Map<string, { connection: Promise<Connection>; close: () => void }>();

  constructor(private readonly options: AccountsOptions) {}

  get all(): readonly Account[] {
    return this.options.memory.get<readonly Account[]>(recordsKey) ?? [];
  }

  get(id: string): Account | undefined {
    return this.all.find((account) => account.id === id);
  }

  /**
   * Reads the workspaces with these credentials, and keeps them if that works.
   * @throws what the read throws, and then nothing is kept
   */
  async signIn(entry: Omit<Account, 'id'>, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
    const checked = await this.check({ ...entry, id: randomUUID() }, secret, signal);
    const { account } = checked;
    const replaced = this.all.filter((one) => sameLogin(one, account));
    await this.options.secrets.store(secretKey(account), secret);
    await this.keep([...this.all.filter((one) => !sameLogin(one, account)), account]);
    for (const one of replaced) await this.options.secrets.delete(secretKey(one));
    return checked;
  }

  /** Replaces the secret of an account that stays as it is. @throws what the check's read throws */
  async replaceSecret(id: string, secret: string, signal?: AbortSignal): Promise<CheckedLogin | undefined> {
    const account = this.get(id);
    if (!account) return undefined;
    const checked = await this.check(account, secret, signal);
    await this.options.secrets.store(secretKey(account), secret);
    this.secretChanged(secretKey(account));
    return checked;
  }

  /** To be called when a secret changed, here or in another window: what is under way with the old one ends. */
  secretChanged(key: string): void {
    const account = this.all.find((one) => secretKey(one) === key);
    if (!account) return;
    this.close(account.id);
    this.changes.announce();
  }

  private async check(account: Account, secret: string, signal?: AbortSignal): Promise<CheckedLogin> {
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
      return { account, client: this.clientOf(account, accountSid, authToken, fetch), signal };
    }
    const secret = await this.options.secrets.get(secretKey(account));
    if (secret === undefined) throw new MissingSecretError(account);
    return { account, client: this.clientOf(account, account.username, secret, this.options.fetch), signal };
  }

  private clientOf(account: Account, username: string, password: string, fetch: Fetch): Client {
    return createClient({
      fetch,
      origin: account.origin,
      username,
      password,
      onExchange: (exchange, request) => this.options.onExchange(account, exchange, request),
    });
  }

  private async keep(accounts: readonly Account[]): Promise<void> {
    for (const before of this.all) if (!accounts.some((one) => one.id === before.id)) this.close(before.id);
    await this.options.memory.update(recordsKey, accounts);
    this.changes.announce();
  }

  private close(id: string): void {
    this.open.get(id)?.close();
    this.open.delete(id);
  }
}

const sameLogin = (one: Account, other: Account) =>
  one.origin === other.origin && one.username === other.username;
