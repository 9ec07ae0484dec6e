import type { TaskRouterRequest } from './requests';
import type { Segment } from './resources';

interface Step {
  readonly segment: keyof typeof resourceNames;
  readonly sid?: string;
}

/** What a request changes, and where, as Twilio's helpers and CLI address it. */
export interface SnippetTarget {
  readonly operation: 'create' | 'update' | 'remove';
  /** From the workspace down. The last has no SID when the request creates it. */
  readonly steps: readonly Step[];
  /** Absent for Twilio's default. */
  readonly edge?: string;
  readonly region?: string;
  /**
   * A TaskRouter that is not at Twilio: helpers reach it through their domain's base URL. They would add TWILIO_EDGE
   * and TWILIO_REGION to its host, so these are unset.
   */
  readonly customOrigin?: string;
}

/** How each language names a collection, one resource of it, and the field that says what state it is in. */
export const resourceNames = {
  Workspaces: { node: 'workspaces', python: 'workspaces', cli: 'workspaces', flag: 'workspace' },
  Tasks: { node: 'tasks', python: 'tasks', cli: 'tasks', flag: 'task', state: 'assignmentStatus' },
  Workers: { node: 'workers', python: 'workers', cli: 'workers', flag: 'worker', state: 'activityName' },
  Channels: {
    ...{ node: 'workerChannels', python: 'worker_channels', cli: 'channels', flag: 'channel' },
    state: 'configuredCapacity',
  },
  Reservations: {
    ...{ node: 'reservations', python: 'reservations', cli: 'reservations', flag: 'reservation' },
    state: 'reservationStatus',
  },
} as const satisfies Partial<Record<Segment, object>>;

const isNamed = (segment: string): segment is keyof typeof resourceNames =>
  Object.hasOwn(resourceNames, segment);

/** The target of a request that changes something; undefined for any other request. */
export function targetOf(
  { host, method, path }: TaskRouterRequest,
  { origin }: { readonly origin: string },
): SnippetTarget | undefined {
  const [, version, ...parts] = path.split('/');
  const steps: Step[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const segment = parts[i]!;
    const sid = parts[i + 1];
    if (!isNamed(segment)) return undefined;
    steps.push({ segment, ...(sid === undefined ? {} : { sid }) });
  }
  if (host !== undefined || method === 'GET' || version !== 'v1' || steps.length === 0) return undefined;
  const isCreated = parts.length % 2 === 1;
  const atTwilio = /^https:\/\/taskrouter(?:\.(?:([a-z0-9-]+)\.)?([a-z0-9-]+))?\.twilio\.com$/.exec(origin);
  const [, edge, region] = atTwilio ?? [];
  return {
    operation: method === 'DELETE' ? 'remove' : isCreated ? 'create' : 'update',
    steps,
    ...(edge ? { edge } : {}),
    ...(region ? { region } : {}),
    ...(atTwilio ? {} : { customOrigin: origin }),
  };
}
