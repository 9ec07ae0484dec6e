import { strict as assert } from 'node:assert';
import { simulatedAccount } from '../../../src/extension/accounts/account';
import type { Connection } from '../../../src/extension/accounts/connections';
import type { Outcome } from '../../../src/extension/actions/outcome';
import { machineClock } from '../../../src/extension/data/clock';
import { createSend } from '../../../src/extension/actions/send';
import { SendOnce } from '../../../src/extension/actions/sendOnce';
import { PlacedCalls } from '../../../src/extension/actions/placedCalls';
import { SendJournal } from '../../../src/extension/actions/sendJournal';
import type { FetchResponse } from '../../../src/taskrouter/fetch';
import type { InstructionName } from '../../../src/taskrouter/instructions';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { contactUriOf, describeCallee } from '../../../src/taskrouter/calledWorker';
import type { Message } from '../../../src/taskrouter/message';
import { inEnglish } from '../../../src/taskrouter/message';
import { encodeParameters } from '../../../src/taskrouter/requests';
import type { PreparedUpdate } from '../../../src/taskrouter/preparedUpdate';
import type { ReservationInstruction } from '../../../src/taskrouter/reservationUpdate';
import { prepareInstruction } from '../../../src/taskrouter/reservationUpdate';
import * as resources from '../../../src/taskrouter/resources';
import { reservationStatuses } from '../../../src/taskrouter/resources';
import type { Arguments } from '../../../src/taskrouter/update';
import { InvalidArgumentsError, updateReservationRequest } from '../../../src/taskrouter/update';
import type { Found, Row, TestWindow, Wire } from '../window';
import {
  FakeMemory,
  answer,
  assertClean,
  canary,
  clientOf,
  entryOf,
  findReservation,
  gate,
  html,
  openWindow,
  refusal,
  rejection,
  settle,
  silence,
  socketError,
  withDeadlineInHand,
  withoutJitter,
} from '../window';

const sipCanary = 'canary-sip-77aa-never-show-me';

