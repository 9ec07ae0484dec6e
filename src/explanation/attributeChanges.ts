import { decisive } from '../routing/expressions/compile';
import type { ComparisonReason } from '../routing/expressions/compile';
import { parseAttributes } from '../routing/expressions/scope';
import type { Attributes } from '../routing/expressions/scope';
import { comparisonsOf, printPath } from '../routing/expressions/syntax';
import type { Comparison, Key, Operand } from '../routing/expressions/syntax';
import type { Candidates } from './candidates';
import type { WorkerLine } from './explanation';
import type { RoutingModel } from './model';
import { readable } from './model';
import { jsonOf } from './texts';

/** Another value of one attribute, with which a comparison that failed holds. */
export interface AttributeChange {
  readonly subject: 'task' | 'worker';
  /** The worker whose comparison it is. */
  readonly line: WorkerLine;
  readonly path: string;
  /** As JSON. */
  readonly value: string;
  /** The subject's attributes with it. */
  readonly attributes: Attributes;
}

/** For a worker who fails exactly one comparison: the attributes that would make it hold. */
export function attributeChanges(
  model: RoutingModel,
  line: WorkerLine,
  { target, queueSid }: Candidates,
): AttributeChange[] {
  const inQueue = line.reason !== 'not in queue';
  const text = inQueue ? target.expression : model.queue(queueSid)?.target_workers;
  const worker = model.worker(line.sid);
  if (!text || !worker) return [];
  const context = inQueue ? 'target' : 'queue';
  const compiled = readable(() => model.library.expression(text, context));
  if (!compiled) return [];
  const reason = compiled.explain({ task: model.attributes, worker });
  const [failed, ...more] = decisive(reason);
  if (!failed || more.length > 0 || failed.result !== false) return [];
  const comparison = comparisonsOf(compiled.expression).find(
    ({ range }) => range.start === failed.range.start && range.end === failed.range.end,
  );
  if (!comparison) return [];
  const workerAttributes = parseAttributes(model.row(line.sid)?.attributes ?? '');
  return (['left', 'right'] as const).flatMap((side) => {
    const key = attributeOf(comparison[side], context);
    if (!key) return [];
    const value = fitting(comparison, side, failed);
    if (value === undefined) return [];
    const own = key.subject === 'task' ? model.attributes : workerAttributes;
    const attributes = withValue(own, key.path, value);
    if (!attributes) return [];
    return [{ subject: key.subject, line, path: printPath(key.path), value: jsonOf(value), attributes }];
  });
}

interface AttributeKey {
  readonly subject: 'task' | 'worker';
  readonly path: Key['path'];
}

const fields = ['sid', 'friendly_name', 'activity_sid', 'activity_name', 'channel'];

function attributeOf(operand: Operand, context: 'target' | 'queue'): AttributeKey | undefined {
  if (operand.type !== 'key') return undefined;
  const [first, ...rest] = operand.path;
  const path = context === 'queue' ? operand.path : rest;
  const subject = context === 'target' && first === 'task' ? 'task' : 'worker';
  if (path.length === 0 || path.some((part) => typeof part === 'number')) return undefined;
  return subject === 'worker' && fields.includes(String(path[0])) ? undefined : { subject, path };
}

/** A value for one side of a comparison with which it holds, the other side being as it is. */
function fitting({ operator }: Comparison, side: 'left' | 'right', failed: ComparisonReason): unknown {
  const own = failed[side].value;
  const other = failed[side === 'left' ? 'right' : 'left'].value;
  const isList = (operator === 'HAS' && side === 'left') || (operator === 'IN' && side === 'right');
  if (isList) return other === null || typeof other === 'object' ? undefined : [...listOf(own), other];
  if (operator === 'HAS' || operator === 'IN')
    return Array.isArray(other) ? (other[0] as unknown) : undefined;
  if (operator === '==') return other === null || typeof other === 'object' ? undefined : other;
  if (typeof other !== 'number') return undefined;
  const up = (operator === '>' || operator === '>=') === (side === 'left');
  const isStrict = operator === '>' || operator === '<';
  if (!isStrict && operator !== '>=' && operator !== '<=') return undefined;
  return isStrict ? other + (up ? 1 : -1) : other;
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === null ? [] : [value];

/** A copy with another value at a path; undefined where the path leads through something that is no object. */
function withValue(attributes: Attributes, path: Key['path'], value: unknown): Attributes | undefined {
  const [first, ...rest] = path;
  const name = String(first);
  const entries = Object.entries(attributes).filter(([key]) => key !== name);
  if (rest.length === 0) return Object.fromEntries([...entries, [name, value]]);
  const inner = Object.hasOwn(attributes, name) ? attributes[name] : {};
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return undefined;
  const changed = withValue(inner as Attributes, rest, value);
  return changed && Object.fromEntries([...entries, [name, changed]]);
}
