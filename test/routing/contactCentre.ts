import { ExpressionLibrary } from '../../src/routing/expressions/library';
import { defaultOptions } from '../../src/routing/options';
import type { RoutingOptions } from '../../src/routing/options';
import type { Opening } from '../../src/routing/workers/candidates';
import { WorkerPool } from '../../src/routing/workers/pool';
import type { RoutedWorker } from '../../src/routing/workers/pool';
import { readConfiguration } from '../../src/routing/workflow/configuration';
import type { Position, WayOut } from '../../src/routing/workflow/router';
import { WorkflowRouter } from '../../src/routing/workflow/router';

export const libraryWith = (options: Partial<RoutingOptions> = {}) =>
  new ExpressionLibrary({ ...defaultOptions, ...options });

type WirePart = Readonly<Record<string, unknown>>;

/** A router for filters as they are written in a configuration; any queue exists. */
export function routerOf(
  routing: { filters?: readonly WirePart[]; default_filter?: WirePart },
  options: Partial<RoutingOptions> = {},
): WorkflowRouter {
  const { rules, problems } = readConfiguration(JSON.stringify({ task_routing: routing }), () => true);
  if (!rules) throw new Error(JSON.stringify(problems));
  return new WorkflowRouter(rules, libraryWith(options));
}

/** `1.0` for the first target of the second filter. */
export const shown = (position: Position | WayOut): string =>
  typeof position === 'string' ? position : `${position.filter}.${position.target}`;

export const chat = { available: true, capacity: 1, pending: 0, accepted: 0, wrapping: 0 };

/** An available worker with room for one chat. */
export const workerOf = (friendlyName: string, rest: Partial<RoutedWorker> = {}): RoutedWorker => ({
  sid: `WK-${friendlyName}`,
  friendlyName,
  activitySid: 'WA-available',
  activityName: 'Available',
  available: true,
  attributes: {},
  channels: { chat },
  tasks: [],
  ...rest,
});

export const poolOf = (workers: readonly RoutedWorker[], options: Partial<RoutingOptions> = {}) =>
  new WorkerPool(libraryWith(options), workers);

export const openingOf = (rest: Partial<Opening> = {}): Opening => ({
  task: { sid: 'WT', attributes: {}, channel: 'chat' },
  targetWorkers: '1==1',
  target: {},
  multitasking: true,
  perChannel: false,
  ...rest,
});
