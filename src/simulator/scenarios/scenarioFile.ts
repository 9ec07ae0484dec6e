import * as z from 'zod';
import { ExpressionError } from '../../routing/expressions/errors';
import { ExpressionLibrary } from '../../routing/expressions/library';
import { defaultOptions } from '../../routing/options';
import { readConfiguration } from '../../routing/workflow/configuration';
import { FaultPlan } from '../faults/faultPlan';
import type { Mistake } from '../../jsonFile';
import { InvalidFileError, parseJsonFile } from '../../jsonFile';
import { Scenario } from './scenario';
import type { WorkspacePlan } from './scenario';
import { configurationOf, planPath } from './workflowPlan';

/** A file of faults: what `--faults` reads. */
export const FaultsFile = z.strictObject({ $schema: z.string().optional(), faults: z.array(FaultPlan) });

/**
 * @param readFile gives the content of a file that the scenario names
 * @throws InvalidFileError
 */
export function readScenario(
  text: string,
  file: string,
  readFile: (name: string) => string = noFile,
): Scenario {
  const withFiles = Scenario.transform((scenario) => ({
    ...scenario,
    workspaces: scenario.workspaces.map((workspace) => ({
      ...workspace,
      workflows: workspace.workflows.map((workflow) =>
        workflow.configurationFile === undefined
          ? workflow
          : { ...workflow, configuration: readConfigurationFile(workflow.configurationFile, readFile) },
      ),
    })),
  }));
  return parseJsonFile(text, file, withFiles, ({ workspaces, routing }) =>
    workspaces.flatMap((workspace, i) =>
      findMistakes(workspace, new ExpressionLibrary({ ...defaultOptions, ...routing })).map(
        ({ path, message }) => ({
          path: ['workspaces', i, ...path],
          message,
        }),
      ),
    ),
  );
}

const readConfigurationFile = (name: string, readFile: (name: string) => string) =>
  parseJsonFile(readFile(name), name, z.record(z.string(), z.unknown()));

const noFile = (name: string): never => {
  throw new InvalidFileError(`${name} cannot be read.`);
};

/** @throws InvalidFileError */
export const readFaults = (text: string, file: string): readonly FaultPlan[] =>
  parseJsonFile(text, file, FaultsFile).faults;

/** Names that nothing has, or that two things have, and expressions that are invalid. */
function findMistakes(plan: WorkspacePlan, library: ExpressionLibrary): Mistake[] {
  const mistakes: Mistake[] = [];
  const names = namesOf(plan, mistakes);
  checkRouting(plan, library, names, mistakes);
  checkWork(plan, names);
  if (plan.life && !plan.activities.some(({ available }) => available))
    mistakes.push({ path: ['activities'], message: 'a workspace with life needs an available activity' });
  return mistakes;
}

/** Checks that something has the name at this path. */
type CheckName = (name: string | undefined, ...path: PropertyKey[]) => void;
type Names = Readonly<Record<'activity' | 'queue' | 'workflow' | 'worker' | 'channel', CheckName>>;

/** Reports what shares its name, and returns how to check a reference to each kind. */
function namesOf(plan: WorkspacePlan, mistakes: Mistake[]): Names {
  const check = (kind: string, key: keyof WorkspacePlan, all: readonly string[], own = 'name'): CheckName => {
    all.forEach((name, i) => {
      if (all.indexOf(name) < i)
        mistakes.push({ path: [key, i, own], message: `there are two ${kind}s "${name}"` });
    });
    return (name, ...path) => {
      if (name === undefined || all.includes(name)) return;
      const known = all.map((one) => `"${one}"`).join(', ') || 'none';
      mistakes.push({ path, message: `there is no ${kind} "${name}"; there is ${known}` });
    };
  };
  const named = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);
  const uniqueNames = plan.channels.map(({ uniqueName }) => uniqueName);
  return {
    activity: check('activity', 'activities', named(plan.activities)),
    queue: check('queue', 'queues', named(plan.queues)),
    workflow: check('workflow', 'workflows', named(plan.workflows)),
    worker: check('worker', 'workers', named(plan.workers)),
    channel: check('channel', 'channels', uniqueNames, 'uniqueName'),
  };
}

function checkRouting(
  plan: WorkspacePlan,
  library: ExpressionLibrary,
  { activity }: Names,
  mistakes: Mistake[],
): void {
  activity(plan.defaultActivity, 'defaultActivity');
  activity(plan.timeoutActivity, 'timeoutActivity');
  plan.queues.forEach((one, i) => {
    const problem = expressionProblem(one.targetWorkers, library);
    if (problem !== undefined) mistakes.push({ path: ['queues', i, 'targetWorkers'], message: problem });
    activity(one.reservationActivity, 'queues', i, 'reservationActivity');
    activity(one.assignmentActivity, 'queues', i, 'assignmentActivity');
  });
  plan.workflows.forEach((one, i) => {
    const read = readConfiguration(
      configurationOf(one, (name) => name),
      (name) => plan.queues.some((known) => known.name === name),
      library,
    );
    for (const { path, message } of read.problems)
      mistakes.push({ path: ['workflows', i, ...planPath(one, path)], message });
  });
}

function checkWork(plan: WorkspacePlan, { activity, queue, workflow, worker, channel }: Names): void {
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
}

/** What is wrong with a queue's expression; an empty one admits every worker. */
function expressionProblem(text: string | undefined, library: ExpressionLibrary): string | undefined {
  try {
    if (text?.trim()) library.expression(text, 'queue');
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}
