import { nearest } from '../../nearest';
import { compile } from '../../routing/expressions/compile';
import type { Truth } from '../../routing/expressions/compile';
import { comparisonsOf, printPath } from '../../routing/expressions/syntax';
import type { Key, Literal, Operand } from '../../routing/expressions/syntax';
import { defaultOptions } from '../../routing/options';
import { message } from '../../taskrouter/message';
import { isOpaque, keysOf } from '../document';
import type { ConfigurationPart, ExpressionPart, TargetPart, WorkflowDocument } from '../document';
import { propertyOf } from '../json';
import type { KnownQueue, KnownWorkspace } from '../known';
import { edit, workerValues } from './comparisons';
import { decisionsFor } from './logic';
import type { Rule } from './rule';
import { knownWorkerKeys } from './structure';

const sidPattern = /^(WQ|WA|WK)[0-9a-f]{32}$/;

const bySid = new WeakMap<readonly object[], ReadonlyMap<string, object>>();

function findBySid<T extends { readonly sid: string }>(list: readonly T[] | undefined, sid: string) {
  if (!list) return undefined;
  let all = bySid.get(list);
  if (!all) bySid.set(list, (all = new Map(list.map((one) => [one.sid, one]))));
  return all.get(sid) as T | undefined;
}

const listOf = (sid: string, { queues, activities, workers }: KnownWorkspace) =>
  sid.startsWith('WQ') ? queues : sid.startsWith('WA') ? activities : workers;

/** What a SID is called; undefined when nothing has it, or that is not known. */
export function nameOf(sid: string, known: KnownWorkspace): string | undefined {
  if (!sidPattern.test(sid)) return undefined;
  if (sid.startsWith('WK')) return findBySid(known.workers, sid)?.friendlyName;
  return findBySid(sid.startsWith('WQ') ? known.queues : known.activities, sid)?.name;
}

const isUnknownSid = (sid: string, known: KnownWorkspace): boolean =>
  sidPattern.test(sid) && listOf(sid, known) !== undefined && nameOf(sid, known) === undefined;

const targetsIn = ({ filters, defaultTarget }: ConfigurationPart): readonly TargetPart[] => [
  ...filters.flatMap(({ targets }) => targets),
  ...(defaultTarget ? [defaultTarget] : []),
];

/** Whether a document is for this workspace: one that names none of its queues may be for another account. */
export const isOf = (document: WorkflowDocument, { queues = [] }: KnownWorkspace): boolean => {
  const sids = new Set(queues.map(({ sid }) => sid));
  return document.configurations.some((part) =>
    targetsIn(part).some(({ queue }) => queue !== undefined && sids.has(queue)),
  );
};

const constantsIn = (operand: Operand): Literal[] =>
  operand.type === 'literal' ? [operand] : operand.type === 'list' ? operand.items.flatMap(constantsIn) : [];

type Workers = NonNullable<KnownWorkspace['workers']>;

/** Whether a worker fits an expression, with what is not known of a task. */
function testOf(text: string, context: 'queue' | 'target'): (worker: Workers[number]) => Truth {
  try {
    const { truth } = compile(text, context, { ...defaultOptions, unprefixedTargetKeys: 'null' });
    return (worker) => truth({ worker });
  } catch {
    return () => 'unknown';
  }
}

/** Whether nothing in an expression depends on a worker or a task, such as `1==0` for a queue without workers. */
function isConstant(text: string): boolean {
  try {
    const all = comparisonsOf(compile(text, 'queue').expression);
    return all.every(({ left, right }) => keysOf(left).length === 0 && keysOf(right).length === 0);
  } catch {
    return false;
  }
}

const members = new WeakMap<Workers, Map<string, Workers>>();

/** The workers that are in a queue, or may be. */
function workersOf({ targetWorkers = '' }: KnownQueue, workers: Workers): Workers {
  let known = members.get(workers);
  if (!known) members.set(workers, (known = new Map<string, Workers>()));
  let found = known.get(targetWorkers);
  if (!found) {
    const test = testOf(targetWorkers, 'queue');
    known.set(targetWorkers, (found = workers.filter((worker) => test(worker) !== false)));
  }
  return found;
}

