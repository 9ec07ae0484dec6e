import * as z from 'zod';
import { BadExpression, compile, compileOrder } from '../routing/expressions';
import { FaultPlan } from '../faults/faultPlan';
import { firstMistake, lineAndColumn, placeOf } from './jsonPlace';
import { Scenario } from './scenario';
import type { WorkspacePlan } from './scenario';

/** What is wrong with a file, a line for each mistake: where it is, and what. */
export class InvalidFileError extends Error {
  override readonly name = 'InvalidFileError';
}

/** A file of faults: what `--faults` reads. */
export const FaultsFile = z.strictObject({ $schema: z.string().optional(), faults: z.array(FaultPlan) });

/** @throws InvalidFileError */
export function readScenario(text: string, file: string): Scenario {
  const scenario = parse(Scenario, text, file);
  const mistakes = scenario.workspaces.flatMap((workspace, i) =>
    findMistakes(workspace).map(({ path, message }) => ({ path: ['workspaces', i, ...path], message })),
  );
  if (mistakes.length > 0) throw invalidFile(mistakes, text, file);
  return scenario;
}

/** @throws InvalidFileError */
export const readFaults = (text: string, file: string): readonly FaultPlan[] =>
  parse(FaultsFile, text, file).faults;

interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const place = lineAndColumn(text, firstMistake(text));
    throw new InvalidFileError(`${file}:${place} is not JSON: ${message}`);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalidFile(result.error.issues, text, file);
  return result.data;
}

function invalidFile(mistakes: readonly Mistake[], text: string, file: string): InvalidFileError {
  const lines = mistakes.map(
    ({ path, message }) => `${file}:${placeOf(text, path)} ${dotted(path)}: ${message}`,
  );
  return new InvalidFileError(lines.join('\n'));
}

const dotted = (path: readonly PropertyKey[]) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the whole';

/** Names that name nothing or two things, and expressions that cannot be read. */
function findMistakes(plan: WorkspacePlan): Mistake[] {
  const mistakes: Mistake[] = [];
  const names = (kind: string, key: keyof WorkspacePlan, all: readonly string[], own = 'name') => {
    all.forEach((name, i) => {
      if (all.indexOf(name) < i)
        mistakes.push({ path: [key, i, own], message: `there are two ${kind}s "${name}"` });
    });
    return (name: string | undefined, ...path: PropertyKey[]) => {
      if (name === undefined || all.includes(name)) return;
      const known = all.map((one) => `"${one}"`).join(', ') || 'none';
      mistakes.push({ path, message: `there is no ${kind} "${name}"; there is ${known}` });
    };
  };
  const named = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);
  const readable =
    (read: (text: string) => unknown) =>
    (text: string | undefined, ...path: PropertyKey[]) => {
      try {
        if (text !== undefined) read(text);
      } catch (error) {
        if (!(error instanceof BadExpression)) throw error;
        mistakes.push({ path, message: error.message });
      }
    };
  const expression = readable(compile);
  const order = readable(compileOrder);
  const activity = names('activity', 'activities', named(plan.activities));
  const queue = names('queue', 'queues', named(plan.queues));
  const workflow = names('workflow', 'workflows', named(plan.workflows));
  const worker = names('worker', 'workers', named(plan.workers));
  const uniqueNames = plan.channels.map(({ uniqueName }) => uniqueName);
  const channel = names('channel', 'channels', uniqueNames, 'uniqueName');

  activity(plan.defaultActivity, 'defaultActivity');
  activity(plan.timeoutActivity, 'timeoutActivity');
  plan.queues.forEach((one, i) => {
    expression(one.targetWorkers, 'queues', i, 'targetWorkers');
    activity(one.reservationActivity, 'queues', i, 'reservationActivity');
    activity(one.assignmentActivity, 'queues', i, 'assignmentActivity');
  });
  plan.workflows.forEach((one, i) => {
    queue(one.defaultQueue, 'workflows', i, 'defaultQueue');
    one.filters.forEach((filter, j) => {
      queue(filter.queue, 'workflows', i, 'filters', j, 'queue');
      expression(filter.expression, 'workflows', i, 'filters', j, 'expression');
      order(filter.orderBy, 'workflows', i, 'filters', j, 'orderBy');
    });
  });
  plan.workers.forEach((one, i) => {
    activity(one.activity, 'workers', i, 'activity');
    for (const name of Object.keys(one.capacity ?? {})) channel(name, 'workers', i, 'capacity', name);
  });
  plan.tasks.forEach((one, i) => {
    workflow(one.workflow, 'tasks', i, 'workflow');
    queue(one.queue, 'tasks', i, 'queue');
    channel(one.channel, 'tasks', i, 'channel');
    one.reservations?.forEach((reservation, j) =>
      worker(reservation.worker, 'tasks', i, 'reservations', j, 'worker'),
    );
  });
  plan.life?.arrivals.forEach((one, i) => {
    workflow(one.workflow, 'life', 'arrivals', i, 'workflow');
    channel(one.channel, 'life', 'arrivals', i, 'channel');
  });
  if (plan.life && !plan.activities.some(({ available }) => available))
    mistakes.push({ path: ['activities'], message: 'a workspace with life needs an available activity' });
  return mistakes;
}
