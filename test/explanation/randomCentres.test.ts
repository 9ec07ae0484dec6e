import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explain } from '../../src/explanation/explain';
import type { Change, NextOffer, TaskExplanation } from '../../src/explanation/explanation';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { RoutingRules } from '../../src/explanation/routingRules';
import { timeline } from '../../src/explanation/timeline';
import { defaultOptions } from '../../src/routing/options';
import type { RoutingOptions } from '../../src/routing/options';
import type { Worker } from '../../src/taskrouter/resources';
import { inEnglish } from '../../src/taskrouter/message';
import { readExpression, valueAt } from '../routing/naiveExpressions';
import { play } from '../routing/randomCentre';
import type { Centre, Configuration, JsonObject, Target } from '../routing/randomCentre';
import { SimulatedWorld } from '../routing/randomCentreInSimulator';
import { randomCentre } from '../routing/randomCentres';
import { sequences } from '../sequences';
import type { Json } from '../simulator/driver';
import { assertConsistent, assertNoContradiction } from './consistent';
import { factsOf, factsWith } from './simulatedFacts';

/** What was stated as certain, and what the simulator did about it. */
const checked = new Map<string, number>();
const count = (what: string) => checked.set(what, (checked.get(what) ?? 0) + 1);

/** Of a hundred random centres, in how many each of these is checked at least. */
const shares: Readonly<Record<string, number>> = {
  'the next worker after a rejection': 2,
  'nobody else after a rejection': 3,
  'a change': 2,
  'nobody before the deadline': 15,
  'where it goes at the deadline': 20,
};

/** The same facts where parts of them could not be read. */
function withLess(facts: ExplanationFacts): readonly ExplanationFacts[] {
  const without = (name: 'reservations' | 'workflow' | 'events' | 'waitingTasks') =>
    Object.fromEntries(Object.entries(facts).filter(([key]) => key !== name)) as unknown as ExplanationFacts;
  return [
    without('reservations'),
    without('workflow'),
    without('events'),
    without('waitingTasks'),
    { ...facts, workerChannels: new Map() },
    { ...facts, members: new Map() },
    { ...facts, queues: [], activities: [] },
  ];
}

class Case {
  private constructor(
    readonly centre: Centre,
    readonly world: SimulatedWorld,
    readonly facts: ExplanationFacts,
    readonly explanation: TaskExplanation,
  ) {}

  /** A task of a centre that waits or is offered at a time; any task if there is none. */
  static async of(centre: Centre, until: number, pick: number): Promise<Case | undefined> {
    const world = await SimulatedWorld.of(centre);
    await play(centre, world, until);
    const { driver, root, taskSids, clock } = world;
    const open = await driver.list(`${root}/Tasks?AssignmentStatus=pending,reserved&PageSize=100`, 'tasks');
    // Half of the time one that is offered: most wait.
    const offered = open.filter((task) => pick % 2 === 0 && task['assignment_status'] === 'reserved');
    const sids = [offered, open].find(({ length }) => length > 0)?.map(({ sid }) => sid) ?? taskSids;
    if (sids.length === 0) return undefined;
    const facts = await factsOf(driver, root, sids[pick % sids.length]!, clock.now());
    const explanation = explain(facts);
    assertConsistent(explanation);
    assertNoContradiction(facts, explanation, timeline(facts));
    for (const less of withLess(facts)) {
      const said = explain(less);
      assertConsistent(said);
      assertNoContradiction(less, said, timeline(less));
    }
    return new Case(centre, world, facts, explanation);
  }

  get path() {
    return `${this.world.root}/Tasks/${this.facts.taskSid}`;
  }

  /** None for a task that is over and gone. */
  reservations = async (): Promise<Json[]> =>
    (await this.world.driver.list(`${this.path}/Reservations?PageSize=1000`, 'reservations')) ?? [];

  isGone = async () => (await this.world.driver.send('GET', this.path)).status === 404;

  /** The SIDs of the workers who were reserved since the explanation. */
  async reservedSince(): Promise<string[]> {
    const before = new Set(this.facts.reservations?.map(({ sid }) => sid));
    const all = await this.reservations();
    return all.filter(({ sid }) => !before.has(sid)).map((one) => one['worker_sid'] as string);
  }