const matched = new WeakMap<Workers, Map<string, boolean>>();
/** Each edit of an expression adds one. */
const maxMatched = 20_000;

/** Whether some of these workers match a target, or may. Remembered, because every target is asked after each keystroke. */
function someMatch(workers: Workers, text: string): boolean {
  let known = matched.get(workers);
  if (!known || known.size >= maxMatched) matched.set(workers, (known = new Map<string, boolean>()));
  let found = known.get(text);
  if (found === undefined) {
    const test = testOf(text, 'target');
    known.set(text, (found = workers.some((worker) => test(worker) !== false)));
  }
  return found;
}

const queueOf = (sid: string | undefined, { queues }: KnownWorkspace): KnownQueue | undefined =>
  sid === undefined ? undefined : findBySid(queues, sid);

export const workspaceRules: readonly Rule[] = [
  {
    code: 'unknown-sid',
    about: 'target',
    severity: 'warning',
    page: 'workflow-configuration',
    *check({ target: { object } }, { known, isOfWorkspace }) {
      const value = propertyOf(object, 'queue');
      if (value?.type !== 'string' || !isOfWorkspace || !isUnknownSid(value.value, known)) return;
      yield {
        range: value.range,
        message: message('{workspace} has no task queue {sid}.', {
          sid: value.value,
          workspace: known.name ?? message('This workspace'),
        }),
      };
    },
  },
  {
    code: 'unknown-sid',
    about: 'comparison',
    severity: 'warning',
    page: 'expression-syntax',
    *check({ part, comparison }, { known, isOfWorkspace }) {
      if (!isOfWorkspace) return;
      const sides = [comparison.left, comparison.right];
      const named = [
        ...sides.flatMap(constantsIn).map(({ value, range }) => ({ sid: String(value), range })),
        ...sides.flatMap(keysOf).map(({ path, range }) => ({ sid: String(path[1]), range })),
      ];
      for (const { sid, range } of named) {
        if (!isUnknownSid(sid, known)) continue;
        const workspace = known.name ?? message('This workspace');
        yield {
          range: part.at(range),
          message: message('{workspace} does not have {sid}.', { sid, workspace }),
        };
      }
    },
  },
  {
    code: 'queue-without-workers',
    about: 'target',
    severity: 'warning',
    page: 'api/task-queue',
    *check({ target: { object, queue: sid } }, { known }) {
      const value = propertyOf(object, 'queue');
      const queue = queueOf(sid, known);
      if (!value || !queue?.targetWorkers || !known.workers?.length) return;
      if (workersOf(queue, known.workers).length > 0 || isConstant(queue.targetWorkers)) return;
      yield {
        range: value.range,
        message: message('No worker is in the queue {name}: none matches {expression}.', {
          name: queue.name,
          expression: queue.targetWorkers,
        }),
      };
    },
  },
  {
    code: 'no-matching-worker',
    about: 'expression',
    severity: 'warning',
    page: 'workflow-configuration',
    *check(part, { known, queue: sid }) {
      if (part.context !== 'target' || part.hasTemplate) return;
      const queue = queueOf(sid, known);
      const workers = queue && known.workers ? workersOf(queue, known.workers) : [];
      if (!queue || workers.length === 0 || someMatch(workers, part.text) || isMeantForNobody(part)) return;
      yield {
        range: part.range,
        message: message('None of the {count} workers in the queue {name} matches this target.', {
          count: workers.length,
          name: queue.name,
        }),
      };
    },
  },
  {
    code: 'unknown-task-key',
    about: 'configuration',
    severity: 'warning',
    page: 'workflow-configuration/known-agent-routing',
    *check(part, { document, known, isOfWorkspace }) {
      if (!isOfWorkspace) return;
      const keys = targetsIn(part).flatMap(({ object }) =>
        knownWorkerKeys.map((name) => propertyOf(object, name)),
      );
      for (const value of keys) {
        if (value?.type !== 'string' || document.isTemplate(value.range)) continue;
        const meant = meantTaskKey(value.value, document.text, known);
        if (meant === undefined) continue;
        const edits = [{ range: value.range, text: JSON.stringify(meant) }];
        yield {
          range: value.range,
          message: message('None of {count} tasks has {key}. Did you mean {meant}?', {
            ...{ count: known.tasks!.length, key: value.value, meant },
          }),
          fixes: [{ title: message('Change to {text}', { text: meant }), edits }],
        };
      }
    },
  },
  {
    code: 'unknown-worker-key',
    about: 'comparison',
    severity: 'warning',
    page: 'expression-syntax',
    *check({ part, comparison }, { known }) {
      if (isOpaque(comparison)) return;
      for (const key of [comparison.left, comparison.right].flatMap(keysOf)) {
        const meant = meantKey(key, part, known);
        if (meant === undefined) continue;
        yield {
          range: part.at(key.range),
          message: message('No worker has {key}. Did you mean {meant}?', { key: printPath(key.path), meant }),
          fixes: [
            { title: message('Change to {text}', { text: meant }), edits: [edit(part, key.range, meant)] },
          ],
        };
      }
    },
  },
];

