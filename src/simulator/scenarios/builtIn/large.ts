import type { Scenario } from '../scenario';

/**
 * Many rows and no activity, for benchmarks and for long lists. Starts quickly, since rows are generated on
 * demand. Counts are per workspace.
 */
export const large = (size: {
  readonly tasks: number;
  readonly workers: number;
  readonly workspaces: number;
}): Scenario => ({
  name: 'large',
  workspaces: Array.from({ length: size.workspaces }, (_, i) => ({
    name: `Region ${i + 1}`,
    multitasking: true,
    activities: [
      { name: 'Available', available: true },
      { name: 'Break', available: false },
      { name: 'Offline', available: false },
    ],
    defaultActivity: 'Offline',
    timeoutActivity: 'Offline',
    channels: [
      { uniqueName: 'voice', friendlyName: 'Voice' },
      { uniqueName: 'chat', friendlyName: 'Chat' },
    ],
    queues: ['billing', 'support', 'returns'].map((skill) => ({
      name: `${skill.charAt(0).toUpperCase()}${skill.slice(1)}`,
      targetWorkers: `skills HAS "${skill}"`,
    })),
    workflows: [
      { name: 'Calls', reservationTimeout: 120, filters: [], defaultQueue: 'Support' },
      { name: 'Messages', reservationTimeout: 300, filters: [], defaultQueue: 'Support' },
    ],
    workers: [],
    tasks: [],
    bulk: { tasks: size.tasks, workers: size.workers },
  })),
});