  async reject(): Promise<readonly string[]> {
    const pending = (await this.reservations()).filter((one) => one['reservation_status'] === 'pending');
    for (const { sid } of pending) {
      await this.world.driver.post(`${this.path}/Reservations/${sid}`, { ReservationStatus: 'rejected' });
    }
    return pending.map((one) => one['worker_sid'] as string);
  }

  async make(change: Change): Promise<void> {
    const { root, driver } = this.world;
    const { kind, subjectSid } = change;
    const worker = `${root}/Workers/${subjectSid}`;
    const channel = `${worker}/Channels/${this.facts.task!.task_channel_unique_name}`;
    const post = async (path: string, body: Record<string, string>) => {
      const { status, json } = await driver.post(path, body);
      assert.equal(status, 200, JSON.stringify(json));
    };
    switch (kind) {
      case 'activity':
        return post(worker, { ActivitySid: change.activitySid! });
      case 'channel':
        return post(channel, { Available: 'true' });
      case 'capacity':
        return post(channel, { Capacity: inEnglish({ text: '{capacity}', args: change.message.args! }) });
      case 'worker attribute':
        return post(worker, { Attributes: withAttribute(await driver.get(worker), change) });
      case 'task attribute':
        return post(this.path, { Attributes: withAttribute(await driver.get(this.path), change) });
      case 'expression':
        return post(`${root}/Workflows/${subjectSid}`, {
          Configuration: this.withoutExpression(),
          ReEvaluateTasks: 'true',
        });
    }
  }

  /** The workflow's configuration, without the expression of the task's target. */
  private withoutExpression(): string {
    const all = JSON.parse(this.facts.workflow!.configuration!) as {
      task_routing: {
        filters: { targets: { expression?: string }[] }[];
        default_filter?: { expression?: string };
      };
    };
    const { filters, default_filter: otherwise } = all.task_routing;
    const places = [...filters.map(({ targets }) => targets), ...(otherwise ? [[otherwise]] : [])];
    for (const [i, { targets }] of this.explanation.workflow!.filters.entries()) {
      for (const [j, { state }] of targets.entries())
        if (state === 'current') delete places[i]![j]!.expression;
    }
    return JSON.stringify(all);
  }
}

/** The attributes of a resource, as JSON, with what a change sets. */
function withAttribute({ attributes }: Json, { attribute }: Change): string {
  const { path, value } = attribute!;
  const all = JSON.parse(attributes as string) as Record<string, unknown>;
  const names = path.split('.');
  let inner = all;
  for (const name of names.slice(0, -1)) inner = (inner[name] ??= {}) as Record<string, unknown>;
  inner[names.at(-1)!] = JSON.parse(value);
  return JSON.stringify(all);
}

const names = (sids: readonly string[], { workers }: ExplanationFacts) =>
  sids.map((sid) => workers.find((one) => one.sid === sid)?.friendly_name ?? sid).sort();

/** Rejects the offer: whoever was said to be next is reserved, and nobody else who has not had it. */
async function checkAfterOffer(one: Case, next: NextOffer): Promise<void> {
  const { facts } = one;
  const had = await one.reject();
  const reserved = await one.reservedSince();
  const said = inEnglish(one.explanation.headline.message);
  const others = reserved.filter((sid) => !had.includes(sid) || next.workers.includes(sid));
  assert.deepEqual(names(others, facts), names(next.workers, facts), said);
  count(next.workers.length > 0 ? 'the next worker after a rejection' : 'nobody else after a rejection');
}

/** The suggestions of a page, which reads what it does not know of the workers whom they are about. */
async function suggestionsFor({ facts: read, world, explanation }: Case): Promise<readonly Change[]> {
  let { changes } = explanation;
  let facts = read;
  for (;;) {
    const unread = changes
      .map(({ workerSid }) => workerSid)
      .filter((sid) => !facts.workerChannels.has(sid) || !facts.workerReservations.has(sid));
    if (unread.length === 0) return changes;
    facts = await factsWith(world.driver, world.root, facts, unread);
    changes = explain(facts).changes;
  }
}

