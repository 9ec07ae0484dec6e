import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { Answer, Json } from '../driver';
import { driverOf, still, waiting, worker } from '../driver';
import { lacking, openApi, problems } from './openapi';
import type { Operation, Schema } from './openapi';

/** What Twilio's description has and the simulator does not imitate. */
const notImitated = {
  operations: [] as readonly string[],
  /** They are for browsers, which may not reach the simulator. */
  headers: /^Access-Control-/,
};

/** What is in an example, but depends: data of another event, links to activities that a queue need not have. */
const free = /\.event_data\.|\.links\.(assignment|reservation)_activity$/;

/** Texts that stand in Twilio's examples for something that has to be valid, and something that is. */
const instead: Readonly<Record<string, (stage: Stage) => string>> = {
  Attributes: () => '{}',
  Configuration: ({ rows }) => JSON.stringify({ task_routing: { default_filter: { queue: rows['WQ'] } } }),
  TargetWorkers: () => 'skills HAS "all"',
  Template: () => 'FIFO',
  TaskChannel: () => 'chat',
};

/** Values for query parameters that are more than any text. */
const asked: Readonly<Record<string, string>> = {
  EvaluateTaskAttributes: 'skill == "a"',
  EvaluateWorkerAttributes: '{"skills": []}',
  TargetWorkersExpression: 'skills HAS "all"',
  Ordering: 'DateCreated:asc',
  Available: 'true',
  SplitByWaitTime: '5,10',
  Minutes: '5',
  Page: '0',
  AssignmentStatus: 'pending',
};

/**
 * A centre with one row of everything: a reservation for Alice, a task that waits, and rows that nothing else
 * needs, so that they can be deleted.
 */
async function set() {
  const stage = await still({
    workers: [worker('alice'), worker('bob', { activity: 'Break' })],
    activities: [
      { name: 'Available', available: true },
      { name: 'Break', available: false },
      { name: 'Offline', available: false },
      { name: 'Spare', available: false },
    ],
    queues: [
      { name: 'All', targetWorkers: 'skills HAS "all"' },
      { name: 'Spare', targetWorkers: '1 == 1' },
    ],
    workflows: [
      { name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'All' },
      { name: 'Spare', reservationTimeout: 120, filters: [], defaultQueue: 'All' },
    ],
    tasks: [waiting({ age: 60 }), waiting()],
  });
  const { root, list, reservations, activity } = stage;
  const last = async (of: string, key: string) => (await list(`${root}/${of}`, key)).at(-1)!.sid;
  const [reservation] = await reservations();
  const events = await list(`${root}/Events`, 'events');
  const rows: Readonly<Record<string, string>> = {
    WS: root.slice(-34),
    WA: await activity('Spare'),
    TC: await last('TaskChannels', 'channels'),
    WQ: await last('TaskQueues', 'task_queues'),
    WW: await last('Workflows', 'workflows'),
    WT: await last('Tasks', 'tasks'),
    WK: await last('Workers', 'workers'),
    WR: reservation!.sid,
    EV: events[0]!.sid,
  };
  return { ...stage, rows, reservation: reservation! };
}
type Stage = Awaited<ReturnType<typeof set>>;

const collections: Readonly<Record<string, string>> = {
  Workspaces: 'WS',
  Activities: 'WA',
  TaskChannels: 'TC',
  TaskQueues: 'WQ',
  Workflows: 'WW',
  Tasks: 'WT',
  Workers: 'WK',
  Reservations: 'WR',
  Events: 'EV',
  // A worker's channel also goes by the name of its task channel.
  Channels: 'voice',
};

/** A path of Twilio's description with SIDs of rows that are there. */
function target({ path }: Operation, { rows, reservation }: Stage): string {
  const parents = { Tasks: String(reservation['task_sid']), Workers: String(reservation['worker_sid']) };
  return path.replace(/([A-Za-z]+)\/\{\w+\}/g, (_whole, collection: string) => {
    const own = path.endsWith('/Reservations') || path.includes('/Reservations/');
    const parent = own ? parents[collection as keyof typeof parents] : undefined;
    const prefix = collections[collection]!;
    return `${collection}/${parent ?? rows[prefix] ?? prefix}`;
  });
}

function valueOf(name: string, value: unknown, stage: Stage): string {
  const text = String(value);
  const live = /^[A-Z]{2}a{32}$/.test(text) ? stage.rows[text.slice(0, 2)] : undefined;
  if (live !== undefined) return live;
  return /^[a-z_]+$/.test(text) && instead[name] ? instead[name](stage) : text;
}