/** Arguments that each instruction takes. */
const args: Readonly<Record<InstructionName, Arguments>> = {
  accept: {},
  reject: {},
  wrapUp: {},
  complete: {},
  conference: { to: 'sip:ada@example.com', sipAuthUsername: 'ada', sipAuthPassword: sipCanary },
  dequeue: { dequeueFrom: '+15550100142' },
  call: { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' },
  redirect: { redirectCallSid: `CA${'1'.repeat(32)}`, redirectUrl: 'https://example.com/twiml' },
  supervise: { supervisorMode: 'whisper', supervisor: '+15550100143' },
};
const names = Object.keys(args) as InstructionName[];
const statusFor = (name: InstructionName) => instructionNamed(name).from[0]!;
/** Milliseconds, as safety demands. */
const allLooks = [500, 1000, 2000, 4000, 8000];

interface Stage extends TestWindow {
  readonly connection: Connection;
  readonly found: Found;
  /** Prepares the instruction for the reservation that was found, and sends it. */
  readonly send: (
    name: InstructionName,
    rest?: Partial<ReservationInstruction> & { readonly connection?: Connection },
  ) => Promise<Outcome | undefined>;
  readonly waits: number[];
  /** What the user was asked to confirm. */
  readonly asked: PreparedUpdate[];
  /** Updates whose call may still be in progress. */
  readonly unsettled: PreparedUpdate[];
  confirm: () => Promise<boolean>;
  /** The disk is full. */
  failsToStore: boolean;
  /** Whether the account asks for a confirmation. */
  confirms: boolean;
  /** What follows is sent after a reload, or from another window. */
  reload(): void;
  openOtherWindow(): void;
  /** Replaces what happens to the POST; reads pass. */
  onPost(wire: Wire): void;
  posts(): string[];
  status(): Promise<unknown>;
}

async function stage(status = 'pending', side: 'task' | 'worker' = 'task'): Promise<Stage> {
  const window = openWindow();
  const account = await window.signIn();
  const connection = await window.accounts.connect(account.id);
  const found = await findReservation(window.simulator, status);
  const parentSid = side === 'task' ? found.taskSid : found.workerSid;
  const address = { workspaceSid: found.workspaceSid, parentSid, sid: found.sid };
  const waits: number[] = [];
  const asked: PreparedUpdate[] = [];
  const unsettled: PreparedUpdate[] = [];
  const open = (workspaceMemory: FakeMemory) =>
    createSend({
      store: window.store,
      once: new SendOnce({
        store: window.store,
        wait: (milliseconds) => {
          waits.push(milliseconds);
          return Promise.resolve();
        },
      }),
      journal: new SendJournal(workspaceMemory, window.clock),
      calls: new PlacedCalls(window.memory, window.clock),
      confirmation: {
        isDue: () => made.confirms,
        ask: (_connection, update) => {
          asked.push(update);
          return made.confirm();
        },
      },
      onUnsettled: (_accountId, update) => void unsettled.push(update),
    });
  const storing = (memory: FakeMemory) =>
    Object.assign(memory, {
      update: (key: string, value: unknown) =>
        made.failsToStore
          ? Promise.reject(new Error('ENOSPC'))
          : FakeMemory.prototype.update.call(memory, key, value),
    });
  let workspaceMemory = storing(new FakeMemory());
  let send = open(workspaceMemory);
  window.sent.length = 0;
  const made: Stage = Object.assign(window, {
    connection,
    found,
    waits,
    asked,
    confirm: () => Promise.resolve(true),
    confirms: true,
    failsToStore: false,
    unsettled,
    send: async (
      name: InstructionName,
      { connection: other, ...rest }: Partial<ReservationInstruction> & { connection?: Connection } = {},
    ) => {
      const given = { address, shown: found.row, instruction: instructionNamed(name), args: args[name] };
      return send(other ?? connection, prepareInstruction({ ...given, ...rest }));
    },
    reload() {
      send = open(workspaceMemory);
    },
    openOtherWindow() {
      workspaceMemory = new FakeMemory();
      send = open(workspaceMemory);
    },
    onPost(wire: Wire) {
      window.wire = (request, pass) => (request.method === 'POST' ? wire(request, pass) : pass());
    },
    posts: () => window.sent.filter(({ method }) => method === 'POST').map(({ path }) => path),
    async status() {
      const { workspaceSid, taskSid, sid } = found;
      const { row } = await clientOf(window.simulator).fetch(resources.taskReservations, [
        workspaceSid,
        taskSid,
        sid,
      ]);
      return row['reservation_status'];
    },
  });
  return made;
}

interface Fault {
  readonly name: string;
  readonly wire: Wire;
  readonly kind: Outcome['kind'];
  /** TaskRouter carried it out all the same. */
  readonly effect?: true;
}

const huge = 'x'.repeat(9 * 1024 * 1024);

/** The effect happens, and then this is the answer. */
const after =
  (then: () => FetchResponse | Promise<FetchResponse>): Wire =>
  async (_request, pass) => {
    await pass();
    return then();
  };
const instead =
  (then: () => FetchResponse | Promise<FetchResponse>): Wire =>
  async () =>
    then();
const broken = (): FetchResponse => ({
  ...answer(200, ''),
  body: (async function* () {
    yield '{"sid": "WR';
    await Promise.resolve();
    throw socketError('ECONNRESET');
  })(),
});

/** Every status that a gateway can answer with after it passed the update on, in every notation that is not Twilio's. */
function gatewayFaults(): Fault[] {
  const statuses = [300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 407, 408, 409, 410, 412, 413];
  statuses.push(
    415,
    418,
    421,
    422,
    425,
    426,
    429,
    431,
    451,
    460,
    463,
    494,
    499,
    500,
    502,
    503,
    504,
    520,
    599,
  );
  const bodies: Readonly<Record<string, unknown>> = {
    nothing: '',
    HTML: html,
    JSON: { message: 'Request timeout' },
    'JSON with its status': { status: 408, error: 'Request Timeout', message: 'No message', path: '/v1' },
    'a problem of RFC 9457': { type: 'about:blank', title: 'Request Timeout', status: 408 },
  };
  const fromGateway = statuses.flatMap((status) =>
    Object.entries(bodies).map(([name, body]): Fault => ({
      name: `${status} of a gateway with ${name}, after the effect`,
      wire: after(() => answer(status, body)),
      kind: 'unknown',
      effect: true,
    })),
  );
  // Twilio's own notation, in a status in which a gateway may have written it or that is no refusal.
  const others = [303, 408, 421, 425, 460, 499, 500, 503].map((status): Fault => ({
    name: `${status} in Twilio’s notation, after the effect`,
    wire: after(() => refusal(status, 20001, 'No.')),
    kind: 'unknown',
    effect: true,
  }));
  return [...fromGateway, ...others];
}

const faults: readonly Fault[] = [
  { name: 'no such host', wire: instead(() => Promise.reject(socketError('ENOTFOUND'))), kind: 'not done' },
  {
    name: 'nobody there',
    wire: instead(() => Promise.reject(socketError('ECONNREFUSED'))),
    kind: 'not done',
  },
  {
    name: 'a certificate nobody trusts',
    wire: instead(() => Promise.reject(socketError('SELF_SIGNED_CERT_IN_CHAIN'))),
    kind: 'not done',
  },
  ...[400, 401, 403, 404, 405, 409, 410, 412, 422, 429].map((status): Fault => ({
    name: `${status} of TaskRouter`,
    wire: instead(() => refusal(status, 20001, 'No.')),
    kind: 'not done',
  })),
  ...gatewayFaults(),
  {
    name: 'an unreachable host while connecting',
    wire: instead(() => Promise.reject(socketError('EHOSTUNREACH', 'connect'))),
    kind: 'not done',
  },
  ...['read', 'write', 'writev'].map((syscall): Fault => ({
    name: `an unreachable host in a ${syscall}, after the effect`,
    wire: after(() => Promise.reject(socketError('EHOSTUNREACH', syscall))),
    kind: 'unknown',
    effect: true,
  })),
  { name: 'a reset before', wire: instead(() => Promise.reject(socketError('ECONNRESET'))), kind: 'unknown' },
  {
    name: 'a reset after the effect',
    wire: after(() => Promise.reject(socketError('ECONNRESET'))),
    kind: 'unknown',
    effect: true,
  },
  { name: 'an error nobody knows', wire: instead(() => Promise.reject(new Error('?'))), kind: 'unknown' },
  ...[500, 502, 503, 504].flatMap((status): Fault[] => [
    { name: `${status} without effect`, wire: instead(() => answer(status, html)), kind: 'unknown' },
    {
      name: `${status} after the effect`,
      wire: after(() => refusal(status, 20500, 'Internal')),
      kind: 'unknown',
      effect: true,
    },
  ]),
  { name: '200 with HTML, without effect', wire: instead(() => answer(200, html)), kind: 'unknown' },
  {
    name: '200 with HTML, after the effect',
    wire: after(() => answer(200, html)),
    kind: 'unknown',
    effect: true,
  },
  { name: '200 with nothing', wire: after(() => answer(200, '')), kind: 'unknown', effect: true },
  { name: '200 with other JSON', wire: after(() => answer(200, [1])), kind: 'unknown', effect: true },
  {
    name: '200 with another reservation',
    wire: after(() => answer(200, { sid: `WR${'f'.repeat(32)}`, reservation_status: 'accepted' })),
    kind: 'unknown',
    effect: true,
  },
  { name: '200 with 9 MiB', wire: after(() => answer(200, huge)), kind: 'unknown', effect: true },
  { name: '200 that breaks off', wire: after(broken), kind: 'unknown', effect: true },
];

describe('sending an update', () => {
  describe('sends at most one POST, and reports its outcome:', () => {
    for (const { name, wire, kind, effect } of faults) {
      it(`${name} is ${kind}`, async () => {
        const on = await stage();
        on.onPost(wire);
        const outcome = await withoutJitter(() => on.send('accept'));
        assert.equal(on.posts().length, 1);
        assert.equal(outcome!.kind, kind);
        assert.equal(await on.status(), effect ? 'accepted' : 'pending');
        const appearances = kind === 'not done' ? [] : effect ? [500] : allLooks;
        assert.deepEqual(on.waits, appearances);
        if (effect) assert.match(inEnglish(outcome!.headline), /is now accepted/);
        assert.ok(outcome!.details.length > 0 && outcome!.details.every((line) => line.length > 10));
        assertClean(outcome);
      });
    }

    for (const effect of [false, true]) {
      it(`silence ${effect ? 'after the effect' : 'without effect'} is unknown`, async () => {
        const on = await stage();
        await withDeadlineInHand(async (pass) => {
          const reached = gate();
          on.onPost(async (request, arrive) => {
            if (effect) await arrive();
            reached.open();
            return silence(request);
          });
          const acting = on.send('accept');
          await reached.opened;
          await settle();
          pass();
          const outcome = await acting;
          assert.equal(outcome!.kind, 'unknown');
          assert.match(outcome!.details.join(' '), /did not respond in time/);
        });
        assert.equal(on.posts().length, 1);
        assert.deepEqual(on.waits, effect ? [500] : allLooks);
      });
    }
  });

  describe('carries out', () => {
    for (const name of names) {
      for (const side of ['task', 'worker'] as const) {
        it(`${name}, seen under the ${side}`, async () => {
          const on = await stage(statusFor(name), side);
          const outcome = await on.send(name);
          assert.equal(outcome!.kind, 'done', outcome!.details.join(' '));
          const worker = on.store.read(resources.workers, on.connection.account.id, on.found.workerSid);
          const { friendly_name: who, activity_name: activity } = worker ?? {};
          const named = name === 'reject' ? [`${who}’s activity is now ${activity}.`] : [];
          assert.deepEqual(outcome!.details, named);
          const throughTask = side === 'task' || name === 'supervise';
          const parent = throughTask ? `Tasks/${on.found.taskSid}` : `Workers/${on.found.workerSid}`;
          const path = `/v1/Workspaces/${on.found.workspaceSid}/${parent}/Reservations/${on.found.sid}`;
          assert.deepEqual(on.posts(), [path]);
          assertClean(outcome, [canary, sipCanary]);
          assertClean(on.exchanges, [canary, sipCanary]);
        });
      }

      it(`${name} with exactly the values that were confirmed`, async () => {
        const on = await stage(statusFor(name));
        await on.send(name);
        assert.equal(on.asked.length, 1);
        const sent = on.sent.find(({ method }) => method === 'POST')!;
        const { path, body, ifMatch } = on.asked[0]!.request;
        assert.equal(sent.path, path);
        assert.equal(sent.body, encodeParameters(body!));
        assert.match(ifMatch!, /^"\d+"$/);
        assert.equal(sent.headers['If-Match'], ifMatch);
      });
    }

    it('the version that it read again, with its ETag', async () => {
      const on = await stage();
      await on.send('accept');
      const [first, second, post] = on.sent;
      assert.equal(`${first!.method} ${first!.path}`, `GET ${post!.path}`);
      assert.deepEqual(second, first);
      assert.match(post!.headers['If-Match']!, /^"\d+"$/);
    });

    it('nothing when TaskRouter has a newer version than the one shown', async () => {
      const on = await stage();
      const refused = await on.send('accept', { etag: '"another"' });
      assert.equal(refused!.kind, 'not done');
      assert.match(refused!.details.join(' '), /^Nothing was sent: /);
      assert.deepEqual(on.posts(), []);
      assert.equal(refused!.receipt, undefined);
      const { workspaceSid, taskSid, sid } = on.found;
      const sids = [workspaceSid, taskSid, sid];
      const { etag } = await clientOf(on.simulator).fetch(resources.taskReservations, sids);
      assert.equal((await on.send('accept', { etag }))!.kind, 'done');
      assert.equal(on.sent.find(({ method }) => method === 'POST')!.headers['If-Match'], etag);
    });

    it('an update without an ETag', async () => {
      const on = await stage();
      on.wire = async (_request, pass) => {
        const whole = await pass();
        return { ...whole, headers: { get: (name) => (name === 'etag' ? null : whole.headers.get(name)) } };
      };
      assert.equal((await on.send('accept'))!.kind, 'done');
      const post = on.sent.find(({ method }) => method === 'POST')!;
      assert.ok(!('If-Match' in post.headers));
    });

    it('and shows what the next read returns, not the response', async () => {
      const on = await stage();
      on.onPost(async (_request, pass) => {
        await pass();
        return answer(200, on.found.row);
      });
      const outcome = await on.send('accept');
      assert.equal(inEnglish(outcome!.headline), 'Reservation accepted.');
      const shown = on.store.row(on.connection.account.id, on.found.sid);
      assert.equal(shown?.['reservation_status'], 'accepted');
    });

    it('and says who is calling while the reservation stays pending, and no longer than that', async () => {
      const on = await stage();
      const outcome = await on.send('conference');
      assert.equal(outcome!.kind, 'done');
      assert.match(inEnglish(outcome!.headline), /^Twilio is calling the worker\. /);
      const accepted = { ...on.found.row, reservation_status: 'accepted' };
      assert.equal(inEnglish(outcome!.describe!(accepted)), 'Reservation accepted.');
      assert.equal(on.unsettled.length, 1);
    });

    describe('a call to a worker', () => {
      const { workers } = resources;
      const rings = ['conference', 'dequeue', 'call', 'supervise'] as const;
      const contactOf = (row: Row) => contactUriOf(workers.read(row).attributes);
      const setContact = (on: Stage, sid: string, contact_uri: string) =>
        clientOf(on.simulator).update({
          method: 'POST',
          path: `/v1/Workspaces/${on.found.workspaceSid}/Workers/${sid}`,
          query: [],
          body: [['Attributes', JSON.stringify({ contact_uri })]],
        });
      /** What Send sends while a form shows a contact_uri that may be old. */
      const seen = async (name: (typeof rings)[number], contactUri?: string) => {
        const on = await stage(statusFor(name));
        const { workspaceSid, workerSid } = on.found;
        const { rows } = await clientOf(on.simulator).list(workers, [workspaceSid]);
        const other = rows.find((row) => row.sid !== workerSid && contactOf(row))!;
        const called = name === 'supervise' ? other : rows.find(({ sid }) => sid === workerSid)!;
        const contactUriOf = (sid: string) =>
          sid === called.sid ? (contactUri ?? contactOf(called)!) : undefined;
        const given =
          name === 'supervise' ? { supervisorMode: 'whisper', supervisor: called.sid } : { ...args[name] };
        if (name === 'conference') delete (given as Record<string, unknown>)['to'];
        const path = `/v1/Workspaces/${workspaceSid}/Workers/${called.sid}`;
        return {
          on,
          calls: () => inEnglish(describeCallee(on.asked.at(-1)!.calls!) as Message),
          send: (isKnown = true) => on.send(name, { args: given, ...(isKnown ? { contactUriOf } : {}) }),
          reads: () => on.sent.filter((one) => one.method === 'GET' && one.path === path).length,
          change: () => setContact(on, called.sid, '+15550199999'),
          /** Only the worker cannot be read. */
          lose: () => {
            on.wire = ({ url }, pass) =>
              Promise.resolve(url.pathname === path ? refusal(403, 20403, 'Forbidden') : pass());
          },
        };
      };

      for (const name of rings) {
        it(`${name} reads the contact_uri just before the dialog, and again after it`, async () => {
          const { on, send, reads, calls } = await seen(name);
          let before = 0;
          on.confirm = () => Promise.resolve((before = reads()) > 0);
          assert.equal((await send(false))!.kind, 'done');
          assert.match(calls(), /^(client:|\+1555)\S+ \(the contact_uri of /);
          const { path } = on.sent.find(({ method }) => method === 'POST')!;
          const posted = on.sent.findIndex(({ method }) => method === 'POST');
          const of = on.sent.slice(0, posted).filter((one) => one.path === path).length;
          assert.deepEqual([before, on.asked.length, posted, of], [1, 1, 4, 2], 'four reads, then the POST');
        });

        it(`${name} is not sent when the contact_uri is not the one that was shown`, async () => {
          const { on, send, change, calls } = await seen(name);
          await change();
          const outcome = (await send())!;
          assert.equal(outcome.kind, 'not done');
          assert.match(
            outcome.details[0]!,
            /^Nothing was sent: the contact_uri of .* to \+15550199999\. Check/,
          );
          assert.deepEqual([on.posts(), on.asked], [[], []]);
          assert.equal((await send(false))!.kind, 'done');
          assert.match(calls(), /^\+15550199999 /);
        });

        it(`${name} is not sent when the contact_uri changes while the dialog is open`, async () => {
          for (const isKnown of [true, false]) {
            const { on, send, change } = await seen(name);
            on.confirm = () => change().then(() => true);
            const outcome = (await send(isKnown))!;
            assert.equal(outcome.kind, 'not done');
            assert.match(outcome.details[0]!, /^Nothing was sent: the contact_uri of /);
            assert.deepEqual([on.posts(), on.asked.length], [[], 1]);
          }
        });

        it(`${name} is not sent, where nothing is confirmed, to another contact_uri than the one shown`, async () => {
          const { on, send, change } = await seen(name);
          on.confirms = false;
          await change();
          assert.equal((await send())!.kind, 'not done');
          assert.deepEqual([on.posts(), on.asked], [[], []]);
        });

        it(`${name} says that the number is unknown when the worker cannot be read`, async () => {
          const { on, send, lose, calls } = await seen(name);
          lose();
          assert.equal((await send())!.kind, 'done');
          assert.match(calls(), /^unknown \(the contact_uri of .* could not be read\)$/);
          assert.equal(on.asked.length, 1);
        });
      }

      it('asks again when a number that was unknown in the dialog is known after the answer', async () => {
        const { on, send, lose, calls } = await seen('call');
        lose();
        const asked: string[] = [];
        on.confirm = () => {
          asked.push(calls());
          on.wire = (_request, pass) => pass();
          return Promise.resolve(asked.length === 1);
        };
        assert.equal(await send(), undefined);
        assert.match(asked[0]!, /^unknown /);
        assert.match(asked[1]!, /^(client:|\+1555)\S+ \(the contact_uri of /);
        assert.deepEqual(on.posts(), []);
      });

      it('masks the password of a contact_uri in the dialog and the outcome', async () => {
        const { on, send, calls, change } = await seen('call', 'sip:ada:Hunter2Hunter2@example.com');
        await change();
        const outcome = await send();
        assert.match(JSON.stringify(outcome), /sip:ada:\*{8}@example\.com/);
        assert.doesNotMatch(JSON.stringify(outcome), /Hunter2/);
        await setContact(on, on.found.workerSid, 'sip:ada:Hunter2Hunter2@example.com');
        await send(false);
        assert.match(calls(), /^sip:ada:\*{8}@example\.com /);
      });

      it('asks again when the worker can no longer be read after the answer', async () => {
        const { on, send, lose, calls } = await seen('call');
        on.confirm = () => {
          lose();
          return Promise.resolve(true);
        };
        assert.equal((await send())!.kind, 'done');
        assert.equal(on.asked.length, 2);
        assert.match(calls(), /^unknown /);
      });

      it('asks, where nothing is confirmed, when the number that was shown cannot be read again', async () => {
        const { on, send, lose } = await seen('call');
        on.confirms = false;
        lose();
        on.confirm = () => Promise.resolve(false);
        assert.equal(await send(), undefined);
        assert.equal(on.asked.length, 1);
        assert.deepEqual(on.posts(), []);
      });

      it('reads no worker when a number was set, or nobody is called', async () => {
        const on = await stage();
        await on.send('conference');
        const posted = on.sent.findIndex(({ method }) => method === 'POST');
        assert.equal(posted, 2, 'two reads of the reservation');
      });
    });

    describe('while a call may be in progress, in an account that asks for no confirmation:', () => {
      const calling = names.filter((name) => instructionNamed(name).placesCall);
      for (const name of calling) {
        for (const [how, wire] of [
          ['done', (_request, pass) => pass()],
          ['with an unknown outcome', () => Promise.reject(socketError('ECONNRESET'))],
        ] satisfies [string, Wire][]) {
          for (const [where, move] of [
            ['', () => undefined],
            [' after a reload', (on) => on.reload()],
            [' from another window', (on) => on.openOtherWindow()],
          ] satisfies [string, (on: Stage) => void][])
            it(`${name} ${how} is followed by a second call${where} only when the user confirms`, async () => {
              const on = await stage(statusFor(name));
              on.confirms = false;
              on.onPost(wire);
              await on.send(name);
              assert.equal(on.asked.length, 0);
              on.confirm = () => Promise.resolve(false);
              move(on);
              await on.send(name);
              assert.equal(on.posts().length, 1);
              assert.match(JSON.stringify(on.asked[0]!.warnings), /can place a second call/);
            });
        }
      }

      for (const name of calling) {
        it(`${name} is confirmed again, with the warning, when another window has called since the dialog opened`, async () => {
          for (const answer of [true, false]) {
            const on = await stage(statusFor(name));
            on.confirm = async () => {
              on.confirm = () => Promise.resolve(true);
              on.openOtherWindow();
              assert.equal((await on.send(name))!.kind, 'done');
              on.confirm = () => Promise.resolve(answer);
              return true;
            };
            const outcome = await on.send(name);
            assert.equal(outcome?.kind, answer ? 'done' : undefined);
            assert.equal(on.posts().length, answer ? 2 : 1);
            const warned = on.asked.map(({ warnings }) => /second call/.test(JSON.stringify(warnings)));
            assert.deepEqual(warned, [false, false, true]);
          }
        });
      }

      it('another action is not', async () => {
        const on = await stage();
        on.confirms = false;
        await on.send('conference');
        await on.send('reject');
        assert.deepEqual(on.asked, []);
      });

      it('nor is another call once TaskRouter has shown that the first was answered', async () => {
        const on = await stage();
        on.confirms = false;
        await on.send('conference');
        const { workspaceSid, taskSid, sid } = on.found;
        const address = { workspaceSid, parentSid: taskSid, sid };
        await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed('accept')));
        const sids = [workspaceSid, taskSid, sid];
        const shown = await on.store.fetch(on.connection.account.id, resources.taskReservations, sids);
        assert.equal((await on.send('supervise', { shown }))!.kind, 'done');
        assert.deepEqual(on.asked, []);
      });

      it('nor when it was refused', async () => {
        const on = await stage();
        on.confirms = false;
        on.onPost(instead(() => refusal(400, 20001, 'No')));
        await on.send('conference');
        await on.send('conference');
        assert.deepEqual(on.asked, []);
        assert.equal(on.posts().length, 2);
      });

      it('a third is asked about when the second was confirmed and refused', async () => {
        const on = await stage();
        on.confirms = false;
        await on.send('conference');
        on.onPost(instead(() => refusal(400, 20001, 'No')));
        await on.send('conference');
        on.onPost((_request, pass) => pass());
        await on.send('conference');
        assert.equal(on.asked.length, 2);
        assert.match(JSON.stringify(on.asked[1]!.warnings), /can place a second call/);
      });

      it('a call of the simulated account is remembered in its own window only', async () => {
        const memory = new FakeMemory();
        const calls = new PlacedCalls(memory, machineClock);
        await calls.add(simulatedAccount.id, 'us1/WR1', 'pending');
        const other = new PlacedCalls(memory, machineClock);
        assert.equal(calls.mayBeInProgress('us1/WR1', 'pending'), true);
        assert.equal(other.mayBeInProgress('us1/WR1', 'pending'), false);
      });

      it('nor is one that a clock far ahead wrote', async () => {
        const memory = new FakeMemory();
        const ahead = { now: () => machineClock.now() + 24 * 60 * 60 * 1000 };
        await new PlacedCalls(memory, ahead).add('a', 'us1/WR1', 'pending');
        const calls = new PlacedCalls(memory, machineClock);
        assert.equal(calls.mayBeInProgress('us1/WR1', 'pending'), false);
      });

      it('nor an hour later', async () => {
        const on = await stage();
        on.confirms = false;
        await on.send('conference');
        on.clock.advance(60 * 60 * 1000);
        await on.send('conference');
        assert.deepEqual(on.asked, []);
      });

      it('nor about another reservation', async () => {
        const on = await stage();
        on.confirms = false;
        await on.send('conference');
        const calls = new PlacedCalls(on.memory, on.clock);
        assert.equal(calls.mayBeInProgress(`us1/${on.found.sid}`, 'pending'), true);
        assert.equal(calls.mayBeInProgress(`us1/${on.found.taskSid}`, 'pending'), false);
      });
    });

    it('and sends nothing when it cannot be stored that it is sent', async () => {
      const on = await stage();
      for (const name of ['accept', 'conference'] as const) {
        on.failsToStore = true;
        const outcome = await on.send(name);
        assert.equal(outcome!.kind, 'not done');
        assert.match(outcome!.details.join(' '), /^Nothing was sent: .* ENOSPC$/);
        assert.deepEqual(on.posts(), []);
        on.failsToStore = false;
      }
      assert.equal((await on.send('accept'))!.kind, 'done');
    });

    it('and is done even when it cannot be read afterwards', async () => {
      const on = await stage();
      on.wire = (request, pass) =>
        request.method === 'GET' && on.posts().length ? Promise.resolve(answer(200, html)) : pass();
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'done');
      assert.match(outcome!.details.join(' '), /new state could not be read/);
    });

    it('reject, and names the activity that was chosen', async () => {
      const on = await stage();
      const { rows } = await clientOf(on.simulator).list(resources.activities, [on.found.workspaceSid]);
      const chosen = rows.find(({ friendly_name: name }) => name === 'Break')!;
      const outcome = await on.send('reject', { args: { workerActivitySid: chosen.sid } });
      assert.match(outcome!.details.join(), /’s activity is now Break\.$/);
    });

    it('reject, and says so when the worker cannot be read', async () => {
      const on = await stage();
      on.wire = (request, pass) =>
        /\/Workers\/WK\w+$/.test(request.url.pathname)
          ? Promise.resolve(refusal(404, 20404, 'Not found.'))
          : pass();
      const outcome = await on.send('reject');
      assert.equal(outcome!.kind, 'done');
      assert.deepEqual(outcome!.details, ['The Worker could not be read.']);
    });

    it('and reads the task and the worker again', async () => {
      const on = await stage();
      await on.send('accept');
      await settle();
      const { id } = on.connection.account;
      assert.equal(on.store.row(id, on.found.taskSid)?.['assignment_status'], 'assigned');
      assert.equal(on.store.row(id, on.found.workerSid)?.['friendly_name'], 'Ada Wren');
    });

    it('and names the request, for Twilio’s support', async () => {
      const on = await stage();
      const { receipt } = (await on.send('accept'))!;
      assert.match(receipt!.requestId!, /^RQ[0-9a-f]{32}$/);
      assert.equal(receipt!.status, 200);
      assert.ok(receipt!.milliseconds >= 0 && !('code' in receipt!));
    });
  });

  describe('without a valid response', () => {
    for (const name of names.filter((one) => instructionNamed(one).placesCall)) {
      it(`to ${name}, says that a second one can place a second call`, async () => {
        const on = await stage(statusFor(name));
        on.onPost(instead(() => answer(503, html)));
        const outcome = await on.send(name);
        assert.equal(outcome!.kind, 'unknown');
        assert.match(outcome!.details.join(' '), /may already be calling.*second call/i);
        assert.equal(on.posts().length, 1);
      });
    }

    it('continues to read after a failed read', async () => {
      const on = await stage();
      let appearances = 0;
      on.wire = async (request, pass) => {
        if (request.method === 'POST') {
          await pass();
          throw socketError('ECONNRESET');
        }
        return on.posts().length && ++appearances < 3 ? answer(200, html) : pass();
      };
      const outcome = await on.send('accept');
      assert.deepEqual(on.waits, [500, 1000, 2000]);
      assert.match(inEnglish(outcome!.headline), /now accepted/);
    });

    it('never claims that this action was the cause', async () => {
      const on = await stage();
      on.onPost(after(() => answer(503, html)));
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'unknown');
      assert.match(outcome!.details.join(' '), /or somebody else’s/);
    });

    it('does not report a listener’s failure as a failure of the action', async () => {
      const on = await stage();
      on.store.onDidChange(() => {
        if (on.posts().length) throw new Error('A listener is broken.');
      });
      const outcome = await uncaughtIsFine(() => on.send('accept'));
      assert.equal(outcome!.kind, 'done');
      assert.equal(on.posts().length, 1);
    });
  });

  describe('sends nothing', () => {
    it('when the user declines', async () => {
      const on = await stage();
      on.confirm = () => Promise.resolve(false);
      assert.equal(await on.send('accept'), undefined);
      assert.deepEqual(on.posts(), []);
    });

    it('before the user has confirmed', async () => {
      const on = await stage();
      const { opened, open } = gate();
      on.confirm = () => opened.then(() => true);
      const acting = on.send('accept');
      await settle();
      assert.deepEqual(on.posts(), []);
      open();
      await acting;
      assert.equal(on.posts().length, 1);
    });

    it('for invalid arguments, and asks for no confirmation', async () => {
      const on = await stage();
      const error = await rejection(on.send('call', { args: { callFrom: 'nobody' } }));
      assert.ok(error instanceof InvalidArgumentsError);
      assert.deepEqual([on.sent, on.asked], [[], []]);
    });

    it('when somebody else was faster', async () => {
      const on = await stage();
      await somebodyElse(on, 'accept');
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'not done');
      assert.match(outcome!.details.join(' '), /changed from pending to accepted/);
      assert.deepEqual(on.posts(), []);
      const shown = on.store.row(on.connection.account.id, on.found.sid);
      assert.equal(shown?.['reservation_status'], 'accepted', 'the difference is shown');
    });

    for (const [field, value] of [
      ['reservation_status', 'levitating'],
      ['task_sid', `WT${'0'.repeat(32)}`],
      ['worker_sid', `WK${'0'.repeat(32)}`],
      ['date_updated', '2026-01-05T09:00:01Z'],
    ] as const) {
      it(`when ${field} has changed`, async () => {
        const on = await stage();
        const { row } = on.found;
        on.wire = (request, pass) =>
          request.method === 'GET' ? Promise.resolve(answer(200, { ...row, [field]: value })) : pass();
        const outcome = await on.send('accept');
        assert.equal(outcome!.kind, 'not done');
        assert.match(outcome!.details.join(' '), /^Nothing was sent: th(e status|ese fields) just changed/);
        assert.deepEqual(on.posts(), []);
      });
    }

    it('in a status that does not allow the instruction, or that is unknown, missing or not a string', async () => {
      const on = await stage();
      for (const name of names) {
        const { from, onlyFor } = instructionNamed(name);
        const others = [...reservationStatuses.filter((one) => !from.includes(one)), 'levitating', 'PENDING'];
        for (const reservation_status of [
          ...others,
          undefined,
          null,
          7,
          ['pending'],
          { toString: 'pending' },
        ]) {
          const error = await rejection(on.send(name, { shown: { ...on.found.row, reservation_status } }));
          assert.ok(error instanceof InvalidArgumentsError);
          const now = typeof reservation_status === 'string' ? `is ${reservation_status}` : 'is unknown';
          assert.ok(error.message.startsWith(onlyFor), error.message);
          assert.ok(error.message.endsWith(`${now}.`), error.message);
        }
      }
      assert.deepEqual([on.sent, on.asked], [[], []]);
    });

    it('when the status is missing as it is read again', async () => {
      const on = await stage();
      for (const reservation_status of [undefined, null, 7, ['pending']]) {
        on.wire = (request, pass) =>
          request.method === 'GET'
            ? Promise.resolve(answer(200, { ...on.found.row, reservation_status }))
            : pass();
        const outcome = await on.send('accept');
        assert.equal(outcome!.kind, 'not done');
        assert.match(outcome!.details[0]!, /changed from pending to unknown/);
      }
      assert.deepEqual(on.posts(), []);
    });

    for (const [name, wire] of [
      ['the network is gone', () => Promise.reject(socketError('ENOTFOUND'))],
      ['the reservation is gone', () => Promise.resolve(refusal(404, 20404, 'Not found'))],
      ['the credentials are revoked', () => Promise.resolve(refusal(401, 20003, 'Authenticate'))],
      ['a Wi-Fi page answers', () => Promise.resolve(answer(200, html))],
      ['a redirect answers', () => Promise.resolve(answer(301, ''))],
      [
        'another reservation answers',
        () => Promise.resolve(answer(200, { sid: `WR${'f'.repeat(32)}`, reservation_status: 'pending' })),
      ],
    ] satisfies [string, Wire][]) {
      it(`when ${name} on the second read`, async () => {
        const on = await stage();
        on.wire = wire;
        const outcome = await withoutJitter(() => on.send('accept'));
        assert.equal(outcome!.kind, 'not done');
        assert.deepEqual(on.posts(), []);
        assert.deepEqual(on.waits, []);
        assert.deepEqual(on.asked, []);
      });
    }
  });

  describe('locks the reservation', () => {
    it('against a second click while the first is being confirmed, sent or read back', async () => {
      const on = await stage();
      const steps = [gate(), gate(), gate()];
      const reached = [gate(), gate(), gate()];
      const at = async (step: number) => {
        reached[step]!.open();
        await steps[step]!.opened;
      };
      on.confirm = () => at(0).then(() => true);
      on.wire = async (request, pass) => {
        if (request.method === 'POST') await at(1);
        else if (on.posts().length) await at(2);
        return pass();
      };
      const first = on.send('accept');
      for (const step of [0, 1, 2]) {
        await reached[step]!.opened;
        const second = await on.send('reject');
        assert.deepEqual([second!.kind, second!.isMinor], ['not done', true]);
        assert.match(second!.details.join(' '), /in progress/);
        steps[step]!.open();
      }
      assert.equal((await first)!.kind, 'done');
      assert.equal(on.posts().length, 1);
      assert.equal(on.asked.length, 1);
    });

    it('also when it is opened through the other parent', async () => {
      const on = await stage();
      const { workspaceSid, workerSid, sid } = on.found;
      const address = { workspaceSid, parentSid: workerSid, sid };
      const both = await Promise.all([on.send('accept'), on.send('accept', { address })]);
      assert.deepEqual(both.map((one) => one!.kind).sort(), ['done', 'not done']);
      assert.equal(on.posts().length, 1);
    });

    it('also when it is reached with another key of the same account, through another edge', async () => {
      const on = await stage();
      const { simulator, accounts } = on;
      const key = {
        ...entryOf(simulator),
        username: simulator.apiKeySid,
        origin: 'https://taskrouter.ashburn.us1.twilio.com',
      };
      const { account } = await accounts.signIn(key, simulator.apiKeySecret);
      const connection = await accounts.connect(account.id);
      const { open, opened } = gate();
      on.confirm = () => opened.then(() => true);
      const first = on.send('accept');
      const second = await on.send('accept', { connection });
      assert.equal(second!.kind, 'not done');
      assert.match(second!.details[0]!, /in progress/);
      open();
      assert.equal((await first)!.kind, 'done');
      assert.equal(on.posts().length, 1);
    });

    it('also when a TaskRouter on this machine is reached by another name, and remembers its calls', async () => {
      const on = await stage();
      const through = (host: string) => {
        const account = { ...on.connection.account, origin: `http://${host}:4010` };
        return { connection: { ...on.connection, account } };
      };
      const { open, opened } = gate();
      on.confirm = () => opened.then(() => true);
      const first = on.send('conference', through('127.0.0.1'));
      assert.equal((await on.send('conference', through('localhost')))!.isMinor, true);
      open();
      assert.equal((await first)!.kind, 'done');
      for (const host of ['localhost', '127.0.0.2', '[::1]']) {
        await on.send('conference', through(host));
        assert.match(JSON.stringify(on.asked.at(-1)!.warnings), /second call/, host);
      }
    });

    it('and not one with the same SID in another TaskRouter', async () => {
      const on = await stage();
      const { open, opened } = gate();
      on.confirm = () => opened.then(() => true);
      const first = on.send('accept');
      const account = { ...on.connection.account, origin: 'http://127.0.0.1:4010' };
      const connection = { ...on.connection, account };
      const elsewhere = on.send('accept', { connection });
      await settle();
      assert.equal(on.asked.length, 2);
      open();
      await Promise.all([first, elsewhere]);
    });

    it('and no other', async () => {
      const on = await stage();
      const other = await findReservation(on.simulator, 'accepted');
      const address = { workspaceSid: other.workspaceSid, parentSid: other.taskSid, sid: other.sid };
      const both = await Promise.all([on.send('accept'), on.send('complete', { address, shown: other.row })]);
      assert.deepEqual(
        both.map((one) => one!.kind),
        ['done', 'done'],
      );
    });

    it('until it has ended, with any outcome', async () => {
      const on = await stage();
      on.confirm = () => Promise.resolve(false);
      await on.send('accept');
      on.confirm = () => Promise.reject(new Error('The dialog broke.'));
      await rejection(on.send('accept'));
      await rejection(on.send('call', { args: {} }));
      on.confirm = () => Promise.resolve(true);
      on.onPost(instead(() => refusal(429, 20429, 'Too many')));
      await on.send('accept');
      on.wire = (_request, pass) => pass();
      assert.equal((await on.send('accept'))!.kind, 'done');
    });
  });

  /** Ways in which a connection ends, and what the outcome then says of it. */
  const endings: readonly (readonly [what: string, end: (on: Stage) => unknown, says: RegExp])[] = [
    [
      'the account is signed out',
      (on) => on.accounts.signOut(on.connection.account.id),
      /the account was signed out/i,
    ],
    [
      'another window signs out',
      (on) => openWindow({ beside: on }).accounts.signOut(on.connection.account.id),
      /the account was signed out/i,
    ],
    [
      'the account is changed',
      (on) => on.accounts.change(on.connection.account.id, { environment: 'staging' }),
      /the account was changed/i,
    ],
    ['the window is reloaded', (on) => on.accounts.dispose(), /the window was closed or reloaded/i],
  ];
  for (const [what, end, says] of endings)
    describe(`when ${what}`, () => {
      const assertSaysOnlyThat = ({ details }: Outcome) => {
        const text = details.join(' ');
        for (const one of new Set(endings.map(([, , other]) => other)))
          assert.equal(one.test(text), String(one) === String(says), text);
      };

      it('during the confirmation, says so, and that nothing was sent', async () => {
        const on = await stage();
        on.confirm = async () => {
          await end(on);
          return true;
        };
        const outcome = await on.send('accept');
        assert.equal(outcome!.kind, 'not done');
        assert.match(outcome!.details[0]!, /^Nothing was sent: /);
        assertSaysOnlyThat(outcome!);
        assert.deepEqual(on.posts(), []);
      });

      it('after the request has left, says so, and that the outcome is unknown', async () => {
        const on = await stage();
        on.onPost(async () => {
          await end(on);
          throw socketError('ECONNRESET');
        });
        const outcome = await on.send('accept');
        assert.equal(outcome!.kind, 'unknown');
        assertSaysOnlyThat(outcome!);
        assert.match(outcome!.details.join(' '), /Check the status before you send again\./);
      });
    });

  describe('when the account is signed out', () => {
    const signOut = (on: Stage) => {
      const { id } = on.connection.account;
      const leaving = on.accounts.signOut(id);
      on.store.forget(id);
      return leaving;
    };
    const assertForgotten = (on: Stage) => {
      const { id } = on.connection.account;
      for (const sid of [on.found.sid, on.found.taskSid, on.found.workerSid])
        assert.equal(on.store.row(id, sid), undefined, 'a late answer is dropped');
    };

    it('while it asks for confirmation, sends nothing', async () => {
      const on = await stage();
      on.confirm = () => signOut(on).then(() => true);
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'not done');
      assert.equal(on.sent.length, 1, 'the read before the question');
    });

    it('in another window while it asks for confirmation, sends nothing', async () => {
      const on = await stage();
      const there = openWindow({ beside: on });
      on.confirm = () => there.accounts.signOut(on.connection.account.id).then(() => true);
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'not done');
      assert.equal(on.sent.length, 1, 'the read before the question');
    });

    it('in another window during the second read, does not send', async () => {
      const on = await stage();
      const there = openWindow({ beside: on });
      on.wire = async (_request, pass) => {
        const late = await pass();
        await there.accounts.signOut(on.connection.account.id);
        return late;
      };
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'not done');
      assert.deepEqual(on.posts(), []);
    });

    for (const [how, change] of [
      ['is production', { environment: 'production', readOnly: false }],
      ['is read-only', { environment: 'production', readOnly: true }],
      ['is another’s no longer', { environment: 'development', readOnly: false }],
    ] as const) {
      it(`or signed in to again during the confirmation, so that it ${how}, sends nothing`, async () => {
        const on = await stage();
        on.confirm = async () => {
          await on.accounts.signIn({ ...entryOf(on.simulator), ...change, name: 'Changed' }, canary);
          on.sent.length = 0;
          return true;
        };
        const outcome = await on.send('accept');
        assert.equal(outcome!.kind, 'not done');
        assert.match(outcome!.details[0]!, /the account was changed/);
        assert.deepEqual(on.sent, []);
      });
    }

    it('during the second read, sends nothing', async () => {
      const on = await stage();
      on.wire = async (_request, pass) => {
        const late = await pass();
        await signOut(on);
        return late;
      };
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'not done');
      assert.deepEqual(on.posts(), []);
      assertForgotten(on);
    });

    it('while it sends, leaves the outcome unknown and reads nothing more', async () => {
      const on = await stage();
      on.onPost(async (_request, pass) => {
        await pass();
        await signOut(on);
        throw socketError('ECONNRESET');
      });
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'unknown');
      assert.equal(on.sent.length, 3, 'two reads and the POST');
      assert.deepEqual(on.waits, []);
      assertForgotten(on);
    });

    it('drops a late response', async () => {
      const on = await stage();
      on.onPost(async (_request, pass) => {
        const late = await pass();
        await signOut(on);
        return late;
      });
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'done');
      await settle();
      assertForgotten(on);
    });

    it('while it reads after an unknown outcome, drops what it reads', async () => {
      const on = await stage();
      on.wire = async (request, pass) => {
        if (request.method === 'POST') throw socketError('ECONNRESET');
        const late = await pass();
        if (on.posts().length) await signOut(on);
        return late;
      };
      const outcome = await on.send('accept');
      assert.equal(outcome!.kind, 'unknown');
      assertForgotten(on);
      assert.deepEqual(on.waits, [500]);
    });
  });
});

/** Somebody else does something to the reservation. */
async function somebodyElse(on: Stage, name: InstructionName): Promise<void> {
  const { workspaceSid, taskSid, sid } = on.found;
  const address = { workspaceSid, parentSid: taskSid, sid };
  await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed(name)));
}

/** While `body` runs, an exception that nobody catches is no failure of the test. */
async function uncaughtIsFine<T>(body: () => Promise<T>): Promise<T> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', () => undefined);
  try {
    const result = await body();
    await settle();
    return result;
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
}
