import { unseenCharacter } from '../taskrouter/characters';
import { inEnglish } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type {
  Claim,
  ComparisonLine,
  Confidence,
  TaskExplanation,
  Timeline,
  WorkerGroups,
  WorkerLine,
} from './explanation';
import type { ExplanationFacts } from './facts';

export interface MarkdownOptions {
  /**
   * Whether values of the task's and the workers' attributes are written out. Without, each stands as `…`: they may be
   * about customers. Names of workers, queues and workflows, expressions and reasons stay.
   */
  readonly customerData: boolean;
}

/** Workers listed in each group: a ticket needs no more. */
const maxWorkers = 50;

/** A whole explanation for a ticket. Text that others wrote is escaped: it stays text in every renderer. */
export function asMarkdown(
  facts: ExplanationFacts,
  explanation: TaskExplanation,
  { entries }: Timeline,
  options: MarkdownOptions,
): string {
  const write = writer(options);
  const { headline, workers, workflow, patterns, changes, notes } = explanation;
  const sections = [
    `# ${write.text(headline.message)}`,
    `Task \`${code(explanation.taskSid)}\`, ${explanation.status ?? 'gone'}, at ${new Date(explanation.at).toISOString()}${doubt(headline)}`,
    ...section(
      'Patterns',
      patterns.map(({ claim, remedy, page }) => `${write.claim(claim)} ${write.text(remedy)} <${page}>`),
    ),
    ...(workflow
      ? section(`Workflow ${escaped(workflow.workflowName)}`, [
          write.claim(workflow.place),
          ...(workflow.next ? [`${time(workflow.next.at)}: ${write.claim(workflow.next.claim)}`] : []),
          ...workflow.filters.map(({ name, matches, comparisons }) =>
            [
              `Filter ${escaped(name)} ${matches ? 'matches' : 'does not match'}`,
              ...comparisons.map(write.comparison),
            ].join(', '),
          ),
        ])
      : []),
    ...(workers ? workerSections(workers, write) : []),
    ...section(
      'What would change it',
      changes.map((change) => write.claim(change)),
    ),
    ...section(
      'Timeline',
      entries.map(({ at, message }) => `${time(at)} ${write.text(message)}`),
    ),
    ...(options.customerData && facts.task?.attributes
      ? [`## Attributes\n\n${fenced(facts.task.attributes)}`]
      : []),
    ...section(
      'Notes',
      notes.map(({ message }) => write.text(message)),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`## ${title}\n\n${items.map((item) => `- ${item}`).join('\n')}`];

function workerSections(groups: WorkerGroups, write: Writer): string[] {
  const named = (title: string, lines: readonly WorkerLine[]) => {
    const items = lines.slice(0, maxWorkers).map((line) => `${escaped(line.name)}: ${write.line(line)}`);
    const more = lines.length - items.length;
    return section(title, more > 0 ? [...items, `${more} more`] : items);
  };
  return [
    ...named('Next', groups.next),
    ...named('Qualified, not free', groups.wouldQualify),
    ...named('Capacity not read', groups.unknown),
    ...named('Not qualified', groups.notQualified),
  ];
}

interface Writer {
  readonly text: (message: Message) => string;
  readonly claim: (claim: Claim) => string;
  readonly comparison: (line: ComparisonLine) => string;
  readonly line: (line: WorkerLine) => string;
}

function writer({ customerData }: MarkdownOptions): Writer {
  const text = (message: Message) => escaped(inEnglish(customerData ? message : withoutValues(message)));
  const comparison = ({ text: written, left, right, result }: ComparisonLine) => {
    const values = [left, right]
      .filter(
        ({ text: operand, value }) => value !== undefined && value !== operand && !/^['"[\d]/.test(operand),
      )
      .map(({ text: operand, value }) => `${escaped(operand)} = ${customerData ? escaped(value!) : '…'}`);
    return [`\`${code(written)}\` is ${String(result)}`, ...values].join(', ');
  };
  return {
    text,
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
    return [name, valueArguments.includes(name) ? '…' : value];
  });
  return { text, args: Object.fromEntries(entries) };
}

const doubt = ({ certainty, because }: Confidence): string =>
  certainty === 'certain' ? '' : ` (probably: ${because.map((one) => escaped(inEnglish(one))).join(' ')})`;

const time = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);

const unseen = new RegExp(unseenCharacter.source, 'gu');

/** One line, without what nobody sees. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(unseen, '').trim();

/** Every character that Markdown or HTML may read as more than text; also @ and #, which mention people and issues. */
const escaped = (text: string): string =>
  plain(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~$^=:/]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');

/** Inside backticks nothing is read but a backtick. */
const code = (text: string): string => plain(text).replaceAll('`', 'ˋ');

/** A block that its content cannot end: its fence is longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const lines = pretty(text)
    .split('\n')
    .map((line) => line.replace(unseen, ''));
  return `${fence}json\n${lines.join('\n')}\n${fence}`;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
