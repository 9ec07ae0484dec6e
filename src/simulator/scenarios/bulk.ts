import { newRow, noWorkTimes } from '../state/rows';
import type { AccountState } from '../state/accountState';
import type { Reservation, Row, Task, TaskStatus, Worker, Workspace } from '../state/rows';
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

/** SIDs of the rows that bulk rows refer to. */
interface References {
  readonly channels: readonly string[];
  readonly queues: readonly string[];
  readonly workflows: readonly string[];
  readonly activities: readonly string[];
}

const referencesOf = ({ taskChannels, taskQueues, workflows, activities }: Workspace): References => {
  const sidsOf = (table: { rows(): Iterable<Row> }) => [...table.rows()].map(({ sid }) => sid);
  return {
    channels: sidsOf(taskChannels),
    queues: sidsOf(taskQueues),
    workflows: sidsOf(workflows),
    activities: sidsOf(activities),
  };
};

/** Thousands of tasks, workers and reservations; each is made from its index when it is first read. */
export function bulkTables(
  account: AccountState,
  counts: BulkCounts,
  workspace: () => Workspace,
): Pick<Workspace, 'tasks' | 'workers' | 'reservations'> {
  const { tasks, workers, reservations } = new BulkRows(account, counts, workspace);
  return { tasks, workers, reservations };
}

interface BulkCounts {
  readonly tasks: number;
  readonly workers: number;
}

class BulkRows {
  readonly tasks: BulkTable<Task>;
  readonly workers: BulkTable<Worker>;
  readonly reservations: BulkTable<Reservation>;
  private readonly start: number;
  private readonly counts: BulkCounts;
  private readonly workspace: () => Workspace;
  private cached: References | undefined;

  constructor(account: AccountState, counts: BulkCounts, workspace: () => Workspace) {
    const { sids } = account;
    this.start = account.now();
    this.counts = counts;
    this.workspace = workspace;
    this.tasks = new BulkTable(sids, 'Task', counts.tasks, (index, sid) => this.task(index, sid));
    this.workers = new BulkTable(sids, 'Worker', counts.workers, (index, sid) => this.worker(index, sid));
    this.reservations = new BulkTable(sids, 'Reservation', counts.tasks, (index, sid) =>
      this.reservation(index, sid),
    );
  }

  private get references(): References {
    return (this.cached ??= referencesOf(this.workspace()));
  }

  private createdAt(index: number): number {
    return this.start - (this.counts.tasks - index) * secondsApart * 1000;
  }

  private task(index: number, sid: string): Task {
    const { channels, workflows, queues } = this.references;
    const created = this.createdAt(index);
    return {
      status: statusOf(index),
      // A template is faster than JSON.stringify: a list of many thousand rows is made anew each time.
      attributes:
        `{"call_sid":"CA${sid.slice(2)}","from":"${number(index)}","to":"+18885550142","caller":"${number(index)}",` +
        `"name":"${name(index * 7)}","language":"${of(languages, index)}","skill":"${of(skills, index)}","order":"A-${10_000 + index}"}`,
      priority: mix(index ^ 0x9e37) % 10,
      reason: null,
      timeout: 1_209_600,
      channelSid: of(channels, index),
      workflowSid: of(workflows, index),
      queueSid: of(queues, index),
      queueEntered: created,
      virtualStart: created,
      routingTarget: null,
      ignoreCapacity: false,
      position: undefined,
      wait: 'waiting',
      stale: false,
      assignments: 0,
      reservationSids: statusOf(index) === 'pending' ? [] : [this.reservations.sidAt(index)],
      // At the end: V8 needs 20 µs for a row whose many fields follow a spread.
      ...newRow(sid, created),
    };
  }

  private worker(index: number, sid: string): Worker {
    const { activities } = this.references;
    const reservationSids = () => this.reservationSidsOf(index);
    return {
      ...newRow(sid, this.start - 86_400_000),
      friendlyName: name(index),
      attributes: JSON.stringify({
        contact_uri: `client:agent${index + 1}`,
        skills: [of(skills, index)],
        languages: ['en', of(languages, index + 1)],
      }),
      activitySid: of(activities, index),
      previousActivitySid: of(activities, index),
      statusChanged: this.start - (mix(index) % 7200) * 1000,
      workTimes: noWorkTimes(),
      workTimesByChannel: new Map(),
      capacity: { voice: 1, chat: 5 },
      phone: 'answers',
      get reservationSids() {
        const sids = reservationSids();
        // From the first read on it is a plain array, to which reservations can be added.
        Object.defineProperty(this, 'reservationSids', { value: sids });
        return sids;
      },
    };
  }

  private reservationSidsOf(worker: number): string[] {
    const { tasks, workers } = this.counts;
    const sids: string[] = [];
    for (let task = worker; task < tasks; task += workers) {
      if (statusOf(task) !== 'pending') sids.push(this.reservations.sidAt(task));
    }
    return sids;
  }

  private reservation(index: number, sid: string): Reservation {
    return {
      ...newRow(sid, this.createdAt(index) + 5000),
      status: ({ reserved: 'pending', assigned: 'accepted', wrapping: 'wrapping' } as const)[
        statusOf(index) as 'reserved' | 'assigned' | 'wrapping'
      ],
      taskSid: this.tasks.sidAt(index),
      workerSid: this.workers.sidAt(index % this.counts.workers),
    };
  }
}
