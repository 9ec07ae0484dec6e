import type { Scenario } from '../../../../src/simulator/simulator';

type WorkspacePlan = Scenario['workspaces'][number];

/** Every worker is in one queue; the first `busy` of them are available and have a call, the others have a break. */
export function center(workers: number, busy: number, targetWorkers = '1==1'): Scenario {
  const task = (
    name: string,
    status: 'pending' | 'assigned' | 'completed',
  ): WorkspacePlan['tasks'][number] => ({
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: { name },
    age: 600,
    status,
  });
  return {
    name: 'one queue',
    workspaces: [
      {
        name: 'Desk',
        multitasking: true,
        activities: [
          { name: 'Available', available: true },
          { name: 'Break', available: false },
        ],
        defaultActivity: 'Break',
        timeoutActivity: 'Break',
        channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
        queues: [{ name: 'Everyone', targetWorkers }],
        workflows: [{ name: 'Inbound', reservationTimeout: 120, filters: [], defaultQueue: 'Everyone' }],
        workers: Array.from({ length: workers }, (_, i) => ({
          name: `Worker ${i}`,
          activity: i < busy ? 'Available' : 'Break',
          attributes: { team: 'billing' },
        })),
        tasks: [
          ...Array.from({ length: busy }, (_, i) => ({
            ...task(`Call ${i}`, 'assigned' as const),
            reservations: [{ worker: `Worker ${i}`, status: 'accepted' as const, age: 500 }],
          })),
          task('Rosa Hazel', 'pending'),
          { ...task('Omar Cedar', 'completed'), reservations: [] },
        ],
      },
    ],
  };
}
