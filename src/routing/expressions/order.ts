import { defaultOptions } from '../options';
import type { RoutingOptions } from '../options';
import { ExpressionError } from './errors';
import { parse } from './parse';
import { readerOf } from './scope';
import type { Reader, WorkerFields } from './scope';
import type { TextRange } from './syntax';

interface Clause {
  readonly range: TextRange;
  readonly read: Reader;
  readonly descending: boolean;
}

/** Which of two workers comes first, by their indexes: negative for the first one, 0 when the clauses do not decide. */
export type CompareIndexes = (a: number, b: number) => number;

export interface WorkerOrder {
  readonly text: string;
  /**
   * The order among these workers. A worker without the value comes last, in ASC and in DESC. Where one of them has
   * a value that is not an integer, order_by is ignored, or only that clause.
   */
  readonly among: (workers: readonly WorkerFields[]) => CompareIndexes;
}

const clausePattern = /^(\s*)([^\s,]+)(?:(\s+)([^\s,]+))?\s*$/;

/**
 * Reads order_by: `worker.level DESC, worker.languages.french ASC`. The first clause that differs decides.
 * https://www.twilio.com/docs/taskrouter/order-workers
 * @throws ExpressionError
 */
export function compileOrder(text: string, options: RoutingOptions = defaultOptions): WorkerOrder {
  const clauses: Clause[] = [];
  let start = 0;
  for (const part of text.split(',')) {
    clauses.push(clauseAt(part, start, options));
    start += part.length + 1;
  }
  return {
    text,
    among(workers) {
      const keys = clauses.map((clause) => keysOf(clause, workers));
      const usable = keys.filter((one) => one !== undefined);
      if (options.nonIntegerOrder === 'whole' && usable.length < keys.length) return () => 0;
      return (a, b) => {
        for (const key of usable) {
          const [left, right] = [key[a]!, key[b]!];
          if (left !== right) return left < right ? -1 : 1;
        }
        return 0;
      };
    },
  };
}

/** A sort key for each worker, lowest first; undefined if a value is not an integer. */
function keysOf({ read, descending }: Clause, workers: readonly WorkerFields[]): Float64Array | undefined {
  const keys = new Float64Array(workers.length);
  const scope: { worker?: WorkerFields } = {};
  for (const [i, worker] of workers.entries()) {
    scope.worker = worker;
    const value = read(scope);
    // Missing or unknown.
    if (value === null || typeof value === 'symbol') keys[i] = Infinity;
    else if (!Number.isInteger(value)) return undefined;
    else keys[i] = descending ? -(value as number) : (value as number);
  }
  return keys;
}

function clauseAt(part: string, start: number, options: RoutingOptions): Clause {
  const [, before = '', key = '', gap = '', direction] = clausePattern.exec(part) ?? [];
  const range = { start: start + before.length, end: start + before.length + key.length };
  if (key === '' || !key.startsWith('worker.')) throw notAClause(part, start);
  if (direction !== undefined && !/^(asc|desc)$/i.test(direction)) {
    const at = range.end + gap.length;
    throw new ExpressionError(
      `unexpected ${direction}`,
      { start: at, end: at + direction.length },
      {
        expected: 'ASC or DESC',
      },
    );
  }
  const operand = keyIn(key, range.start, options);
  return {
    range,
    read: readerOf(operand, 'target', options),
    descending: direction?.toUpperCase() === 'DESC',
  };
}

/** Reads the key as expressions do, for the same errors. */
function keyIn(key: string, start: number, options: RoutingOptions) {
  try {
    const expression = parse(`${key} == null`, options);
    if (expression.type === 'comparison' && expression.left.type === 'key') return expression.left;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { range, details } = error;
    const moved = { start: start + range.start, end: start + Math.min(range.end, key.length) };
    throw new ExpressionError(error.message, moved, details.expected ? { expected: details.expected } : {});
  }
  throw notAClause(key, start);
}

function notAClause(part: string, start: number): ExpressionError {
  const written = part.trim();
  const begin = start + part.length - part.trimStart().length;
  const range = { start: begin, end: begin + written.length };
  const message = written === '' ? 'a clause is empty' : `"${written}" is not a clause`;
  return new ExpressionError(message, range, {
    expected: 'a clause',
    suggestion: 'a clause is like worker.level DESC',
  });
}
