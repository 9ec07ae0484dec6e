import { titlesIn } from '../taskrouter/attributes';
import type { Message } from '../taskrouter/message';
import type { Task } from '../taskrouter/resources';
import type {
  Change,
  Claim,
  ComparisonLine,
  Confidence,
  Note,
  TaskExplanation,
  Timeline,
  WorkerGroups,
  WorkerLine,
  WorkerExplanation,
  WorkflowTrace,
} from './explanation';
import type { ExplanationFacts } from './facts';
import type { WorkerFacts } from './worker';
import { code, escaped, fenced, hidden, line, written } from './markdownText';
import { clip } from './texts';

export interface MarkdownOptions {
  /**
   * Whether values of the task's and the workers' attributes are written out. Without, each stands as `…`: they may be
   * about customers. Names of workers, queues and workflows, expressions and reasons stay.
   */
  readonly customerData: boolean;
  /** The name of the account. */
  readonly account: string;
}

/** Lines in each group of workers: a ticket needs no more. */
const maxWorkers = 50;
/** So many workers are looked at: details of each take time. */
const maxLines = 500;
const maxNames = 5;

/** Workers of whom the same is said. */
const together = (names: readonly string[]): string =>
  names.length <= maxNames
    ? names.join(', ')
    : `${names.slice(0, maxNames).join(', ')} and ${names.length - maxNames} more`;