/** Fewer tasks say too little about those to come. */
const minTasks = 20;

/** A key that tasks have, for one that none of many has, that resembles it, and that nothing else in the document names. */
function meantTaskKey(path: string, text: string, { tasks = [] }: KnownWorkspace): string | undefined {
  const [, name, rest] = /^task\.([\p{L}_][\p{L}\p{N}_]*)(.*)$/su.exec(path) ?? [];
  if (name === undefined || tasks.length < minTasks) return undefined;
  if (tasks.some((task) => Object.hasOwn(task, name))) return undefined;
  if (text.indexOf(name, text.indexOf(name) + 1) >= 0) return undefined;
  const meant = nearest(name, [...new Set(tasks.flatMap((task) => Object.keys(task)))]);
  return meant === undefined ? undefined : `task.${meant}${rest}`;
}

/** `1==0` alone, or a part of it that switches it off. */
const isMeantForNobody = ({ parsed, context }: ExpressionPart): boolean =>
  !parsed.expression ||
  decisionsFor(context).isNever(parsed.expression) ||
  comparisonsOf(parsed.expression).some(
    ({ left, right }) => keysOf(left).length === 0 && keysOf(right).length === 0,
  );

/** Worker fields that are not attributes. */
const fieldNames = new Set(['sid', 'friendly_name', 'activity_sid', 'activity_name', 'channel']);

/** A key that workers have, for one that none has and that resembles it. */
function meantKey(key: Key, { context }: ExpressionPart, known: KnownWorkspace): string | undefined {
  const [prefix, name, ...rest] = key.path;
  if (context !== 'target' || prefix !== 'worker' || typeof name !== 'string' || fieldNames.has(name))
    return undefined;
  if (workerValues({ ...key, path: [prefix, name] }, context, known)?.length !== 0) return undefined;
  const names = new Set(known.workers!.flatMap(({ attributes }) => Object.keys(attributes!)));
  const meant = nearest(name, [...names]);
  return meant === undefined ? undefined : printPath([prefix, meant, ...rest]);
}

/** How many workers an expression of a queue or target matches, and how many it may match for some task. */
export function workerCount(part: ExpressionPart, queueSid: string | undefined, known: KnownWorkspace) {
  const { context, hasTemplate, text, parsed } = part;
  if ((context !== 'queue' && context !== 'target') || hasTemplate || !parsed.expression) return undefined;
  const queue = queueOf(queueSid, known);
  if (!known.workers || (context === 'target' && !queue)) return undefined;
  const workers = queue ? workersOf(queue, known.workers) : known.workers;
  const results = workers.map(testOf(text, context));
  return {
    matching: results.filter((truth) => truth === true).length,
    possible: results.filter((truth) => truth === 'unknown').length,
    total: workers.length,
  };
}