/** Follows a suggestion: the task is offered, unless one that comes first takes the worker. */
async function checkChange(one: Case, change: Change): Promise<void> {
  const { facts, world } = one;
  const { kind, workerSid, certainty, because } = change;
  const { place } = one.explanation.workflow ?? {};
  // Where the task is instead, another change can be needed.
  if (place?.because.some(({ text }) => because.some((why) => why.text === text))) return;
  const said = [change.message, ...because, one.explanation.headline.message].map(inEnglish).join(' ');
  await one.make(change);
  const reserved = names(await one.reservedSince(), facts);
  const worker = names([workerSid], facts);
  if (because.some(({ text }) => /[Oo]ther waiting tasks/.test(text)) && reserved.length === 0) {
    const path = `${world.root}/Workers/${workerSid}/Reservations?ReservationStatus=pending`;
    const offers = await world.driver.list(path, 'reservations');
    assert.ok(offers.length > 0, said);
    count('a change after which another task comes first');
    return;
  }
  if (certainty === 'certain') assert.deepEqual(reserved, worker, said);
  else if (kind === 'expression' || kind === 'task attribute') assert.ok(reserved.length > 0, said);
  else assert.ok(reserved.includes(worker[0]!), `${said} ${reserved.join()}`);
  count('a change');
}

const nobodyEver = ['nobody qualifies', 'queue without workers', 'known worker', 'no filter matches'];

/** Lets time pass until the target's deadline, or somebody is reserved. */
async function checkWait(one: Case): Promise<void> {
  const { explanation, world, facts } = one;
  const { headline, workers, workflow } = explanation;
  const said = inEnglish(headline.message);
  const deadline = workflow?.next?.at ?? facts.now + 3_600_000;
  assert.ok(deadline > facts.now, said);
  let reserved: string[] = [];
  while (reserved.length === 0 && world.clock.next !== undefined && world.clock.next < deadline) {
    world.clock.advance(world.clock.next - world.clock.now());
    reserved = await one.reservedSince();
  }
  if (headline.certainty === 'certain') {
    // An offer that times out changes its worker's load and activity: who does not qualify now may qualify then.
    const staysSo = !/worker\.(channel|activity)/.test(facts.workflow?.configuration ?? '');
    const excluded = new Set(staysSo ? workers!.notQualified.map(({ sid }) => sid) : []);
    for (const sid of reserved) assert.ok(!excluded.has(sid), `${said} ${names([sid], facts).join(' ')}`);
    if (nobodyEver.includes(headline.kind)) {
      assert.deepEqual(names(reserved, facts), [], said);
      count('nobody before the deadline');
    }
  }
  const move = workflow?.next;
  if (reserved.length > 0 || move?.claim.certainty !== 'certain') return;
  assert.ok(!(await one.isGone()), `${said}: gone before its time`);
  world.clock.advance(deadline - world.clock.now());
  const { json } = await world.driver.send('GET', one.path);
  const text = inEnglish(move.claim.message);
  if (text.startsWith('Moves to'))
    assert.equal(json['task_queue_friendly_name'], move.claim.message.args!['queue'], text);
  else assert.equal(json['assignment_status'], 'canceled', text);
  count('where it goes at the deadline');
}

const optionsInDoubt: readonly (keyof RoutingOptions)[] = [
  'nullEqualsNull',
  'nullDiffersFromValues',
  'nullIsLowest',
  'notInNull',
  'arrayDiffersFromNull',
  'numericStringsEqualNumbers',
  'caseSensitiveStrings',
  'andBeforeOr',
];

/** Targets, of the filters that match, in which the task can be by its queue and priority alone. */
function fittingTargets({ facts }: Case): readonly Target[] {
  const { task, workflow } = facts;
  const { task_routing: routing } = JSON.parse(workflow!.configuration!) as Configuration;
  const attributes = JSON.parse(task!.attributes!) as JsonObject;
  const matching = routing.filters.filter(({ expression }) =>
    readExpression(expression)((path) => valueAt(attributes, path)),
  );
  const targets = [...matching, ...(routing.default_filter ? [{ targets: [routing.default_filter] }] : [])];
  return targets.flatMap(({ targets: all }) => {
    let queue: string | undefined;
    return all.filter((target) => {
      queue = target.queue ?? queue;
      const priority = target.priority === undefined ? task!.priority : Number(target.priority);
      return queue === task!.task_queue_sid && priority === task!.priority;
    });
  });
}