function queryValue(name: string, schema: Schema, stage: Stage): string | undefined {
  if (name === 'PageToken') return undefined;
  const prefix = /\^([A-Z]{2})\[/.exec(schema.pattern ?? '')?.[1];
  if (prefix) return stage.rows[prefix];
  const resolved = schema.$ref ? openApi().schemas[schema.$ref.split('/').at(-1)!]! : schema;
  if (schema.format === 'date-time') return new Date(stage.clock.now()).toISOString();
  if (asked[name] !== undefined) return asked[name];
  const [first] = (resolved.enum ?? []) as readonly string[];
  return first ?? { integer: '1', boolean: 'false' }[schema.type ?? ''] ?? 'text';
}

function assertFits(
  { operationId, responses }: Operation,
  { status, header, json }: Answer,
  name = '',
): void {
  const described = responses[String(status)];
  assert.ok(described, `${operationId} ${name} answered ${status}: ${String(json['message'])}`);
  for (const one of Object.keys(described.headers ?? {})) {
    if (!notImitated.headers.test(one)) assert.ok(header(one) !== null, `${operationId} lacks ${one}`);
  }
  const declaresETag = Object.keys(described.headers ?? {}).some((one) => one.toLowerCase() === 'etag');
  assert.equal(header('ETag') !== null, declaresETag, `${operationId}: ETag`);
  const content = described.content?.['application/json'];
  if (!content) return assert.deepEqual(json, {});
  assert.deepEqual(problems(content.schema!, json), [], operationId);
  for (const { value } of Object.values(content.examples ?? {})) {
    const missing = lacking(value, json).filter((field) => !free.test(field));
    assert.deepEqual(missing, [], operationId);
  }
}

describe('Twilio’s OpenAPI description of TaskRouter', function () {
  this.timeout(60_000);
  before(() => void openApi());

  it('finds deviations', () => {
    const task = { $ref: '#/components/schemas/taskrouter.v1.workspace.task' };
    const found = problems(task, {
      sid: 'WT1',
      age: null,
      assignment_status: 'odd',
      extra: 1,
      attributes: 5,
    });
    for (const field of [
      '.sid: ^WT',
      '.age: must not be null',
      '.assignment_status: one of',
      '.attributes: string',
    ])
      assert.ok(
        found.some((one) => one.startsWith(field)),
        field,
      );
    assert.ok(found.includes('.extra: is not described'));
    assert.ok(found.some((one) => one.startsWith('.priority: must be there')));
    assert.deepEqual(lacking({ a: [{ b: 1 }], c: 2 }, { a: [{}] }), ['.a[].b', '.c']);
  });

  it('has no operation that the simulator lacks; each example is accepted, each response conforms', async () => {
    const { operations } = openApi();
    assert.equal(operations.length, 61);
    for (const operation of operations) {
      if (notImitated.operations.includes(operation.operationId)) continue;
      const bodies = Object.values(operation.requestBody?.content ?? {})[0];
      const examples = Object.entries(bodies?.examples ?? {});
      for (const [name, { value }] of examples.length ? examples : [['', { value: {} }] as const]) {
        const stage = await set();
        const path = target(operation, stage);
        if (name === 'updateSuperviseInstruction') await stage.post(path, { ReservationStatus: 'accepted' });
        const body = Object.fromEntries(
          Object.entries(value).map(([key, one]) => [key, valueOf(key, one, stage)]),
        );
        const answer = await stage.send(
          operation.method,
          path,
          operation.method === 'POST' ? body : undefined,
        );
        assertFits(operation, answer, name);
      }
    }
  });

  it('has no list or statistic with a parameter that the simulator lacks', async () => {
    const stage = await set();
    for (const operation of openApi().operations.filter(({ method }) => method === 'GET')) {
      const query = (operation.parameters ?? []).filter((one) => one.in === 'query');
      for (const { name, schema } of query) {
        const value = queryValue(name, schema, stage);
        if (value === undefined) continue;
        const path = `${target(operation, stage)}?${name}=${encodeURIComponent(value)}`;
        assertFits(operation, await stage.send('GET', path), path);
      }
    }
  });

  it('describes every response of the lively scenario, at any time', async () => {
    const clock = manualClock();
    const simulator = createSimulator({ clock });
    const { send } = driverOf(simulator);
    const patterns = openApi()
      .operations.filter(({ method }) => method === 'GET')
      // What has fewer variables is meant first: Workers/Statistics is no worker.
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
      .map((operation) => ({
        operation,
        pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`),
      }));
    let seen = 0;
    for (let i = 0; i < 3; i++) {
      const visited = new Set<string>();
      const next = ['/v1/Workspaces'];
      for (let url = next.pop(); url !== undefined && visited.size < 400; url = next.pop()) {
        const { pathname } = new URL(url, 'https://taskrouter.twilio.com');
        if (visited.has(url) || pathname.endsWith('/TaskQueues/RealTimeStatistics')) continue;
        visited.add(url);
        const { operation } = patterns.find(({ pattern }) => pattern.test(pathname))!;
        const answer = await send('GET', url);
        assertFits(operation, answer, url);
        const { meta } = answer.json as { meta?: { key: string; next_page_url: string | null } };
        const rows = meta ? (answer.json[meta.key] as Json[]) : [answer.json as Json];
        for (const { url: own, links } of rows) {
          const found = [own, ...Object.values((links ?? {}) as Record<string, unknown>)];
          next.push(...found.filter((one) => typeof one === 'string'));
        }
        if (meta?.next_page_url) next.push(meta.next_page_url);
      }
      seen += visited.size;
      clock.advance(47 * 60_000);
    }
    simulator.stop();
    assert.ok(seen > 600, `${seen} answers`);
  });
});
