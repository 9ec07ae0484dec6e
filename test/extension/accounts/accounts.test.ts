import { strict as assert } from 'node:assert';
import type { Account } from '../../../src/extension/accounts/account';
import { simulatedAccount } from '../../../src/extension/accounts/account';
import { Accounts } from '../../../src/extension/accounts/accounts';
import { MissingSecretError, SignedOutError } from '../../../src/extension/accounts/connections';
import type { FetchResponse } from '../../../src/taskrouter/fetch';
import { ApiError } from '../../../src/taskrouter/errors';
import * as resources from '../../../src/taskrouter/resources';
import type { TestWindow, Wire } from '../window';
import {
  answer,
  assertClean,
  canary,
  entryOf,
  FakeMemory,
  gate,
  html,
  openWindow,
  productionAccount,
  refusal,
  rejection,
  settle,
  silence,
  socketError,
  withDeadlineInHand,
  withoutJitter,
} from '../window';

const failing: Readonly<Record<string, Wire>> = {
  'refused credentials': () => Promise.resolve(refusal(401, 20003, 'Authenticate')),
  'a key without permission': () => Promise.resolve(refusal(403, 20403, 'Forbidden')),
  'no network': () => Promise.reject(socketError('ENOTFOUND')),
  'a reset': () => Promise.reject(socketError('ECONNRESET')),
  'a captive portal': () => Promise.resolve(answer(200, html)),
  'a redirect': () => Promise.resolve(answer(302, '', { location: 'https://example.com/' })),
  'a 503': () => Promise.resolve(answer(503, 'unavailable')),
  'unrelated JSON': () => Promise.resolve(answer(200, { hello: 'world' })),
};

/** After a failed sign-in. */
function assertNothingStored({ accounts, memory, secrets }: TestWindow): void {
  assert.deepEqual(accounts.all, []);
  assert.equal(secrets.size, 0);
  assert.ok(memory.dump() === '[]', memory.dump());
}

const basic = (username: string, password: string) =>
  'Basic ' + Buffer.from(`${username}:${password}`).toString('base64');

