import type { WorkspacePlan } from '../../src/simulator/scenarios/scenario';
import type { Scenario } from '../../src/simulator/simulator';

/** A workspace with a reservation in every status, where nothing happens unless somebody does it. */
const desk: WorkspacePlan = {
  name: 'Desk',
  multitasking: true,
  activities: [
    { name: 'Available', available: true },
    { name: 'Break', available: false },
    { name: 'Offline', available: false },
  ],
  defaultActivity: 'Offline',
  timeoutActivity: 'Offline',
  channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
  queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
  workflows: [{ name: 'Inbound', reservationTimeout: 120, filters: [], defaultQueue: 'Everyone' }],
  // Nobody takes tasks: what is rejected stays where it is.
  workers: [
    { name: 'Ada Wren', activity: 'Offline', attributes: { contact_uri: 'client:ada' } },
    { name: 'Ben Finch', activity: 'Offline', attributes: { contact_uri: '+15550100101' } },
    { name: 'Cleo Swift', activity: 'Break', attributes: {} },
  ],
  tasks: [
    task('1', 'Dana Alder', 'reserved', 600, [['Ada Wren', 'pending', 40]]),
    task('2', 'Milo Birch', 'reserved', 500, [
      ['Ada Wren', 'timeout', 400],
      ['Ben Finch', 'rejected', 300],
      ['Cleo Swift', 'pending', 60],
    ]),
    task('3', 'Rosa Hazel', 'assigned', 400, [
      ['Ada Wren', 'accepted', 390],
      ['Ben Finch', 'rescinded', 390],
    ]),
    task('4', 'Omar Cedar', 'wrapping', 300, [['Ben Finch', 'wrapping', 290]]),
    task('5', 'Tess Rowan', 'completed', 200, [['Cleo Swift', 'completed', 100]]),
    task('6', 'June Maple', 'canceled', 100, [['Ada Wren', 'canceled', 90]]),
  ],
};

function task(
  digit: string,
  name: string,
  status: WorkspacePlan['tasks'][number]['status'],
  age: number,
  reservations: readonly (readonly [
    worker: string,
    status:
      'pending' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapping' | 'completed',
    age: number,
  ])[],
): WorkspacePlan['tasks'][number] {
  return {
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: { call_sid: `CA${digit.repeat(32)}`, from: '+15550100150', name },
    age,
    status,
    reservations: reservations.map(([worker, is, since]) => ({ worker, status: is, age: since })),
  };
}

/** The desk, and a second workspace that can fail by itself. */
export const still: Scenario = {
  name: 'still',
  workspaces: [desk, { ...desk, name: 'Annex', multitasking: false, tasks: [] }],
};
