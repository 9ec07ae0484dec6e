import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ClockSkew } from '../../src/extension/data/clockSkew';
import { PolledWorkspaces } from '../../src/extension/data/polledWorkspaces';
import { Poller } from '../../src/extension/data/poller';
import { listKey } from '../../src/extension/data/listRef';
import * as resources from '../../src/taskrouter/resources';
import type { FetchResponse } from '../../src/taskrouter/fetch';
import { answer, FakeMemory, openWindow, refusal, settle, workspaceOf } from '../extension/window';
import { sequences } from '../sequences';

const second = 1000;
const minute = 60 * second;
const limit = 30;

type Json = Record<string, unknown>;

/** What is done to a response, in words that a failing sequence prints. */
const mutation = fc.constantFrom(
  'none',
  'types',
  'swapped SIDs',
  'missing SIDs',
  'deep',
  'extreme dates',
  'endless pages',
  'same page again',
  'duplicates',
  'unknown status',
  'empty list',
  'not JSON',
  '429',
  '500',
  'reset',
);
const action = fc.constantFrom('wait', 'refresh', 'more', 'all', 'fetch', 'poll now', 'sleep', 'long wait');

const sid = (prefix: string, n: number) => prefix + n.toString(16).padStart(32, '0');
let serial = 0;

function mutateRow(row: Json, kind: string): Json {
  switch (kind) {
    case 'types':
      return Object.fromEntries(
        Object.entries(row).map(([name, value], i) =>
          name === 'sid' || i % 3 ? [name, value] : [name, [value, { [name]: 7 }]],
        ),
      );
    case 'swapped SIDs':
      return { ...row, sid: String(row['sid']).replace(/^../, 'WR') };
    case 'missing SIDs':
      return { ...row, sid: null };
    case 'deep':
      return { ...row, attributes: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown };
    case 'extreme dates':
      return { ...row, date_created: '+275760-09-13T00:00:00Z', date_updated: '', event_date_ms: 1.7e18 };
    case 'unknown status':
      return { ...row, reservation_status: 'levitating', assignment_status: 'levitating' };
    default:
      return row;
  }
}

async function mutate(kind: string, url: URL, pass: () => Promise<FetchResponse>): Promise<FetchResponse> {
  if (kind === '429') return answer(429, { message: 'Slow down.', status: 429 }, { 'retry-after': '90' });
  if (kind === '500') return refusal(500, 20500, 'No.');
  if (kind === 'reset') throw Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
  if (kind === 'not JSON') return answer(200, '<!doctype html>');
  const given = await pass();
  if (given.status !== 200) return given;
  let text = '';
  for await (const piece of given.body!) text += String(piece);
  const body = JSON.parse(text) as Json;
  const [key, rows] = Object.entries(body).find(([, value]) => Array.isArray(value)) ?? [];
  if (key === undefined) return answer(200, mutateRow(body, kind));
  let changed = (rows as Json[]).map((row) => mutateRow(row, kind));
  if (kind === 'duplicates') changed = [...changed, ...changed];
  if (kind === 'empty list') changed = [];
  const next = (token: string) => `${url.origin}${url.pathname}?PageToken=${token}`;
  const meta = body['meta'] as Json;
  if (kind === 'endless pages') meta['next_page_url'] = next(`PT${serial++}`);
  if (kind === 'same page again') meta['next_page_url'] = next('PT');
  if (kind === 'endless pages' && serial % 2) changed = [{ sid: sid('WT', serial) }];
  return answer(200, { ...body, [key]: changed, meta });
}

describe('a hostile TaskRouter', () => {
  const { random } = Math;
  before(() => (Math.random = () => 0));
  after(() => (Math.random = random));

  it('leaves every read with rows or an error, ends every loop, and keeps the limit', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(mutation, { minLength: 1, maxLength: 8 }),
          fc.array(action, { minLength: 1, maxLength: 6 }),
          async (mutations, actions) => {
            const window = openWindow({ limit: () => limit });
            const { clock, store, accounts, budget } = window;
            const account = await window.signIn();
            const workspaceSid = await workspaceOf(window.simulator);
            const skew = new ClockSkew(clock);
            const interval = () => 10 * second;
            const memory = new FakeMemory();
            const polled = new PolledWorkspaces({
              ...{ accounts, store, memory, clock, skew, interval },
              limit: () => limit,
            });
            const list = { accountId: account.id, collection: resources.tasks, parents: [workspaceSid] };
            const poller = new Poller({
              ...{ store, accounts, budget, clock, source: polled },
              lists: () => [list],
              visible: () => true,
              interval: (id) => polled.intervalOf(id),
              afterCycle: () => polled.settle(),
            });
            let count = 0;
            let ofUser = 0;
            const times: number[] = [];
            window.wire = ({ url }, pass) => {
              if (!ofUser) times.push(clock.now());
              return mutate(mutations[count++ % mutations.length]!, url, pass);
            };
            const byUser = async (read: Promise<unknown>) => {
              ofUser++;
              await read.catch(() => undefined);
              ofUser--;
            };
            poller.catchUp();
            for (const one of actions) {
              if (one === 'refresh') await byUser(store.refresh(list));
              else if (one === 'more') await byUser(store.more(list));
              else if (one === 'all') await byUser(store.all(list));
              else if (one === 'fetch')
                await byUser(store.fetch(account.id, resources.tasks, [workspaceSid, sid('WT', 1)]));
              else if (one === 'sleep') clock.advance(3600 * second);
              else if (one === 'poll now') void poller.now();
              const steps = one === 'long wait' ? 12 : 2;
              for (let step = 0; step < steps; step++) {
                clock.advance(10 * second);
                await settle();
              }
            }
            const state = store.list(list);
            assert.ok(!state || state.readAt !== undefined || state.error !== undefined, listKey(list));
            assert.ok(count < 2000, `${count} requests`);
            if (!actions.some((one) => one !== 'wait' && one !== 'long wait')) {
              for (const from of times)
                assert.ok(
                  times.filter((at) => at >= from && at < from + minute).length <= limit,
                  'the limit',
                );
            }
            JSON.stringify(store.open({ accountId: account.id, openIn: workspaceSid }));
            poller.dispose();
            polled.dispose();
            budget.dispose();
            accounts.dispose();
            await settle();
            assert.deepEqual(unhandled, []);
          },
        ),
        sequences(),
      );
    } finally {
      process.off('unhandledRejection', note);
    }
  }).timeout(600_000);
});
