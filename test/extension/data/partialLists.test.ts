import { strict as assert } from 'node:assert';
import { messageFor } from '../../../src/extension/features/live/liveMessage';
import type { Row } from '../../../src/taskrouter/resources';
import { onCall } from '../onCall';
import { answer, refusal } from '../window';
import { minute, second, stage } from './loadingStage';

type Stage = Awaited<ReturnType<typeof stage>>;
interface Body {
  tasks?: Row[];
  reservations?: Row[];
  events?: Row[];
  workspaces?: Row[];
  meta: { next_page_url?: string | null };
}

const elsewhere = 'https://example.com/?PageToken=1';
const each = (rows: Row[] | undefined, isHidden: (row: Row) => boolean, change: (row: Row) => object) =>
  rows?.map((row) => (isHidden(row) ? { ...row, ...change(row) } : row));

/** Ways to hide a reservation that is there. `isHidden` says so of its row and of its task's. */
const ways: Record<string, (body: Body, isHidden: (row: Row) => boolean) => void> = {};
for (const list of ['tasks', 'reservations'] as const) {
  for (const sid of [null, 17, '', 'x-y', 'task', {}])
    ways[`a row of ${list} with the SID ${JSON.stringify(sid)}`] = (body, isHidden) => {
      if (body[list]) body[list] = each(body[list], isHidden, () => ({ sid }))!;
    };
  const status = list === 'tasks' ? 'assignment_status' : 'reservation_status';
  ways[`a row of ${list} without a status`] = (body, isHidden) => {
    if (body[list]) body[list] = each(body[list], isHidden, () => ({ [status]: null }))!;
  };
  for (const next of [elsewhere, '?Page=1', 'https://taskrouter.twilio.com/other?PageToken=2'])
    ways[`a page of ${list} at ${next}`] = (body, isHidden) => {
      if (!body[list]?.some(isHidden)) return;
      body[list] = body[list].filter((row) => !isHidden(row));
      body.meta.next_page_url = next;
    };
}
ways['a row of reservations without a task'] = (body, isHidden) => {
  if (body.reservations) body.reservations = each(body.reservations, isHidden, () => ({ task_sid: null }))!;
};

ways['a row of reservations that names another workspace'] = (body, isHidden) => {
  const workspace_sid = `WS${'f'.repeat(32)}`;
  if (body.reservations) body.reservations = each(body.reservations, isHidden, () => ({ workspace_sid }))!;
};

/** Polls while the spoiled lists hide the reservation that times out next; Events do not say that it is there. */
async function poll(on: Stage, spoil: (body: Body, url: URL) => void): Promise<void> {
  on.wire = async ({ url }, pass) => {
    if (url.pathname.endsWith('/Events')) return refusal(403, 20003, 'No.');
    const response = await pass();
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    if (response.status !== 200) return answer(response.status, text);
    const body = JSON.parse(text) as Body;
    spoil(body, url);
    return answer(200, body);
  };
  on.poller.catchUp();
  await on.pass(30 * second);
}

const messageOf = ({ open, clock }: Stage): string =>
  messageFor({
    ...{ isSignedIn: true, interval: 10 * second, isFocused: true, used: 1, limit: 60, now: clock.now() },
    ...{ workspaces: open.workspaces, isListing: open.isListing, progress: open.progress },
    ...{ hasFailed: open.failures.length > 0, expired: 0, inProgress: 0, unconfirmed: 0 },
    pending: open.unexpired.length,
  }) ?? '';

describe('a list that cannot be read completely', () => {
  for (const [way, spoil] of Object.entries(ways))
    for (const all of [false, true])
      it(`makes the result incomplete: ${way} hides ${all ? 'every' : 'the soonest'} reservation`, async () => {
        const scenario = onCall(3, 3);
        const whole = await stage(3, 3, scenario);
        await poll(whole, () => undefined);
        const { next } = whole.open;
        assert.ok(typeof next === 'object');
        const [, taskSid, sid] = next.sids;
        const on = await stage(3, 3, scenario);
        await poll(on, (body) => spoil(body, (row) => all || row.sid === taskSid || row.sid === sid));
        assert.equal(typeof on.open.next, 'string');
        assert.notEqual(on.open.soonest?.sids[2], sid);
        assert.match(messageOf(on), /could not be read completely, so reservations may be missing\./);
        assert.doesNotMatch(messageOf(on), /no open reservations/i);
        const [state] = on.open.workspaces;
        assert.equal(on.open.isCurrent(state!), false);
        on.wire = (_request, pass) => pass();
        void on.poller.now();
        await on.pass(minute);
        assert.equal(typeof on.open.next, 'object', 'once the lists can be read again');
        assert.doesNotMatch(messageOf(on), /could not be read/);
      });

  for (const [way, spoil] of Object.entries({
    'an unreadable row': (body: Body) => body.workspaces?.push({ sid: 'x-y' }),
    'a malformed SID': (body: Body) => body.workspaces?.push({ sid: 'desk' }),
    'a page elsewhere': (body: Body) => body.workspaces && (body.meta.next_page_url = elsewhere),
  }))
    it(`of workspaces, with ${way}, makes the result incomplete`, async () => {
      const on = await stage(3, 3);
      await poll(on, spoil);
      assert.equal(on.open.next, 'unknown');
      assert.ok(on.open.soonest);
      assert.deepEqual(
        on.open.failures.map(({ accountId, partialLists }) => [accountId, partialLists]),
        [[on.account.id, 1]],
      );
      on.wire = (_request, pass) => pass();
      void on.poller.now();
      await on.pass(second);
      assert.deepEqual(on.open.failures, [], 'Refresh reads it again');
    });

  it('of workspaces is read again within minutes', async () => {
    const on = await stage(3, 3);
    await poll(on, (body) => body.workspaces?.push({ sid: 'x-y' }));
    on.wire = (_request, pass) => pass();
    await on.pass(2 * minute);
    assert.deepEqual(on.open.failures, []);
  });

  it('of tasks leaves those loading that it does not have and that are about to be read', async () => {
    const on = await stage(120, 120);
    await poll(on, () => undefined);
    await poll(on, (body) => {
      if (!body.tasks) return;
      body.tasks = [];
      body.meta.next_page_url = elsewhere;
    });
    const largest = () =>
      on.open.workspaces.reduce((one, other) => (one.loading >= other.loading ? one : other));
    const { workspaceSid, loading: before } = largest();
    const now = () => on.open.workspaces.find((one) => one.workspaceSid === workspaceSid)!;
    for (let wait = 0; wait < 60 && !now().partialLists; wait++) await on.pass(second);
    assert.ok(now().partialLists);
    assert.ok(before > 60 && now().loading > before - 60, `${now().loading} of ${before}`);
  });

  it('of Events leads to the open tasks', async () => {
    const on = await stage(3, 3);
    on.poller.catchUp();
    await on.pass(30 * second);
    const listed = () => on.sent.filter(({ path }) => /\/Tasks\?/.test(path)).length;
    const before = listed();
    on.wire = async ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? answer(200, { events: [{ sid: null }], meta: {} }) : pass();
    await on.pass(20 * second);
    assert.ok(listed() > before);
  });
});
