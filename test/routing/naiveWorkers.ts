/** Workers as the naive procedure sees them: what they hold, what expressions see of them, and their order. */
import { valueAt } from './naiveExpressions';
import type { Lookup, Value } from './naiveExpressions';
import { activities } from './randomCentre';
import type { JsonObject } from './randomCentre';

export interface Worker {
  readonly name: string;
  /** Its place in the order of creation. */
  readonly index: number;
  activity: string;
  attributes: JsonObject;
  readonly channels: Map<string, { readonly capacity: number; readonly available: boolean }>;
  /** When a reservation was last made for it. */
  lastReserved: number | undefined;
}

export interface Held {
  readonly worker: Worker;
  readonly channel: string;
  status: string;
}

export const isOpen = ({ status }: Held) => ['pending', 'accepted', 'wrapping'].includes(status);

export const isAvailable = ({ activity }: Worker) =>
  activities.some(({ name, available }) => name === activity && available);

const heldBy = (worker: Worker, open: readonly Held[]) => open.filter((held) => held.worker === worker);

export function hasCapacity(worker: Worker, channel: string, multitasking: boolean, open: readonly Held[]) {
  const held = heldBy(worker, open);
  if (!multitasking) return held.length === 0;
  const { capacity, available } = worker.channels.get(channel)!;
  return available && held.filter((one) => one.channel === channel).length < capacity;
}

/** What an expression of a target sees. */
export function targetLookup(task: JsonObject, worker: Worker, open: readonly Held[]): Lookup {
  return ([root, ...path]) => {
    if (root === 'task') return valueAt(task, path);
    return root === 'worker' ? workerValue(worker, path, open) : null;
  };
}

function workerValue(worker: Worker, path: readonly (string | number)[], open: readonly Held[]): Value {
  const [first, channel, field] = path;
  const fields: JsonObject = {
    sid: `WK_${worker.name}`,
    friendly_name: worker.name,
    activity_sid: `WA_${worker.activity}`,
    activity_name: worker.activity,
  };
  if (path.length === 1 && first! in fields) return fields[first!]!;
  if (first !== 'channel') return valueAt(worker.attributes, path);
  const configured = worker.channels.get(String(channel))?.capacity;
  if (configured === undefined) return null;
  const held = heldBy(worker, open).filter((one) => one.channel === channel);
  if (field === 'configured_capacity') return configured;
  if (field === 'assigned_tasks') return held.filter(({ status }) => status === 'accepted').length;
  if (field !== 'available_capacity_percentage') return null;
  return configured === 0 ? 0 : Math.max(0, Math.floor(((configured - held.length) * 100) / configured));
}

/** How many of these workers are in an activity, as skip_if asks for it. */
export function presence(workers: readonly Worker[]): Lookup {
  const available = workers.filter(isAvailable).length;
  const counts: Record<string, number> = { available, unavailable: workers.length - available };
  for (const { name } of activities)
    counts[`WA_${name}`] = workers.filter(({ activity }) => activity === name).length;
  return ([root, key]) => (root === 'workers' ? (counts[key!] ?? null) : null);
}

/** Sorts by order_by, then by who has waited longest. */
export function inOrder(workers: readonly Worker[], orderBy: string | undefined): readonly Worker[] {
  const clauses = (orderBy?.split(',') ?? []).map((clause) => {
    const [key = '', direction = 'ASC'] = clause.trim().split(/\s+/);
    const path = key.split('.').slice(1);
    return { of: ({ attributes }: Worker) => valueAt(attributes, path), down: direction === 'DESC' };
  });
  const usable = clauses.every(({ of }) =>
    workers.every((worker) => of(worker) === null || Number.isInteger(of(worker))),
  );
  return [...workers].sort((a, b) => {
    for (const { of, down } of usable ? clauses : []) {
      const [left, right] = [of(a), of(b)];
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return (Number(left) - Number(right)) * (down ? -1 : 1);
    }
    return (a.lastReserved ?? -1) - (b.lastReserved ?? -1) || a.index - b.index;
  });
}
