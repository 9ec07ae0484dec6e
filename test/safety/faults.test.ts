import { strict as assert } from 'node:assert';
import type { Account } from '../../src/extension/accounts/account';
import type { Outcome } from '../../src/extension/actions/outcome';
import type { ListRef } from '../../src/extension/data/listRef';
import { sentence, describeError } from '../../src/extension/display/errorMessage';
import * as resources from '../../src/taskrouter/resources';
import { isTaskRouterError } from '../../src/taskrouter/errors';
import { inEnglish } from '../../src/taskrouter/message';
import { assertClean, rejection } from '../extension/window';
import type { Fault } from './faults';
import { closePlaces, faults, openPlaces } from './faults';
import type { Stage } from './stage';
import { stage, withDeadlineWhen } from './stage';

/** What is told of a failure can be read: it says what happened and what to do, and nothing of how we are built. */
function assertFit(...texts: readonly string[]): void {
  for (const text of texts) {
    assert.match(text, /^[A-Z].*[.”]$/su);
    assert.ok(text.length >= 10 && text.length < 700, `${text.length} characters`);
    assert.ok(!/undefined|\bnull\b|NaN|\[object|\bError\b|\s\s|\.\./.test(text), text);
    assert.ok(!/[\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(text), JSON.stringify(text));
  }
}

function assertFitError(error: unknown): void {
  assert.ok(isTaskRouterError(error), String(error));
  assertClean(error);
  const words = describeError(error);
  assertFit(words.what, words.next, sentence(words));
}

interface Operation {
  /** The requests that the fault strikes. */
  readonly on: 'GET' | 'POST';
  /** Signed in, and with rows, before the fault is there. */
  readonly signedIn: boolean;
  readonly run: (on: Stage, fault: Fault, account: Account) => Promise<void>;
}

const listOf = (on: Stage, account: Account): ListRef => ({
  accountId: account.id,
  collection: resources.tasks,
  parents: [on.found.workspaceSid],
});

const nothingIsKept = ({ accounts, secrets, memory }: Stage) => {
  assert.deepEqual(accounts.all, []);
  assert.equal(secrets.size, 0);
  assert.equal(memory.dump(), '[]');
};

const acting =
  (name: 'accept' | 'call', args: Record<string, string>): Operation['run'] =>
  async (on, fault, account) => {
    const outcome = (await on.act(account, name, args))!;
    assert.equal(outcome.kind, fault.update, outcome.details.join(' '));
    assertFitOutcome(outcome);
    assert.equal(posts(on), 1);
    if (name === 'accept') {
      assert.equal(await on.status(), fault.effect ? 'accepted' : 'pending');
      return;
    }
    assert.equal(on.simulator.calls.length, fault.effect ? 1 : 0, 'calls placed');
    if (outcome.kind === 'unknown')
      assert.match(outcome.details.join(' '), /Sending again can place a second call\./);
  };

function assertFitOutcome(outcome: Outcome): void {
  assertClean(outcome);
  assertFit(inEnglish(outcome.headline), ...outcome.details);
}

const posts = ({ sent }: Stage) => sent.filter((method) => method === 'POST').length;

const operations: Readonly<Record<string, Operation>> = {
  'sign in': {
    on: 'GET',
    signedIn: false,
    async run(on, { reads }) {
      if (reads) return void assert.ok(await on.signIn());
      assertFitError(await rejection(on.signIn()));
      nothingIsKept(on);
    },
  },
  'enter the secret again': {
    on: 'GET',
    signedIn: true,
    async run(on, { reads }, account) {
      const kept = [...on.secrets];
      const again = on.accounts.replaceSecret(account.id, 'another secret');
      // Where it can be read, TaskRouter refuses the wrong one.
      const error = await rejection(again);
      assertFitError(error);
      assertClean(error, ['another secret']);
      assert.deepEqual([...on.secrets], kept);
      assert.deepEqual(on.accounts.all, [account]);
      assert.ok(reads || error);
    },
  },
  'read a list': {
    on: 'GET',
    signedIn: true,
    async run(on, { reads }, account) {
      const list = listOf(on, account);
      const before = on.store.list(list)!.sids;
      await on.store.refresh(list);
      const after = on.store.list(list)!;
      assert.deepEqual(after.sids, before);
      for (const sid of after.sids) assert.ok(on.store.row(account.id, sid));
      assert.equal(after.error === undefined, reads);
      if (!reads) assertFitError(after.error);
      if (after.cutShort) assertFit(sentence(describeError(after.cutShort)));
    },
  },
  'read one': {
    on: 'GET',
    signedIn: true,
    async run(on, { reads }, account) {
      const { workspaceSid, taskSid } = on.found;
      const before = on.store.row(account.id, taskSid);
      const read = on.store.fetch(account.id, resources.tasks, [workspaceSid, taskSid]);
      if (reads) return void assert.equal((await read).sid, taskSid);
      assertFitError(await rejection(read));
      assert.deepEqual(on.store.row(account.id, taskSid), before);
    },
  },
  'look before acting': {
    on: 'GET',
    signedIn: true,
    async run(on, { reads }, account) {
      const outcome = (await on.act(account, 'accept', {}))!;
      assertFitOutcome(outcome);
      // A reservation that reads otherwise than it was shown is not acted on either.
      if (!reads) assert.equal(outcome.kind, 'not done');
      assert.equal(posts(on), outcome.kind === 'done' ? 1 : 0);
      assert.equal(await on.status(), outcome.kind === 'done' ? 'accepted' : 'pending');
    },
  },
  accept: { on: 'POST', signedIn: true, run: acting('accept', {}) },
  call: {
    on: 'POST',
    signedIn: true,
    run: acting('call', { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' }),
  },
};

describe('faults', () => {
  before(openPlaces);
  after(closePlaces);

  it('are more than thirty', () => assert.ok(faults.length > 30));

  for (const [name, { on: method, signedIn, run }] of Object.entries(operations)) {
    describe(`${name}:`, () => {
      for (const fault of faults) {
        it(fault.name, async () => {
          const on = await stage();
          try {
            let account!: Account;
            if (signedIn) {
              account = await on.signIn();
              await on.store.refresh(listOf(on, account));
            }
            on.sent.length = 0;
            let struck = false;
            if (fault.plan) on.simulator.faults.add({ ...fault.plan, on: method });
            const { network } = on;
            const real = network.fetch;
            network.fetch = (url, init) => {
              struck ||= init.method === method;
              return fault.fetch && init.method === method ? fault.fetch(url, init) : real(url, init);
            };
            const stuck = () =>
              fault.stuck === true &&
              (fault.plan ? on.simulator.faults.applied.some(({ times }) => times > 0) : struck);
            await withDeadlineWhen(stuck, () => run(on, fault, account));
            assert.ok(struck, 'the fault was met');
            assertClean(on.exchanges);
            assertClean(on.memory.dump());
          } finally {
            await on.end();
          }
        });
      }
    });
  }
});