/** Why the API and Twilio's pages do not decide whom the task is offered next; undefined if they do. */
function undecided(one: Case): string | undefined {
  const { facts, centre, explanation } = one;
  const task = facts.task!;
  if (facts.workflow!.date_updated!.getTime() + 1000 > task.date_created!.getTime())
    return 'workflow updated';
  const isReserved = task.assignment_status === 'reserved';
  const isUpdated = facts.events!.some(({ event_type }) => event_type === 'task.updated');
  if (isReserved && isUpdated) return 'updated while offered';
  const fitting = task.routing_target ? [] : fittingTargets(one);
  if (fitting.length > 1 && facts.workflow!.configuration!.includes('skip_if')) return 'several targets fit';
  if (isReserved && fitting[0]?.timeout !== undefined) {
    const { deadline } = explanation
      .workflow!.filters.flatMap(({ targets }) => targets)
      .find(({ state }) => state === 'current')!;
    if (deadline !== undefined && deadline <= facts.now + 1000 && hasSkip(centre))
      return 'next target may be skipped';
  }
  const inQueues = new Set([...facts.members.values()].flat());
  const unread = ({ sid, available }: Worker) =>
    available && inQueues.has(sid) && !facts.workerChannels.has(sid);
  if (facts.workers.some(unread)) return 'capacity not read';
  const answer = JSON.stringify([explanation.next.when, explanation.next.workers]);
  for (const name of optionsInDoubt) {
    const { next } = explain(facts, new RoutingRules({ ...defaultOptions, [name]: !defaultOptions[name] }));
    if (JSON.stringify([next.when, next.workers]) !== answer) return name;
  }
  const limit = facts.queues.find(({ sid }) => sid === explanation.workers!.queueSid)!.max_reserved_workers!;
  if (explanation.workers!.next.length > limit) return 'idle times';
  const had = new Set(facts.reservations!.map(({ worker_sid: sid }) => sid));
  if (isReserved && explanation.next.workers.some((sid) => had.has(sid))) return 'the same worker again';
  return undefined;
}

const hasSkip = (centre: Centre) => JSON.stringify(centre.workflows).includes('skip_if');

describe('what an explanation of a task states as certain, in random contact centres', () => {
  let decided = 0;
  let certain = 0;
  let cases = 0;
  const missed = new Map<string, number>();

  it('is what the simulator then does', async () => {
    const ages = fc.integer({ min: 1000, max: 200_000 });
    await fc.assert(
      fc.asyncProperty(randomCentre, ages, fc.nat(1000), async (centre, age, pick) => {
        const one = await Case.of(centre, centre.tasks[pick % centre.tasks.length]!.at + age, pick);
        if (!one?.explanation.workers) return;
        cases++;
        const { explanation } = one;
        const { next, changes, status } = explanation;
        if (undecided(one) === undefined) {
          decided++;
          if (next.certainty === 'certain') certain++;
          else for (const { text } of next.because) missed.set(text, (missed.get(text) ?? 0) + 1);
        }
        if (status === 'reserved') {
          assert.deepEqual(changes, []);
          return next.certainty === 'certain' ? checkAfterOffer(one, next) : undefined;
        }
        const suggested = pick % 4 < 3 ? await suggestionsFor(one) : [];
        const change = suggested[pick % suggested.length];
        await (change ? checkChange(one, change) : checkWait(one));
      }),
      // Shrinking would play thousands of centres.
      { ...sequences(), endOnFailure: true },
    );
  }).timeout(3_600_000);

  it('is what the API decides, for nine in ten', function () {
    if (cases === 0) this.skip();
    const { numRuns } = sequences();
    assert.ok(decided >= numRuns / 4, `${decided} of ${numRuns} are decided`);
    assert.ok(certain >= decided * 0.9, `${certain} of ${decided}: ${JSON.stringify([...missed], null, 1)}`);
    for (const [what, least] of Object.entries(shares)) {
      const share = ((checked.get(what) ?? 0) * 100) / numRuns;
      assert.ok(share >= least, `${what} is checked in ${share} of 100 centres, not in ${least}`);
    }
  });
});
