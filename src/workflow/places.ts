import type { TextRange } from '../routing/expressions/syntax';
import type { ExpressionPart, TargetPart, WorkflowDocument } from './document';
import { propertyOf } from './json';

const includes = ({ start, end }: TextRange, offset: number): boolean => offset >= start && offset <= end;

/** Inside the quotation marks. */
const isInside = ({ start, end }: TextRange, offset: number): boolean => offset > start && offset < end;

/** What stands at a place of a document: an expression, or the name of a queue or of a task's attribute. */
export type Place =
  | { readonly type: 'expression'; readonly part: ExpressionPart; readonly target?: TargetPart }
  | { readonly type: 'queue' | 'knownWorker' | 'order'; readonly value: string; readonly range: TextRange };

const placesOfTargets: readonly (readonly [name: string, type: 'queue' | 'knownWorker' | 'order'])[] = [
  ['queue', 'queue'],
  ['known_worker_sid', 'knownWorker'],
  ['known_worker_friendly_name', 'knownWorker'],
  ['order_by', 'order'],
];

/** The targets of a document, also the default ones. */
export function* targetsOf({ configurations }: WorkflowDocument): Generator<TargetPart> {
  for (const { filters, defaultTarget } of configurations) {
    for (const { targets } of filters) yield* targets;
    if (defaultTarget) yield defaultTarget;
  }
}

/** Every expression of a document, with the target that it is of. */
export function* expressionsOf(
  document: WorkflowDocument,
): Generator<{ readonly part: ExpressionPart; readonly target?: TargetPart }> {
  for (const { filters } of document.configurations) {
    for (const { expression } of filters) if (expression) yield { part: expression };
  }
  for (const target of targetsOf(document)) {
    if (target.expression) yield { part: target.expression, target };
    if (target.skipIf) yield { part: target.skipIf, target };
  }
  for (const part of document.targetWorkers) yield { part };
}

export function placeAt(document: WorkflowDocument, offset: number): Place | undefined {
  for (const { part, target } of expressionsOf(document)) {
    if (isInside(part.range, offset)) return { type: 'expression', part, ...(target ? { target } : {}) };
  }
  for (const { object } of targetsOf(document)) {
    if (!includes(object.range, offset)) continue;
    for (const [name, type] of placesOfTargets) {
      const value = propertyOf(object, name);
      if (value?.type === 'string' && isInside(value.range, offset)) {
        const range = { start: value.range.start + 1, end: value.range.end - 1 };
        return { type, value: value.value, range };
      }
    }
  }
  return undefined;
}

const sids = /\b(WQ|WA|WK)[0-9a-f]{32}\b/g;

/** The SIDs of queues, activities and workers in a part of a document. */
export function sidsIn(text: string, { start, end }: TextRange): { sid: string; range: TextRange }[] {
  return [...text.slice(start, end).matchAll(sids)].map(({ 0: sid, index }) => ({
    sid,
    range: { start: start + index, end: start + index + sid.length },
  }));
}

/** The SID at a place. */
export const sidAt = (document: WorkflowDocument, offset: number): string | undefined => {
  const around = { start: Math.max(0, offset - 34), end: offset + 34 };
  return sidsIn(document.text, around).find(({ range }) => includes(range, offset))?.sid;
};
