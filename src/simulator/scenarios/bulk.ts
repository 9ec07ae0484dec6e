import { newRow, noWorkTimes } from '../state/rows';
import type { AccountState } from '../state/accountState';
import type { Reservation, Task, TaskStatus, Worker, Workspace } from '../state/rows';
import { mix } from '../state/random';
import { BulkTable } from '../state/table';

const secondsApart = 20;
/** Of ten tasks: four wait, three are reserved, two assigned, one in wrap-up. */
const statuses: readonly TaskStatus[] = [
  'pending',
  'reserved',
  'pending',
  'assigned',
  'reserved',
  'pending',
  'wrapping',
  'reserved',
  'pending',
  'assigned',
];
const of = <T>(all: readonly T[], index: number) => all[index % all.length]!;
const statusOf = (index: number) => of(statuses, mix(index));

const givenNames = ['Amara', 'Bo', 'Carmen', 'Dmitri', 'Esther', 'Farid', 'Grace', 'Hiro', 'Ines', 'Jonas'];
const familyNames = [
  'Abara',
  'Bell',
  'Costa',
  'Dorn',
  'Ekström',
  'Fontaine',
  'Gupta',
  'Hale',
  'Ito',
  'Jansen',
];
const languages = ['en', 'es', 'fr'];
const skills = ['billing', 'support', 'returns'];
const areas = ['212', '312', '415', '617'];
const name = (index: number) =>
  `${of(givenNames, index)} ${of(familyNames, Math.floor(index / 10))} ${index + 1}`;
const number = (index: number) => `+1${of(areas, index)}55501${String(index % 100).padStart(2, '0')}`;

/** Tasks, workers and reservations by the thousand: each is made from its number when somebody asks for it. */
export function bulkTables(
  account: AccountState,
  { tasks: taskCount, workers: workerCount }: { readonly tasks: number; readonly workers: number },
  workspace: () => Workspace,
): Pick<Workspace, 'tasks' | 'workers' | 'reservations'> {
  const start = account.now();
  const created = (index: number) => start - (taskCount - index) * secondsApart * 1000;
  const rows = <T>(table: { rows(): Iterable<T> }) => [...table.rows()];
  let parts: { channels: string[]; queues: string[]; workflows: string[]; activities: string[] } | undefined;
  const sidsOf = () => {
    const { taskChannels, taskQueues, workflows, activities } = workspace();
    const sid = (row: { readonly sid: string }) => row.sid;
    return (parts ??= {
      channels: rows(taskChannels).map(sid),
      queues: rows(taskQueues).map(sid),
      workflows: rows(workflows).map(sid),
      activities: rows(activities).map(sid),
    });
  };

  const tasks: BulkTable<Task> = new BulkTable(account.sids, 'Task', taskCount, (index, sid) => ({
    status: statusOf(index),
    // Written out, not stringified: a list of many thousand rows is made anew each time.
    attributes:
      `{"call_sid":"CA${sid.slice(2)}","from":"${number(index)}","to":"+18885550142","caller":"${number(index)}",` +
      `"name":"${name(index * 7)}","language":"${of(languages, index)}","skill":"${of(skills, index)}","order":"A-${10_000 + index}"}`,
    priority: mix(index ^ 0x9e37) % 10,
    reason: null,
    timeout: 1_209_600,
    channelSid: of(sidsOf().channels, index),
    workflowSid: of(sidsOf().workflows, index),
    queueSid: of(sidsOf().queues, index),
    queueEntered: created(index),
    virtualStart: created(index),
    routingTarget: null,
    ignoreCapacity: false,
    position: undefined,
    wait: 'waiting',
    stale: false,
    assignments: 0,
    reservationSids: statusOf(index) === 'pending' ? [] : [reservations.sidAt(index)],
    // At the end: V8 needs 20 µs for a row whose many fields follow a spread.
    ...newRow(sid, created(index)),
  }));

  const workers: BulkTable<Worker> = new BulkTable(account.sids, 'Worker', workerCount, (index, sid) => ({
    ...newRow(sid, start - 86_400_000),
    friendlyName: name(index),
    attributes: JSON.stringify({
      contact_uri: `client:agent${index + 1}`,
      skills: [of(skills, index)],
      languages: ['en', of(languages, index + 1)],
    }),
    activitySid: of(sidsOf().activities, index),
    previousActivitySid: of(sidsOf().activities, index),
    statusChanged: start - (mix(index) % 7200) * 1000,
    workTimes: noWorkTimes(),
    workTimesByChannel: new Map(),
    capacity: { voice: 1, chat: 5 },
    phone: 'answers',
    get reservationSids() {
      const sids: string[] = [];
      for (let task = index; task < taskCount; task += workerCount) {
        if (statusOf(task) !== 'pending') sids.push(reservations.sidAt(task));
      }
      // From now on a plain list, which can be added to.
      Object.defineProperty(this, 'reservationSids', { value: sids });
      return sids;
    },
  }));

  const reservations: BulkTable<Reservation> = new BulkTable(
    account.sids,
    'Reservation',
    taskCount,
    (index, sid) => ({
      ...newRow(sid, created(index) + 5000),
      status: ({ reserved: 'pending', assigned: 'accepted', wrapping: 'wrapping' } as const)[
        statusOf(index) as 'reserved' | 'assigned' | 'wrapping'
      ],
      taskSid: tasks.sidAt(index),
      workerSid: workers.sidAt(index % workerCount),
    }),
  );

  return { tasks, workers, reservations };
}