/** A whole explanation for a ticket, in the order of the page. Text that others wrote stays text in every renderer. */
export function asMarkdown(
  facts: ExplanationFacts,
  explanation: TaskExplanation,
  timeline: Timeline,
  options: MarkdownOptions,
): string {
  const write = writer(options);
  const { headline, workers, workflow, patterns, changes, notes } = explanation;
  const status = escaped(explanation.status ?? 'gone');
  const task = facts.task ?? facts.lastRead?.task;
  const attributes = options.customerData ? task?.attributes : undefined;
  const ahead = ({ tasksAhead = [] }: Change) =>
    tasksAhead.length > 0
      ? ` (${together(tasksAhead.map((sid) => write.task(sid, facts.waitingTasks)))})`
      : '';
  const sections = [
    `# ${line(write.text(headline.message))}`,
    sureness(headline),
    `Task ${write.task(explanation.taskSid, task ? [task] : [])}, ${status}, at ${time(explanation.at)}`,
    origin(options, facts),
    ...section(
      'What would change it',
      changes.map((change) => write.claim(change) + ahead(change)),
    ),
    ...section(
      'Known problems',
      patterns.map(({ claim, remedy, page }) => `${write.claim(claim)} ${write.text(remedy)} <${page}>`),
    ),
    ...(workflow ? workflowSection(workflow, write) : []),
    ...(workers ? workerSections(workers, write) : []),
    ...section('Timeline', [
      ...timeline.entries.map(({ at, message }) => `${time(at)} ${write.text(message)}`),
      ...timeline.notes.map(({ message }) => write.text(message)),
    ]),
    ...(attributes ? [`## Attributes\n\n${fenced(pretty(attributes), 'json')}`] : []),
    ...section('Not known', notKnown(notes, headline, write)),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The explanation of a worker, in the same manner. */
export function workerAsMarkdown(
  facts: WorkerFacts,
  { workerSid, headline, held, tasks, queues = [], notes }: WorkerExplanation,
  options: MarkdownOptions,
): string {
  const write = writer(options);
  const sections = [
    `# ${line(write.text(headline.message))}`,
    sureness(headline),
    `Worker ${code(workerSid)}, at ${time(facts.now)}`,
    origin(options, facts),
    ...section(
      'Offers and tasks of this worker',
      held.map(
        ({ taskSid, message, queueName, channel }) =>
          `${write.task(taskSid, facts.heldTasks)}: ${[write.text(message), ...[queueName, channel].flatMap((one) => (one ? escaped(one) : []))].join(', ')}`,
      ),
    ),
    ...section(
      'Waiting tasks of their queues',
      tasks.map(
        ({ taskSid, queueName, priority, claim }) =>
          `${write.task(taskSid, facts.waitingTasks)} in ${escaped(queueName)}, priority ${priority}: ${write.claim(claim)}`,
      ),
    ),
    ...section(
      'Queues',
      queues.map(({ queueName, waiting }) =>
        waiting === undefined ? escaped(queueName) : `${escaped(queueName)}: ${waiting} waiting`,
      ),
    ),
    ...section('Not known', notKnown(notes, headline, write)),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** A reason for the headline's doubt stands there. */
const notKnown = (notes: readonly Note[], { because }: Confidence, write: Writer): string[] => {
  const shown = new Set(because.map(write.text));
  return notes.map(({ message }) => write.text(message)).filter((text) => !shown.has(text));
};

const origin = ({ account }: MarkdownOptions, { workspace }: Pick<ExplanationFacts, 'workspace'>): string =>
  workspace
    ? `Account ${escaped(account)}, workspace ${escaped(workspace.friendly_name ?? '')} ${code(workspace.sid)}`
    : `Account ${escaped(account)}`;

const section = (title: string, items: readonly string[], lead?: string): string[] =>
  items.length === 0 && lead === undefined
    ? []
    : [`## ${title}`, ...(lead === undefined ? [] : [line(lead)]), ...(items.length ? [list(items)] : [])];

const list = (items: readonly string[]): string => items.map((item) => `- ${line(item)}`).join('\n');

const workflowSection = ({ workflowName, place, next, filters }: WorkflowTrace, write: Writer): string[] =>
  section(`Workflow ${escaped(workflowName)}`, [
    write.claim(place),
    ...(next ? [`${time(next.at)}: ${write.claim(next.claim)}`] : []),
    ...filters.map(({ name, expression, matches, comparisons }) =>
      [
        // The default filter has nothing to match.
        `Filter ${escaped(name)}${matches ? ' matches' : expression === undefined ? '' : ' does not match'}`,
        ...comparisons.map(write.comparison),
      ].join(', '),
    ),
  ]);

function workerSections(groups: WorkerGroups, write: Writer): string[] {
  const rows = (lines: readonly WorkerLine[]) => {
    const named = new Map<string, string[]>();
    for (const one of lines.slice(0, maxLines)) {
      const text = write.line(one);
      named.set(text, [...(named.get(text) ?? []), escaped(one.name)]);
    }
    const items = [...named].slice(0, maxWorkers).map(([text, names]) => `${together(names)}: ${text}`);
    const written = [...named.values()].slice(0, maxWorkers).reduce((sum, names) => sum + names.length, 0);
    const more = lines.length - written;
    return more > 0 ? [...items, `${more} more`] : items;
  };
  return [
    ...section('Next in line', rows(groups.next), write.claim(groups.order)),
    ...section('Would qualify, but…', rows(groups.wouldQualify)),
    ...section('Qualify, capacity unknown', rows(groups.unknown)),
    ...section('Do not qualify', rows(groups.notQualified.filter((one) => one.reason !== 'not in queue'))),
    ...section('Not in the queue', rows(groups.notQualified.filter((one) => one.reason === 'not in queue'))),
  ];
}

interface Writer {
  readonly text: (message: Message) => string;
  readonly claim: (claim: Claim) => string;
  readonly comparison: (line: ComparisonLine) => string;
  /** By the name that people know, which is data of the customer. */
  readonly task: (sid: string, among: readonly Task[] | undefined) => string;
  readonly line: (line: WorkerLine) => string;
}

function writer({ customerData }: MarkdownOptions): Writer {
  const text = (message: Message) => written(customerData ? message : withoutValues(message));
  const comparison = ({ text: whole, left, right, result }: ComparisonLine) => {
    const values = [left, right]
      .filter(
        ({ text: operand, value }) => value !== undefined && value !== operand && !/^['"[\d]/.test(operand),
      )
      .map(({ text: operand, value }) => `${code(operand)} = ${customerData ? code(value!) : hidden}`);
    return [`${code(whole)} is ${String(result)}`, ...values].join(', ');
  };
  const task: Writer['task'] = (sid, among) => {
    const { attributes } = among?.find((one) => one.sid === sid) ?? {};
    const title = customerData
      ? titlesIn(attributes)
          .map((one) => escaped(clip(one)))
          .find((one) => one)
      : '';
    return title ? `${title} (${code(sid)})` : code(sid);
  };
  return {
    text,
    task,
    claim: (claim) => text(claim.message) + doubt(claim),
    comparison,
    line: ({ message, comparisons }) =>
      comparisons.length > 0 ? comparisons.map(comparison).join('; ') : text(message),
  };
}

/** Arguments that hold values of attributes. */
const valueArguments = ['value', 'reason'];

function withoutValues({ text, args }: Message): Message {
  if (!args) return { text };
  const entries = Object.entries(args).map(([name, value]): [string, string | number | Message] => {
    if (typeof value === 'object') return [name, withoutValues(value)];
    return [name, valueArguments.includes(name) ? hidden : value];
  });
  return { text, args: Object.fromEntries(entries) };
}

const doubt = ({ certainty, because }: Confidence): string =>
  certainty === 'certain' ? '' : ` (probably: ${because.map(written).join(' ')})`;

const sureness = ({ certainty, because }: Confidence): string =>
  certainty === 'certain' ? 'Certain.' : `Probably: ${because.map(written).join(' ')}`;

/** As TaskRouter writes them: in UTC. */
/** Dates from responses can be outside of what a Date can hold. */
function time(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'an unknown time';
  return `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