describe('accounts', () => {
  describe('sign in', () => {
    it('reads the workspaces first, then stores the secret in the secret storage only', async () => {
      const window = openWindow();
      let announced = 0;
      window.accounts.onDidChange(() => announced++);
      window.wire = (_request, pass) => {
        assertNothingStored(window);
        return pass();
      };
      const account = await window.signIn();
      assert.equal(window.sent.length, 1);
      assert.match(window.sent[0]!.path, /^\/v1\/Workspaces\?PageSize=50$/);
      assert.deepEqual(window.accounts.all, [account]);
      assert.deepEqual([...window.secrets.values()], [canary]);
      assert.equal(announced, 1);
      assertClean(window.memory.dump());
      assertClean(account);
      const [key] = window.secrets.keys();
      assert.ok(!key!.includes(window.simulator.accountSid), 'the key of a secret names no account');
    });

    for (const [name, wire] of Object.entries(failing)) {
      it(`stores nothing after ${name}`, async () => {
        const window = openWindow();
        window.wire = wire;
        const error = await withoutJitter(() => rejection(window.signIn()));
        assertNothingStored(window);
        assertClean(error);
      });
    }

    it('stores nothing after a timeout', async () => {
      const window = openWindow();
      await withDeadlineInHand(async (pass) => {
        window.wire = silence;
        const failed = rejection(window.signIn());
        await settle();
        pass();
        assertClean(await failed);
      });
      assertNothingStored(window);
    });

    it('stores nothing when it is canceled, even if the response has arrived', async () => {
      const window = openWindow();
      const abort = new AbortController();
      window.wire = async (_request, pass) => {
        const good = await pass();
        abort.abort();
        return good;
      };
      await rejection(window.accounts.signIn(entryOf(window.simulator), canary, abort.signal));
      assertNothingStored(window);
    });

    it('stores nothing after a wrong secret', async () => {
      const window = openWindow();
      const error = await rejection(window.accounts.signIn(entryOf(window.simulator), 'wrong-secret'));
      assert.ok(error instanceof ApiError && error.status === 401);
      assertClean(error, ['wrong-secret', canary]);
      assertNothingStored(window);
    });

    it('sends nothing to an origin other than TaskRouter’s', async () => {
      const window = openWindow();
      for (const origin of [
        'https://example.com',
        'https://taskrouter.twilio.com.example.com',
        'http://taskrouter.twilio.com',
        'https://taskrouter.twilio.com:8443',
        'http://192.168.0.7:4010',
      ]) {
        await rejection(window.accounts.signIn({ ...entryOf(window.simulator), origin }, canary));
      }
      assert.equal(window.sent.length, 0);
      assertNothingStored(window);
    });

    it('with the same login again replaces the account and its secret', async () => {
      const window = openWindow();
      const first = await window.signIn();
      const { signal } = await window.accounts.connect(first.id);
      const other = { ...entryOf(window.simulator), name: 'Renamed', readOnly: true };
      const { account: second } = await window.accounts.signIn(other, canary);
      assert.equal(second.id, first.id, 'what is bound to it stays');
      assert.notEqual(second.secretId, first.secretId);
      assert.deepEqual(window.accounts.all, [second]);
      assert.equal(second.name, 'Renamed');
      assert.ok(signal.aborted);
      assert.equal((await window.accounts.connect(first.id)).account.readOnly, true);
      assert.equal(window.secrets.size, 1, 'a secret that no account has would stay for ever');
    });

    it('does not change accounts with another login', async () => {
      const window = openWindow();
      const { simulator, accounts } = window;
      const first = await window.signIn();
      const { signal } = await accounts.connect(first.id);
      const key = { ...entryOf(simulator), username: simulator.apiKeySid };
      const { account: second } = await accounts.signIn(key, simulator.apiKeySecret);
      assert.deepEqual(accounts.all, [first, second]);
      assert.ok(!signal.aborted);
      assert.equal(window.secrets.size, 2);
    });

    it('finds other logins of the same account in the same region', async () => {
      const window = openWindow();
      const { simulator, accounts } = window;
      const first = await window.signIn();
      const key = {
        ...entryOf(simulator),
        username: simulator.apiKeySid,
        origin: 'https://taskrouter.ashburn.us1.twilio.com',
      };
      const { account: second } = await accounts.signIn(key, simulator.apiKeySecret);
      assert.deepEqual(accounts.leadingTo(second), [first]);
      assert.deepEqual(accounts.leadingTo(first), [second]);
      assert.deepEqual(
        accounts.leadingTo({ ...second, origin: 'https://taskrouter.dublin.ie1.twilio.com' }),
        [],
      );
      assert.deepEqual(accounts.leadingTo({ ...second, accountSid: `AC${'9'.repeat(32)}` }), []);
    });

    it('accepts an account SID from the response only if it is a SID', async () => {
      const window = openWindow();
      for (const text of ['[see why](command:x) $(trash)', 'AC1', `SK${'1'.repeat(32)}`, 7, null]) {
        window.wire = () =>
          Promise.resolve(
            answer(200, { workspaces: [{ sid: `WS${'1'.repeat(32)}`, account_sid: text }], meta: {} }),
          );
        const { account } = await window.accounts.check(entryOf(window.simulator), canary);
        assert.equal(account.accountSid, undefined);
      }
    });

    it('can be checked without storing anything', async () => {
      const window = openWindow();
      const { account, workspaces } = await window.accounts.check(entryOf(window.simulator), canary);
      assert.equal(workspaces, 2);
      assert.equal(account.accountSid, window.simulator.accountSid);
      assertNothingStored(window);
    });
  });

  describe('entering a secret again', () => {
    it('replaces the secret; the account stays the same', async () => {
      const window = openWindow();
      const before = await window.signIn();
      const { signal } = await window.accounts.connect(before.id);
      const { account } = (await window.accounts.replaceSecret(before.id, canary))!;
      assert.deepEqual({ ...account, secretId: '' }, { ...before, secretId: '' });
      assert.deepEqual([...window.secrets.keys()], [`account.${account.secretId}`]);
      assert.ok(signal.aborted);
    });

    it('restores nothing after the account was signed out', async () => {
      const window = openWindow();
      const { id } = await window.signIn();
      window.wire = async (_request, pass) => {
        await window.accounts.signOut(id);
        return pass();
      };
      assert.equal(await window.accounts.replaceSecret(id, canary), undefined);
      assert.deepEqual(window.accounts.all, []);
      assert.equal(window.secrets.size, 0);
    });

    it('changes nothing if the secret is wrong', async () => {
      const window = openWindow();
      const before = await window.signIn();
      const { signal } = await window.accounts.connect(before.id);
      const kept = [...window.secrets];
      await rejection(window.accounts.replaceSecret(before.id, 'wrong'));
      assert.deepEqual([...window.secrets], kept);
      assert.deepEqual(window.accounts.all, [before]);
      assert.ok(!signal.aborted);
    });
  });

  // Each ends a change of secret or a repeated sign-in after `meanwhile` has happened in the other window.
  describe('what happens while a login is checked or its secret stored', () => {
    const entering: Readonly<Record<string, (window: TestWindow, account: Account) => Promise<unknown>>> = {
      'a secret is entered again': ({ accounts }, { id }) => accounts.replaceSecret(id, canary),
      'the login is signed in to again': ({ accounts, simulator }) =>
        accounts.signIn(entryOf(simulator), canary),
    };
    const waiting: Readonly<Record<string, (window: TestWindow, opened: Promise<void>) => void>> = {
      'during the check': (window, opened) => {
        window.wire = async (_request, pass) => {
          await opened;
          return pass();
        };
      },
      'while the keyring waits': ({ secrets }, opened) => {
        const store = secrets.store.bind(secrets);
        secrets.store = async (key, value) => {
          await opened;
          await store(key, value);
        };
      },
    };
    for (const [what, enter] of Object.entries(entering)) {
      for (const [when, wait] of Object.entries(waiting)) {
        const during = async (meanwhile: (there: TestWindow, account: Account) => Promise<unknown>) => {
          const here = openWindow();
          const account = await here.signIn();
          const there = openWindow({ beside: here });
          const { open, opened } = gate();
          wait(here, opened);
          const ending = enter(here, account).catch((error: unknown) => error);
          await settle();
          await meanwhile(there, account);
          open();
          return { here, account, ended: await ending };
        };

        it(`a change ${when} stays when ${what}`, async () => {
          for (const to of [
            { readOnly: true },
            { environment: 'staging', confirmWrites: false },
            { name: 'Renamed', readsCallsAndAlerts: true },
          ] as const) {
            const { here, account } = await during((there) =>
              there.accounts.change(there.accounts.all[0]!.id, to),
            );
            const [now] = here.accounts.all;
            assert.deepEqual({ ...now, secretId: '' }, { ...account, ...to, secretId: '' });
            assert.deepEqual([...here.secrets.keys()], [`account.${now!.secretId}`]);
          }
        });

        it(`a sign-out ${when} is final when ${what}`, async () => {
          const { here, ended } = await during((there, { id }) => there.accounts.signOut(id));
          assert.ok(ended === undefined || ended instanceof SignedOutError);
          assert.deepEqual(here.accounts.all, []);
          assert.equal(here.secrets.size, 0);
        });

        it(`a secret of another window ${when} leaves one account and one secret when ${what}`, async () => {
          const { here } = await during((there, { id }) => {
            if (when === 'during the check') return there.accounts.replaceSecret(id, canary);
            const record = there.accounts.get(id)!;
            there.secrets.set('account.other', canary);
            there.secrets.delete(`account.${record.secretId}`);
            return there.memory.update('accounts', [{ ...record, secretId: 'other' }]);
          });
          const [now] = here.accounts.all;
          assert.equal(here.accounts.all.length, 1);
          assert.deepEqual([...here.secrets.keys()], [`account.${now!.secretId}`]);
        });
      }
    }

    for (const [when, wait] of Object.entries(waiting))
      it(`two windows that sign in to one login ${when} add one account`, async () => {
        const here = openWindow();
        const there = openWindow({ beside: here });
        const { open, opened } = gate();
        wait(here, opened);
        const signedIn = here.signIn();
        await settle();
        const other = { ...productionAccount, secretId: 'other', readOnly: true };
        const username = here.simulator.accountSid;
        there.secrets.set('account.other', canary);
        await there.memory.update('accounts', [{ ...other, username }]);
        open();
        const { id, secretId, readOnly } = await signedIn;
        assert.deepEqual([here.accounts.all.length, id, readOnly], [1, other.id, true]);
        assert.deepEqual([...here.secrets.keys()], [`account.${secretId}`]);
      });

    it('a secret that another window stores during a sign-out is deleted too', async () => {
      const here = openWindow();
      const { id } = await here.signIn();
      const there = openWindow({ beside: here });
      const { open, opened } = gate();
      here.secrets.held = opened;
      const signedOut = here.accounts.signOut(id);
      const replaced = there.accounts.replaceSecret(id, canary);
      await settle();
      open();
      await Promise.all([signedOut, replaced]);
      assert.deepEqual(here.accounts.all, []);
      assert.equal(here.secrets.size, 0);
    });
  });

  describe('changing an account', () => {
    it('changes name and use, not login and secret, and aborts requests in flight', async () => {
      const window = openWindow();
      const before = await window.signIn();
      const { signal } = await window.accounts.connect(before.id);
      const kept = [...window.secrets];
      const to = { name: 'Acme Production', environment: 'production', readOnly: true } as const;
      await window.accounts.change(before.id, to);
      assert.deepEqual(window.accounts.all, [{ ...before, ...to }]);
      assert.deepEqual([...window.secrets], kept);
      assert.ok(signal.aborted);
      assert.ok((await window.accounts.connect(before.id)).account.readOnly);
    });

    it('restores nothing after the account was signed out', async () => {
      const window = openWindow();
      const { id } = await window.signIn();
      await window.accounts.signOut(id);
      await window.accounts.change(id, { name: 'Back', environment: 'staging', readOnly: false });
      assert.deepEqual(window.accounts.all, []);
    });
  });

  describe('in two windows', () => {
    const both = async () => {
      const here = openWindow();
      const account = await here.signIn();
      const there = openWindow({ beside: here });
      const connection = await here.accounts.connect(account.id);
      here.sent.length = 0;
      return { here, there, account, connection };
    };

    it('a sign-out in one window aborts requests in the other, sends nothing more, and fires an event', async () => {
      const { here, there, account, connection } = await both();
      const left: string[] = [];
      here.accounts.onDidSignOutElsewhere(({ name }) => left.push(name));
      let announced = 0;
      here.accounts.onDidChange(() => announced++);
      await there.accounts.signOut(account.id);
      const error = await rejection(
        connection.client.list(resources.workspaces, [], {}, {}, connection.signal),
      );
      assert.equal((error as { code?: string }).code, 'NOT_SENT');
      assert.deepEqual(here.sent, []);
      assert.ok(connection.signal.aborted);
      assert.deepEqual(left, ['Test account']);
      assert.equal(announced, 1);
      await rejection(here.accounts.connect(account.id));
    });

    it('a deleted secret aborts requests before the record changes', async () => {
      const { here, account, connection } = await both();
      here.wire = silence;
      const read = rejection(connection.client.list(resources.workspaces, [], {}, {}, connection.signal));
      await settle();
      const [key] = here.secrets.keys();
      here.secrets.clear();
      await here.accounts.secretChanged(key!);
      assert.equal(((await read) as { code?: string }).code, 'CANCELED');
      assert.ok((await rejection(here.accounts.connect(account.id))) instanceof MissingSecretError);
      assert.deepEqual(here.accounts.all, [account]);
    });

    it('an event for another key, or for a secret that exists, changes nothing', async () => {
      const { here, connection } = await both();
      const [key] = here.secrets.keys();
      await here.accounts.secretChanged(key!);
      await here.accounts.secretChanged('account.of-nobody');
      assert.ok(!connection.signal.aborted);
    });

    it('a secret replaced in one window is used by the other, never the old one', async () => {
      const { here, there, account, connection } = await both();
      await there.accounts.replaceSecret(account.id, canary);
      await rejection(connection.client.list(resources.workspaces, []));
      assert.deepEqual(here.sent, []);
      const again = await here.accounts.connect(account.id);
      await again.client.list(resources.workspaces, []);
      assert.equal(here.sent.length, 1);
    });

    it('a secret that only the other window can read counts as missing', async () => {
      const { here, there, account } = await both();
      await there.accounts.replaceSecret(account.id, canary);
      // In a browser each window knows the secrets of when it was opened.
      here.secrets.clear();
      here.secrets.set(`account.${account.secretId}`, 'the old secret');
      assert.ok((await rejection(here.accounts.connect(account.id))) instanceof MissingSecretError);
      assert.deepEqual(here.sent, []);
    });

    it('a sign-in in one window appears in the other after sync', async () => {
      const here = openWindow();
      const there = openWindow({ beside: here });
      let announced = 0;
      here.accounts.onDidChange(() => announced++);
      const account = await there.signIn();
      here.accounts.sync();
      here.accounts.sync();
      assert.deepEqual(here.accounts.all, [account]);
      assert.equal(announced, 1);
      const { client } = await here.accounts.connect(account.id);
      assert.equal((await client.list(resources.workspaces, [])).rows.length, 2);
    });

    it('both windows adding the same login results in one account', async () => {
      const { here, there, account } = await both();
      const { account: second } = await there.accounts.signIn(entryOf(there.simulator), canary);
      assert.equal(second.id, account.id);
      assert.equal(here.accounts.all.length, 1);
      assert.equal(here.secrets.size, 1);
    });

    it('read-only set in one window applies to the next connection of the other', async () => {
      const { here, there, account, connection } = await both();
      await there.accounts.signIn({ ...entryOf(there.simulator), readOnly: true }, canary);
      assert.equal((await here.accounts.connect(account.id)).account.readOnly, true);
      assert.ok(connection.signal.aborted);
    });

    it('a window’s own sign-out is not reported as another window’s', async () => {
      const { here, account } = await both();
      const left: string[] = [];
      here.accounts.onDidSignOutElsewhere(({ name }) => left.push(name));
      await here.accounts.signOut(account.id);
      here.accounts.sync();
      assert.deepEqual(left, []);
    });
  });

  describe('connect', () => {
    it('signs with the account’s own credentials', async () => {
      const window = openWindow();
      const { simulator, accounts, sent } = window;
      const one = await window.signIn();
      const { account: other } = await accounts.signIn(
        { ...entryOf(simulator), username: simulator.apiKeySid },
        simulator.apiKeySecret,
      );
      for (const [account, username, password] of [
        [one, simulator.accountSid, canary],
        [other, simulator.apiKeySid, simulator.apiKeySecret],
      ] as const) {
        const { client } = await accounts.connect(account.id);
        await client.list(resources.workspaces, []);
        assert.equal(sent.at(-1)!.headers['Authorization'], basic(username, password));
      }
    });

    it('returns the same connection to every caller', async () => {
      const window = openWindow();
      const { id } = await window.signIn();
      assert.equal(await window.accounts.connect(id), await window.accounts.connect(id));
    });

    it('rejects with MissingSecretError if the secret is gone; the account stays', async () => {
      const window = openWindow();
      const account = await window.signIn();
      window.secrets.clear();
      const error = await rejection(window.accounts.connect(account.id));
      assert.ok(error instanceof MissingSecretError);
      assert.deepEqual(error.account, account);
      assert.deepEqual(window.accounts.all, [account]);
      assert.equal(window.sent.length, 1, 'nothing is sent without a secret');
    });

    it('reads the secret again after it was missing', async () => {
      const window = openWindow();
      const account = await window.signIn();
      const kept = [...window.secrets];
      window.secrets.clear();
      await rejection(window.accounts.connect(account.id));
      await settle();
      for (const [key, value] of kept) window.secrets.set(key, value);
      const { client } = await window.accounts.connect(account.id);
      assert.equal((await client.list(resources.workspaces, [])).rows.length, 2);
    });

    it('refuses an account whose stored address was changed', async () => {
      const window = openWindow();
      const account = await window.signIn();
      await window.memory.update('accounts', [{ ...account, origin: 'https://example.com' }]);
      await rejection(window.accounts.connect(account.id));
      assert.equal(window.sent.length, 1);
    });

    it('refuses an account that is not signed in', async () => {
      await rejection(openWindow().accounts.connect('nobody'));
    });
  });

  describe('sign out', () => {
    it('aborts requests in flight and deletes the secret', async () => {
      const window = openWindow();
      const account = await window.signIn();
      const { client, signal } = await window.accounts.connect(account.id);
      window.wire = silence;
      const read = rejection(client.list(resources.workspaces, [], {}, {}, signal));
      await settle();
      await window.accounts.signOut(account.id);
      assert.ok(signal.aborted);
      assert.equal(((await read) as { code?: string }).code, 'CANCELED');
      assertNothingLeft(window);
      await rejection(window.accounts.connect(account.id));
    });

    it('fires one event', async () => {
      const window = openWindow();
      const account = await window.signIn();
      const seen: number[] = [];
      window.accounts.onDidChange(() => seen.push(window.accounts.all.length));
      await window.accounts.signOut(account.id);
      await window.accounts.signOut(account.id);
      assert.deepEqual(seen, [0]);
    });

    it('leaves the account if the secret cannot be deleted, so that the user can try again', async () => {
      const window = openWindow();
      const account = await window.signIn();
      const broken = new Accounts({
        memory: window.memory,
        secrets: {
          get: () => Promise.resolve(canary),
          store: () => Promise.resolve(),
          delete: () => Promise.reject(new Error('The keyring is locked.')),
        },
        fetch: () => Promise.reject(new Error('not asked for')),
        startSimulator: () => Promise.reject(new Error('not asked for')),
        onExchange: () => undefined,
      });
      const { signal } = await broken.connect(account.id);
      await rejection(broken.signOut(account.id));
      assert.ok(signal.aborted);
      assert.deepEqual(broken.all, [account]);
    });

    it('says that it begins before it deletes the secret', async () => {
      const window = openWindow();
      const account = await window.signIn();
      const secretsThen: number[] = [];
      window.accounts.onWillSignOut((one) =>
        secretsThen.push(one.id === account.id ? window.secrets.size : NaN),
      );
      await window.accounts.signOut(account.id);
      assert.deepEqual(secretsThen, [1]);
    });

    it('does not change other accounts', async () => {
      const window = openWindow();
      const { accounts } = window;
      const account = await window.signIn();
      const simulated = await accounts.simulate();
      const { signal } = await accounts.connect(simulated.id);
      await accounts.signOut(account.id);
      assert.deepEqual(accounts.all, [simulated]);
      assert.ok(!signal.aborted);
    });

    function assertNothingLeft({ accounts, memory, secrets }: TestWindow): void {
      assert.deepEqual(accounts.all, []);
      assert.equal(secrets.size, 0);
      assertClean(memory.dump());
    }
  });

  describe('the simulated account', () => {
    it('needs no secret, and survives a restart', async () => {
      const memory = new FakeMemory();
      const before = openWindow({ memory });
      await before.accounts.simulate();
      await before.accounts.simulate();
      const after = openWindow({ memory });
      assert.deepEqual(after.accounts.all, [simulatedAccount]);
      const { client } = await after.accounts.connect(simulatedAccount.id);
      assert.equal((await client.list(resources.workspaces, [])).rows.length, 2);
      assert.equal(after.secrets.size, 0);
      assertClean(memory.dump());
    });

    it('is the server that its errors name', async () => {
      const window = openWindow();
      const serverOf = async (id: string) => {
        const { client } = await window.accounts.connect(id);
        return ((await rejection(client.list(resources.workspaces, []))) as ApiError).server;
      };
      const account = await window.signIn();
      const { id } = await window.accounts.simulate();
      window.wire = () => Promise.resolve(refusal(401, 20003, 'Authenticate'));
      assert.equal(await serverOf(id), 'simulator');
      assert.equal(await serverOf(account.id), account.origin);
    });

    it('starts its simulator once, on first use, and stops it at sign-out', async () => {
      const { accounts, simulators } = openWindow();
      const { id } = await accounts.simulate();
      assert.deepEqual(simulators, { started: 0, stopped: 0 });
      await Promise.all([accounts.connect(id), accounts.connect(id)]);
      assert.deepEqual(simulators, { started: 1, stopped: 0 });
      await accounts.signOut(id);
      assert.deepEqual(simulators, { started: 1, stopped: 1 });
    });

    it('stops a simulator that was still starting when the account was signed out', async () => {
      const { opened, open } = gate();
      let stopped = 0;
      const accounts = new Accounts({
        memory: new FakeMemory(),
        secrets: { get: never, store: never, delete: () => Promise.resolve() },
        fetch: never,
        startSimulator: async () => {
          await opened;
          return { accountSid: 'AC', authToken: canary, fetch: never, stop: () => void stopped++ };
        },
        onExchange: () => undefined,
      });
      const { id } = await accounts.simulate();
      const connection = accounts.connect(id);
      await settle();
      await accounts.signOut(id);
      open();
      assert.ok((await connection).signal.aborted);
      assert.equal(stopped, 1);
    });

    it('starts its simulator again after a failure', async () => {
      let tries = 0;
      const accounts = new Accounts({
        memory: new FakeMemory(),
        secrets: { get: never, store: never, delete: never },
        fetch: never,
        startSimulator: () => Promise.reject(new Error(`failure ${++tries}`)),
        onExchange: () => undefined,
      });
      const { id } = await accounts.simulate();
      await rejection(accounts.connect(id));
      await settle();
      await rejection(accounts.connect(id));
      assert.equal(tries, 2);
    });

    it('stops with the window', async () => {
      const { accounts, simulators } = openWindow();
      const { signal } = await accounts.connect((await accounts.simulate()).id);
      accounts.dispose();
      assert.ok(signal.aborted);
      assert.equal(simulators.stopped, 1);
      assert.deepEqual(accounts.all, [simulatedAccount], 'the account is there again in the next window');
    });
  });

  it('no failure puts a secret into errors, the log or the state', async () => {
    const window = openWindow();
    const account = await window.signIn();
    const { client } = await window.accounts.connect(account.id);
    for (const wire of Object.values(failing)) {
      window.wire = wire;
      assertClean(await withoutJitter(() => rejection(client.list(resources.workspaces, []))));
    }
    assert.ok(window.exchanges.length > 8);
    assertClean(window.exchanges);
    assertClean(window.memory.dump());
    assertClean(client);
    assertClean(await window.accounts.connect(account.id));
  });
});

const never = (): Promise<string & undefined & FetchResponse> => assert.fail('not asked for');
