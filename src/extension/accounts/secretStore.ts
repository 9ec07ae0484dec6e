import { Redactor, RequestSecrets } from '../../taskrouter/redaction';
import type { Account } from './account';

/** The part of vscode.SecretStorage that is used. */
export interface SecretStorage {
  get(key: string): Thenable<string | undefined>;
  store(key: string, value: string): Thenable<void>;
  delete(key: string): Thenable<void>;
}

export type SecretOperation = 'read' | 'save' | 'delete';

/** VS Code's secret storage failed or did not respond: no keyring, a locked one, or a broken one. The log has why. */
export class SecretStorageError extends Error {
  override readonly name = 'SecretStorageError';
  constructor(
    readonly operation: SecretOperation,
    readonly account: Pick<Account, 'name'>,
    readonly reason: string,
  ) {
    super(`VS Code’s secret storage could not ${operation} the secret of an account: ${reason}`);
  }
}

/** Milliseconds. A keyring may wait for the user to unlock it, but rows must not wait forever. */
const deadline = 10_000;

/** The secret of an account; its name is for messages. */
type SecretOf = Pick<Account, 'name' | 'secretId'>;

export const secretKey = (account: SecretOf): string => `account.${account.secretId}`;

/**
 * The accounts' secrets in VS Code's secret storage.
 * Every method rejects with SecretStorageError, after writing the reason to the log.
 */
export class SecretStore {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly storage: SecretStorage,
    private readonly log: ((message: string) => void) | undefined,
  ) {}

  get(account: SecretOf): Promise<string | undefined> {
    return this.attempt('read', account, () => this.storage.get(secretKey(account)));
  }

  /** After a failure nothing stays stored, even if the storage finishes later. */
  async store(account: SecretOf, secret: string): Promise<void> {
    let storing: Thenable<void> | undefined;
    try {
      await this.attempt(
        'save',
        account,
        () => (storing = this.storage.store(secretKey(account), secret)),
        secret,
      );
    } catch (error) {
      void Promise.resolve(storing)
        .then(() => this.storage.delete(secretKey(account)))
        .catch(() => undefined);
      throw error;
    }
  }

  delete(account: SecretOf): Promise<void> {
    return this.attempt('delete', account, () => this.storage.delete(secretKey(account)));
  }

  /** An operation that is in progress then has no deadline any more. */
  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async attempt<T>(
    operation: SecretOperation,
    account: SecretOf,
    run: () => Thenable<T>,
    secret?: string,
  ): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no response in ${deadline / 1000} seconds`)), deadline);
      this.timers.add(timer);
    });
    try {
      return await Promise.race([run(), late]);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const reason = new Redactor(secret === undefined ? [] : [secret], new RequestSecrets()).message(text);
      const failure = new SecretStorageError(operation, account, reason);
      this.log?.(`${failure.message} (${account.name})`);
      throw failure;
    } finally {
      clearTimeout(timer);
      this.timers.delete(timer!);
    }
  }
}
