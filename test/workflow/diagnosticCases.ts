import type { KnownWorkspace } from '../../src/workflow/known';
import type { Target } from './workflows';
import { everyone, filter, sales, sid, support, voicemail, workflow, workspace } from './workflows';

export interface DiagnosticCase {
  readonly code: string;
  readonly text: string;
  /** What is underlined; absent where nothing is found. */
  readonly at?: string;
  readonly known?: KnownWorkspace;
  /** The text after the first fix. */
  readonly fixed?: string;
}

const target = (fields: object) => workflow([filter("type == 'a'", { queue: sales, ...fields })]);
const expression = (text: string) => workflow([{ expression: text, targets: [{ queue: sales }] }]);
const inTarget = (text: string) => target({ expression: text });
const ofTarget = (fields: object) => workflow([{ ...filter("type == 'a'"), targets: [fields] }]);
const steps = (...targets: Target[]) => workflow([filter("type == 'a'", ...targets)]);
const filters = (...all: (string | object)[]) =>
  workflow(all.map((one) => (typeof one === 'string' ? filter(one) : one)));
const timed = (text: string) => filter(text, { queue: sales, timeout: 30 });

const manyTasks = (attributes: Readonly<Record<string, unknown>>, count = 20): KnownWorkspace => ({
  ...workspace,
  tasks: Array.from({ length: count }, () => attributes),
});

