import type { Scenario } from '../../src/simulator/simulator';

type WorkspacePlan = Scenario['workspaces'][number];

const activities = [
  { name: 'Available', available: true },
  { name: 'Offline', available: false },
];

/** A workspace with so many tasks that are reserved, that wait, and that are accepted. */
function desk(name: string, workers: number, reserved: number, waiting: number, accepted = 0): WorkspacePlan {
  const worker = (i: number) => `Worker ${name} ${i % workers}`;
  const task = (age: number): Omit<WorkspacePlan['tasks'][number], 'status'> => ({
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: { name: `Caller ${age}` },
    age,
  });
  return {
    name,
    multitasking: true,
    activities,
    defaultActivity: 'Offline',
    timeoutActivity: 'Offline',
    channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
    queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
    workflows: [{ name: 'Inbound', reservationTimeout: 86_400, filters: [], defaultQueue: 'Everyone' }],
    workers: Array.from({ length: workers }, (_, i) => ({
      name: worker(i),
      activity: 'Offline',
      attributes: {},
    })),
    tasks: [
      ...Array.from({ length: reserved }, (_, i) => ({
        ...task(40_000 + i),
        status: 'reserved' as const,
        reservations: [{ worker: worker(i), status: 'pending' as const, age: 40_000 - i }],
      })),
      ...Array.from({ length: accepted }, (_, i) => ({
        ...task(50_000 + i),
        status: 'assigned' as const,
        reservations: [{ worker: worker(reserved + i), status: 'accepted' as const, age: 50_000 }],
      })),
      ...Array.from({ length: waiting }, (_, i) => ({ ...task(100 + i), status: 'pending' as const })),
    ],
  };
}

/** Three workspaces on call with 346 workers: so many open reservations among so many open tasks. */
export const onCall = (open: number, tasks: number): Scenario => ({
  name: 'on call',
  workspaces: [
    desk('EMEA', 300, Math.ceil(open * 0.75), Math.max(0, tasks - open), Math.ceil(open * 0.1)),
    desk('US', 40, open - Math.ceil(open * 0.75) - Math.ceil(open * 0.1), 0),
    desk('IT', 6, 0, 0),
  ],
});
