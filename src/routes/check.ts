import { ExpressionLibrary } from '../routing/expressions/library';
import { eligibleWorkers } from '../routing/workers/candidates';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { Center } from './center';
import type { Stay } from './center';
import type { ExpectedPlace, Place, Test } from './file';
import { placesOf, readRouteFile } from './file';
import { filterName, Reasons } from './reasons';
import { testIds } from './listed';
import type { NamedText, TestedWorkflow } from './workflow';
import { workflowOf } from './workflow';

/** How what happens differs from what a test expects. */
export interface RouteDifference {
  /** Where the expectation stands in the file. */
  readonly path: readonly (string | number)[];
  /** What was expected, what happens, and why. */
  readonly message: Message;
}

export interface RouteTest {
  /** That of `testsIn`. */
  readonly id: string;
  readonly name: string;
  /** Empty when all is as expected. */
  readonly check: () => readonly RouteDifference[];
  /** The ways of its task, with the workers as they are and while nobody is available, as far as it looks at them. */
  readonly ways: () => readonly (readonly Stay[])[];
}

export interface RouteTests {
  readonly tests: readonly RouteTest[];
  readonly workflow: TestedWorkflow;
}

/**
 * The tests of a file. `read` returns another file, by its path relative to this one.
 * @throws InvalidFileError
 */
export async function openRouteTests(
  file: NamedText,
  read: (path: string) => Promise<NamedText>,
): Promise<RouteTests> {
  const library = new ExpressionLibrary();
  const routes = readRouteFile(file.text, file.name, library);
  const workflowFile = typeof routes.workflow === 'string' ? await read(routes.workflow) : undefined;
  const workflow = workflowOf(routes, file, workflowFile, library);
  const center = new Center(routes, workflow.rules, library);
  const ids = testIds(routes.tests.map(({ name }) => name));
  const tests = routes.tests.map((test, i): RouteTest => ({
    id: ids[i]!,
    name: test.name,
    check: () =>
      placesOf(test.expect).flatMap((expected) =>
        differences(center, test, expected).map(({ key, message: found }) => ({
          path: ['tests', i, 'expect', ...expected.path, key],
          message: inContext(expected, found),
        })),
      ),
    ways: () => waysOf(center, test),
  }));
  return { tests, workflow };
}

function waysOf(center: Center, { task, expect }: Test): readonly (readonly Stay[])[] {
  const places = placesOf(expect);
  return [false, true].flatMap((nobody) => {
    const ages = places.filter(({ nobodyAvailable }) => nobodyAvailable === nobody).map(({ age }) => age);
    return ages.length === 0 ? [] : [center.way(task, Math.max(...ages), nobody)];
  });
}

function inContext({ age, nobodyAvailable, path }: ExpectedPlace, difference: Message): Message {
  const args = { seconds: age, difference };
  const isLater = path.includes('at');
  if (nobodyAvailable)
    return isLater
      ? message('With nobody available, after {seconds} s: {difference}', args)
      : message('With nobody available: {difference}', args);
  return isLater ? message('After {seconds} s: {difference}', args) : difference;
}

interface Difference {
  readonly key: keyof Place;
  readonly message: Message;
}

/** The first place where the way is another; what follows from it is not repeated. */
function differences(
  center: Center,
  { task }: Test,
  { place, age, nobodyAvailable }: ExpectedPlace,
): Difference[] {
  const reasons = new Reasons(center, task, nobodyAvailable);
  const way = center.way(task, age, nobodyAvailable);
  const stay = way.at(-1)!;
  const why = reasons.ofStay(way);
  const isCanceled = typeof stay.place === 'string';
  if (place.canceled !== undefined && place.canceled !== isCanceled)
    return [{ key: 'canceled', message: canceledMessage(center, stay.place, reasons, why) }];
  if (typeof stay.place === 'string') {
    const [key] = (['filter', 'target', 'queue', 'priority', 'workers', 'offered'] as const).filter(
      (one) => place[one] !== undefined,
    );
    return key ? [{ key, message: message('The task has left the workflow. {why}', { why }) }] : [];
  }
  const { filter, target } = stay.place;
  const actualFilter = filterName(center.router, filter);
  if (place.filter !== undefined && place.filter !== actualFilter) {
    const because = way.length === 1 ? reasons.ofFilter(place.filter, filter) : why;
    return [{ key: 'filter', message: differs('filter', place.filter, actualFilter, because) }];
  }
  return [
    ...compared('target', place.target, target + 1, why),
    ...compared('queue', place.queue, center.queue(center.router.target(stay.place).queue).name, why),
    ...compared('priority', place.priority, stay.priority, reasons.ofPriority(stay.place)),
    ...workerDifferences(center, task, place, stay, reasons),
  ];
}

const compared = (
  key: 'target' | 'queue' | 'priority',
  expected: string | number | undefined,
  actual: string | number,
  why: Message,
): Difference[] =>
  expected === undefined || expected === actual
    ? []
    : [{ key, message: differs(key, expected, actual, why) }];

function differs(
  key: 'filter' | 'target' | 'queue' | 'priority',
  expected: string | number,
  actual: string | number,
  why: Message,
): Message {
  const args = { expected, actual, why };
  switch (key) {
    case 'filter':
      return message('Expected filter {expected}, not {actual}. {why}', args);
    case 'target':
      return message('Expected target {expected}, not {actual}. {why}', args);
    case 'queue':
      return message('Expected queue {expected}, not {actual}. {why}', args);
    case 'priority':
      return message('Expected priority {expected}, not {actual}. {why}', args);
  }
}

function canceledMessage(center: Center, place: Stay['place'], reasons: Reasons, why: Message): Message {
  if (typeof place === 'string')
    return message('Expected the task to be in the workflow, but it has left it. {why}', { why });
  const { name: queue } = center.queue(center.router.target(place).queue);
  const args = { queue, why: reasons.ofWaiting(place) };
  return message('Expected the task to be canceled, but {queue} still has it. {why}', args);
}

function workerDifferences(
  center: Center,
  task: Test['task'],
  place: Place,
  { place: position }: Stay,
  reasons: Reasons,
): Difference[] {
  if (typeof position === 'string' || (!place.workers && !place.offered)) return [];
  const opening = center.opening(task, position);
  const all = eligibleWorkers(reasons.pool, opening).map(({ friendlyName }) => friendlyName);
  const { maxReservedWorkers = 1 } = center.queue(center.router.target(position).queue);
  const found = { workers: all, offered: all.slice(0, maxReservedWorkers) };
  return (['workers', 'offered'] as const).flatMap((key) => {
    const expected = place[key];
    if (!expected || JSON.stringify(expected) === JSON.stringify(found[key])) return [];
    const why = reasons.ofWorkers(expected, found[key], all, position);
    const args = { expected: listed(expected), actual: listed(found[key]), why };
    const said =
      key === 'workers'
        ? message('Expected workers {expected}, not {actual}. {why}', args)
        : message('Expected offers to {expected}, not {actual}. {why}', args);
    return [{ key, message: said }];
  });
}

const listed = (names: readonly string[]): Message | string =>
  names.length === 0 ? message('nobody') : names.join(', ');