/** For each rule, what it finds and what it leaves alone. */
export const diagnosticCases: readonly DiagnosticCase[] = [
  // What TaskRouter refuses.
  { code: 'too-large', text: target({ note: 'x'.repeat(1_040_000) }), at: '"task_routing"' },
  { code: 'too-large', text: target({ note: 'x'.repeat(1_000) }) },
  { code: 'wrong-type', text: target({ expression: 5 }), at: '5' },
  {
    code: 'wrong-type',
    text: target({ queue: { sid: 1 } }),
    at: '{\n              "sid": 1\n            }',
  },
  { code: 'wrong-type', text: workflow([{ ...filter('a == 1'), targets: {} }]), at: '{}' },
  {
    code: 'wrong-type',
    text: '{"task_routing": {"filters": {}, "default_filter": {"queue": "WQ1"}}}',
    at: '{}',
  },
  { code: 'wrong-type', text: target({ expression: null, skip_if: '' }) },
  { code: 'number-out-of-range', text: target({ timeout: 0 }), at: '0' },
  { code: 'number-out-of-range', text: target({ timeout: '30s' }), at: '"30s"' },
  { code: 'number-out-of-range', text: target({ timeout: 1.5 }), at: '1.5' },
  { code: 'number-out-of-range', text: target({ priority: -1 }), at: '-1' },
  { code: 'number-out-of-range', text: target({ priority: 2 ** 31 }), at: '2147483648' },
  { code: 'number-out-of-range', text: target({ priority: '10', timeout: '30' }) },
  { code: 'number-out-of-range', text: target({ timeout: '${var.timeout}' }) },
  { code: 'number-out-of-range', text: target({ timeout: '__TIMEOUT__' }) },
  { code: 'filter-without-expression', text: workflow([{ targets: [{ queue: sales }] }]), at: '{' },
  { code: 'filter-without-expression', text: expression('a == 1') },
  { code: 'filter-without-targets', text: workflow([{ expression: 'a == 1', targets: [] }]), at: '[]' },
  { code: 'filter-without-targets', text: workflow([{ expression: 'a == 1' }]), at: '{' },
  { code: 'filter-without-targets', text: expression('a == 1') },
  { code: 'target-without-queue', text: ofTarget({ timeout: 5 }), at: '{' },
  {
    code: 'target-without-queue',
    text: '{"task_routing": {"filters": [], "default_filter": {}}}',
    at: '{',
  },
  { code: 'target-without-queue', text: ofTarget({ task_queue_sid: sales }) },
  // Of two keys with one name, the last counts.
  {
    code: 'never-matches',
    text: expression('a == 1 AND a == 2').replace('"expression"', '"expression": "a == 1", "expression"'),
    at: 'a == 1 AND a == 2',
  },
  {
    code: 'never-matches',
    text: expression('a == 1').replace('"expression"', '"expression": "a == 1 AND a == 2", "expression"'),
  },
  { code: 'target-without-queue', text: steps({ queue: sales, timeout: 5 }, { timeout: 5 }) },
  {
    code: 'two-known-workers',
    text: target({ known_worker_sid: 'task.a', known_worker_friendly_name: 'task.b' }),
    at: '"task.b"',
  },
  { code: 'two-known-workers', text: target({ known_worker_sid: 'task.a' }) },
  {
    code: 'known-worker-attribute',
    text: target({ known_worker_sid: 'agent' }),
    at: '"agent"',
    fixed: target({ known_worker_sid: 'task.agent' }),
  },
  {
    code: 'known-worker-attribute',
    text: target({ known_worker_friendly_name: 'Ann Smith' }),
    at: '"Ann Smith"',
  },
  { code: 'known-worker-attribute', text: target({ known_worker_sid: 'task.agent.sid' }) },
  { code: 'known-worker-attribute', text: target({ known_worker_sid: '${agent}' }) },
  { code: 'order-by-syntax', text: target({ order_by: 'worker.level DOWN' }), at: '"worker.level DOWN"' },
  { code: 'order-by-syntax', text: target({ order_by: 'worker.level DESC, worker.rank' }) },
  { code: 'expression-syntax', text: expression("type = 'a' &&  b == 1"), at: '&&' },
  { code: 'expression-syntax', text: expression("(type == 'a'"), at: '(' },
  { code: 'expression-syntax', text: expression('skill-level > 3'), at: 'skill-level' },
  { code: 'expression-syntax', text: expression('type == "a" AND'), at: 'D' },
  { code: 'expression-syntax', text: expression("type == 'a' and vip == true OR 'b' in langs") },
  { code: 'expression-syntax', text: expression("${filter} OR type == 'a'") },
  // What cannot work.
  {
    code: 'misspelled-key',
    text: target({ time_out: 30 }),
    at: '"time_out"',
    fixed: target({ timeout: 30 }),
  },
  { code: 'misspelled-key', text: target({ skipIf: '1==1' }), at: '"skipIf"' },
  {
    code: 'misspelled-key',
    text: workflow([{ ...filter('a == 1'), expresion: 'b == 1', expression: undefined }]),
    at: '"expresion"',
  },
  {
    code: 'misspelled-key',
    text: '{"task_routing": {"filters": [], "defualt_filter": {"queue": "WQ1"}}}',
    at: '"defualt_filter"',
  },
  { code: 'misspelled-key', text: target({ comment: 'x', description: 'y' }) },
  { code: 'missing-prefix', text: inTarget('level > 3'), at: 'level', fixed: inTarget('task.level > 3') },
  {
    code: 'missing-prefix',
    text: inTarget('level > 3'),
    at: 'level',
    known: workspace,
    fixed: inTarget('worker.level > 3'),
  },
  {
    code: 'missing-prefix',
    text: target({ order_by: 'level DESC' }),
    at: '"level DESC"',
    fixed: target({ order_by: 'worker.level DESC' }),
  },
  { code: 'missing-prefix', text: inTarget("worker.level > task.level AND 'x' IN worker.skills") },
  { code: 'missing-prefix', text: inTarget('worker.level > ${level}') },
  { code: 'missing-prefix', text: expression('level > 3') },
  {
    code: 'array-operator-on-scalar',
    text: expression("type IN 'sales'"),
    at: "type IN 'sales'",
    fixed: expression("type == 'sales'"),
  },
  {
    code: 'array-operator-on-scalar',
    text: inTarget("worker.friendly_name HAS 'Ann'"),
    at: "worker.friendly_name HAS 'Ann'",
  },
  {
    code: 'array-operator-on-scalar',
    text: inTarget('worker.level HAS 3'),
    at: 'worker.level HAS 3',
    known: workspace,
    fixed: inTarget('worker.level == 3'),
  },
  { code: 'array-operator-on-scalar', text: inTarget('worker.level HAS 3') },
  { code: 'array-operator-on-scalar', text: inTarget('worker.skills HAS task.type'), known: workspace },
  {
    code: 'array-operator-on-scalar',
    text: expression("type IN ['sales', 'support'] AND 'en' IN languages"),
  },
  {
    code: 'list-as-member',
    text: inTarget("worker.skills HAS ['a', 'b']"),
    at: "worker.skills HAS ['a', 'b']",
    fixed: inTarget("(worker.skills HAS 'a' OR worker.skills HAS 'b')"),
  },
  { code: 'list-as-member', text: inTarget("worker.skills HAS 'a'") },
  {
    code: 'scalar-operator-on-list',
    text: expression("type == ['a', 'b']"),
    at: "type == ['a', 'b']",
    fixed: expression("type IN ['a', 'b']"),
  },
  { code: 'scalar-operator-on-list', text: expression("type IN ['a', 'b']") },
  {
    code: 'never-matches',
    text: expression("type == 'a' AND type == 'b'"),
    at: "type == 'a' AND type == 'b'",
  },
  {
    code: 'never-matches',
    text: inTarget('worker.level > 5 AND worker.level < 3'),
    at: 'worker.level > 5 AND worker.level < 3',
  },
  {
    code: 'never-matches',
    text: inTarget('worker.channel.voice.available_capacity_percentage > 100'),
    at: 'worker.channel.voice.available_capacity_percentage > 100',
  },
  { code: 'never-matches', text: filters('1==0', "type == 'a' AND 1==0") },
  { code: 'never-matches', text: expression("type == 'a' OR type == 'b'") },
  { code: 'never-matches', text: expression("type == '${a}' AND type == '${b}'") },
  {
    code: 'contradiction',
    text: expression("(type == 'a' AND type == 'b') OR vip == true"),
    at: "(type == 'a' AND type == 'b')",
  },
  { code: 'contradiction', text: expression("(type == 'a' AND lang == 'b') OR vip == true") },
  {
    code: 'skip-never-holds',
    text: target({ skip_if: 'worker.available == 0' }),
    at: '"worker.available == 0"',
  },
  {
    code: 'skip-never-holds',
    text: target({ skip_if: 'workers.available < 0' }),
    at: '"workers.available < 0"',
  },
  {
    code: 'skip-never-holds',
    text: target({ skip_if: 'workers.available == 0 OR workers.unavailable > 3' }),
  },
  { code: 'skip-never-holds', text: target({ skip_if: '1==1' }) },
  { code: 'skip-never-holds', text: target({ skip_if: '1==0' }) },
  { code: 'unreachable-target', text: steps({ queue: sales }, { queue: support, timeout: 7 }), at: '{' },
  { code: 'unreachable-target', text: steps({ queue: sales, timeout: 30 }, { queue: support }) },
  {
    code: 'unreachable-target',
    text: steps({ queue: sales, skip_if: 'workers.available == 0' }, { queue: support }),
  },
  { code: 'unreachable-target', text: steps({ queue: sales, timeout: '${timeout}' }, { queue: support }) },
  {
    code: 'shadowed-filter',
    text: filters("type == 'a'", "type == 'a' AND vip == true"),
    at: `"type == 'a' AND vip == true"`,
  },
  { code: 'shadowed-filter', text: filters('1==1', "type == 'b'"), at: `"type == 'b'"` },
  {
    code: 'shadowed-filter',
    text: filters("type == 'a'", "type == 'b'", "type IN ['a', 'b']"),
    at: `"type IN ['a', 'b']"`,
  },
  { code: 'shadowed-filter', text: filters("type == 'a' AND vip == true", "type == 'a'") },
  { code: 'shadowed-filter', text: filters(timed("type == 'a'"), "type == 'a' AND vip == true") },
  { code: 'shadowed-filter', text: filters("type == 'a' AND 1==0", "type == 'a'") },
  { code: 'shadowed-filter', text: filters("type == '${a}'", "type == '${b}'") },
  { code: 'late-filter', text: filters(timed('1==1'), "type == 'b'"), at: `"type == 'b'"` },
  { code: 'late-filter', text: filters(timed("type == 'a'"), "type == 'b'") },
  { code: 'no-default-filter', text: workflow([filter('a == 1')], null), at: '"task_routing"' },
  { code: 'no-default-filter', text: workflow([filter('a == 1')]) },
  { code: 'no-default-filter', text: workflow([filter('a == 1'), filter('1==1')], null) },
  // What the workspace lacks.
  {
    code: 'unknown-sid',
    text: steps({ queue: sales, timeout: 5 }, { queue: sid('WQ', 99) }),
    at: `"${sid('WQ', 99)}"`,
    known: workspace,
  },
  {
    code: 'unknown-sid',
    text: inTarget(`worker.activity_sid == '${sid('WA', 9)}'`),
    at: `'${sid('WA', 9)}'`,
    known: workspace,
  },
  {
    code: 'unknown-sid',
    text: target({ skip_if: `workers.${sid('WA', 9)} == 0` }),
    at: `workers.${sid('WA', 9)}`,
    known: workspace,
  },
  { code: 'unknown-sid', text: target({ skip_if: `workers.${sid('WA', 1)} == 0` }), known: workspace },
  {
    code: 'unknown-sid',
    text: workflow([filter('a == 1', { queue: sid('WQ', 98) })], { queue: sid('WQ', 99) }),
    known: workspace,
  },
  { code: 'unknown-sid', text: steps({ queue: sid('WQ', 99) }) },
  {
    code: 'queue-without-workers',
    text: steps({ queue: sid('WQ', 5) }),
    at: `"${sid('WQ', 5)}"`,
    known: workspace,
  },
  { code: 'queue-without-workers', text: steps({ queue: voicemail }), known: workspace },
  {
    code: 'queue-without-workers',
    text: steps({ queue: sid('WQ', 5) }),
    known: { ...workspace, workers: [] },
  },
  {
    code: 'no-matching-worker',
    text: inTarget("worker.region == 'asia'"),
    at: `"worker.region == 'asia'"`,
    known: workspace,
  },
  { code: 'no-matching-worker', text: inTarget('worker.region == task.region'), known: workspace },
  { code: 'no-matching-worker', text: target({ expression: '1==0' }), known: workspace },
  {
    code: 'unknown-worker-key',
    text: inTarget("worker.skils HAS 'a'"),
    at: 'worker.skils',
    known: workspace,
    fixed: inTarget("worker.skills HAS 'a'"),
  },
  {
    code: 'unknown-worker-key',
    text: inTarget("worker.skills HAS 'a' OR worker.department == 'x'"),
    known: workspace,
  },
  { code: 'unknown-worker-key', text: inTarget("worker.skils HAS 'a'") },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_sid: 'task.agentsid' }),
    at: '"task.agentsid"',
    known: manyTasks({ agent_sid: 'WK1' }),
    fixed: target({ known_worker_sid: 'task.agent_sid' }),
  },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_friendly_name: 'task.customer.agnt' }),
    known: manyTasks({ customer: {} }),
  },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_sid: 'task.agentsid' }),
    known: manyTasks({ agent_sid: 'WK1' }, 19),
  },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_sid: 'task.supervisor' }),
    known: manyTasks({ agent_sid: 'WK1' }),
  },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_sid: 'task.agentsid', expression: 'task.agentsid != null' }),
    known: manyTasks({ agent_sid: 'WK1' }),
  },
  {
    code: 'unknown-task-key',
    text: target({ known_worker_sid: 'task.${agentsid}' }),
    known: manyTasks({ agent_sid: 'WK1' }),
  },
  // TargetWorkers beside a workflow.
  {
    code: 'never-matches',
    text: JSON.stringify({
      queues: [{ target_workers: 'level > 3 AND level < 2' }],
      configuration: JSON.parse(target({})) as object,
    }),
    at: 'level > 3 AND level < 2',
  },
  {
    code: 'expression-syntax',
    text: JSON.stringify({ queue: { targetWorkers: 'level >' }, w: JSON.parse(target({})) as object }),
    at: '>',
  },
  // What other programs call task_routing.
  { code: 'misspelled-key', text: '{"task_routing": {"coding": "a", "default": "b", "filter": "c"}}' },
  {
    code: 'wrong-type',
    text: `// comment\n{"task_routing": {"default_filter": {"queue": "${everyone}"}, },}`,
  },
];
