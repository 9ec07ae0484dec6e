import { strict as assert } from 'node:assert';
import { Accounts } from '../../../src/extension/accounts/accounts';
import { SecretStorageError } from '../../../src/extension/accounts/secretStore';
import { describeError, sentence } from '../../../src/extension/display/errorMessage';
import { workspaces } from '../../../src/taskrouter/resources';
import { assertClean, canary, entryOf, FakeMemory, openWindow, rejection, settle } from '../window';

type Operation = 'get' | 'store' | 'delete';
const noKeyring = 'The name org.freedesktop.secrets was not provided by any .service files';

/** How a secret storage fails; one failure repeats the secret. */
const failures: Readonly<Record<string, () => Promise<never>>> = {
  rejects: () => Promise.reject(new Error(`${noKeyring} (${canary})`)),
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as VS Code may
  'rejects with a text': () => Promise.reject(noKeyring),
  throws: () => {
    throw new Error(noKeyring);
  },
  hangs: () => new Promise(() => undefined),
};

/** While `body` runs, the storage's deadline passes at once. */
async function withoutWaiting<T>(body: () => Promise<T>): Promise<T> {
  const real = globalThis.setTimeout;
  globalThis.setTimeout = ((run: () => void, milliseconds?: number) =>
    real(run, milliseconds === 10_000 ? 1 : milliseconds)) as typeof setTimeout;
  try {
    return await body();
  } finally {
    globalThis.setTimeout = real;
  }
}

/** A window over a secret storage that can be made to fail. */
function open() {
  const window = openWindow();
  const broken = new Map<Operation, () => Promise<never>>();
  const log: string[] = [];
  const stored = new Map<string, string>();
  const memory = new FakeMemory();
  const accounts = new Accounts({
    memory,
    secrets: {
      get: (key) => broken.get('get')?.() ?? Promise.resolve(stored.get(key)),
      store: (key, value) => broken.get('store')?.() ?? Promise.resolve(void stored.set(key, value)),
      delete: (key) => broken.get('delete')?.() ?? Promise.resolve(void stored.delete(key)),
    },
    fetch: (url, init) => window.simulator.fetch(url, init),
    startSimulator: () => Promise.reject(new Error('not asked for')),
    onExchange: () => undefined,
    logError: (message) => log.push(message),
  });
  const signIn = () => accounts.signIn(entryOf(window.simulator), canary);
  return { window, accounts, broken, log, stored, memory, signIn };
}

describe('when VS Code’s secret storage', () => {
  for (const [how, fail] of Object.entries(failures)) {
    const assertReported = (error: unknown, log: readonly string[]) => {
      assert.ok(error instanceof SecretStorageError, String(error));
      assert.match(sentence(describeError(error)), /VS Code’s secret storage could not .* Test account/);
      assert.equal(log.length, 1);
      assert.match(log[0]!, how === 'hangs' ? /no response in 10 seconds/ : /org\.freedesktop\.secrets/);
    };

    it(`${how} on saving, nothing is stored, and the log has the reason without the secret`, async () => {
      const { accounts, broken, log, stored, memory, signIn } = open();
      broken.set('store', fail);
      const error = await withoutWaiting(() => rejection(signIn()));
      assertReported(error, log);
      assertClean([error, log]);
      assert.deepEqual(accounts.all, []);
      assert.equal(stored.size, 0);
      assertClean(memory.dump());
      broken.clear();
      await signIn();
      assert.equal(stored.size, 1);
    });

    it(`${how} on reading, the account stays and works once the storage does`, async () => {
      const { accounts, broken, log, signIn } = open();
      const { account } = await signIn();
      broken.set('get', fail);
      assertReported(await withoutWaiting(() => rejection(accounts.connect(account.id))), log);
      assert.deepEqual(accounts.all, [account]);
      broken.clear();
      const { client } = await accounts.connect(account.id);
      assert.equal((await client.list(workspaces, [])).rows.length, 2);
    });

    it(`${how} on signing out, the account stays and its requests are aborted`, async () => {
      const { accounts, broken, log, signIn } = open();
      const { account } = await signIn();
      const { signal } = await accounts.connect(account.id);
      broken.set('delete', fail);
      assertReported(await withoutWaiting(() => rejection(accounts.signOut(account.id))), log);
      assert.deepEqual(accounts.all, [account]);
      assert.ok(signal.aborted);
      broken.clear();
      await accounts.signOut(account.id);
      assert.deepEqual(accounts.all, []);
    });

    it(`${how} on deleting the replaced secret, signing in again still succeeds`, async () => {
      const { accounts, broken, log, signIn } = open();
      const { account } = await signIn();
      broken.set('delete', fail);
      const again = await withoutWaiting(signIn);
      assert.equal(again.account.id, account.id);
      assert.deepEqual(accounts.all, [again.account]);
      assert.equal(log.length, 1);
      assert.ok(await accounts.connect(account.id));
    });

    it(`${how} on checking a changed secret, the connection stays`, async () => {
      const { accounts, broken, stored, log, signIn } = open();
      const { account } = await signIn();
      const { signal } = await accounts.connect(account.id);
      broken.set('get', fail);
      await withoutWaiting(() => accounts.secretChanged([...stored.keys()][0]!));
      assert.ok(!signal.aborted);
      assert.equal(log.length, 1);
    });
  }

  it('finishes saving after the deadline, the secret is deleted again', async () => {
    const { broken, stored, signIn } = open();
    let finish!: () => void;
    broken.set(
      'store',
      () =>
        new Promise<never>((resolve) => {
          finish = () => {
            stored.set('account.late', canary);
            resolve(undefined as never);
          };
        }),
    );
    const deleted: string[] = [];
    stored.delete = (key) => {
      deleted.push(key);
      return Map.prototype.delete.call(stored, 'account.late');
    };
    await withoutWaiting(() => rejection(signIn()));
    finish();
    await settle();
    assert.equal(deleted.length, 1);
    assert.equal(stored.size, 0);
  });
});
