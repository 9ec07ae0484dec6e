import type { ClaimView, ComparisonView, TaskState } from '../../../webview/task/protocol';

/** No character of a text means anything in Markdown, and nothing in it becomes a link. */
const escaped = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[!-/:-@[-`{-~]/g, (character) => `\\${character}`);

/** A code block: its fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const claimText = ({ text, probable, because }: ClaimView, { probable: word }: TaskState['texts']): string =>
  probable ? `${escaped(text)} *${[word, ...because].map(escaped).join(' ')}*` : escaped(text);

const comparisonText = ({ text, result, values }: ComparisonView): string =>
  `${{ true: '✓', false: '✗', unknown: '?' }[result]} ${escaped(text)} (${escaped(values)})`;

/** More workers than these would hide the rest of a ticket. */
const maxWorkers = 20;

/** What the page shows, for a ticket. */
export function taskMarkdown(state: TaskState): string {
  const { texts, subject, headline, workflow, workers, timeline, fields, attributes } = state;
  const section = (title: string, lines: readonly string[]) =>
    lines.length ? [`## ${escaped(title)}`, lines.join('\n')] : [];
  const item = (text: string) => `- ${text}`;
  return [
    `# ${headline ? escaped(headline.text) : escaped(subject.title)}`,
    headline?.probable ? `*${[texts.probable, ...headline.because].map(escaped).join(' ')}*` : '',
    [subject.title, ...subject.facts.map(({ label, text }) => `${label}: ${text}`), subject.sid]
      .map(escaped)
      .join(' · '),
    ...section(
      texts.changes,
      state.changes.map((change) => item(claimText(change, texts))),
    ),
    ...section(
      texts.patterns,
      state.patterns.map(({ claim, remedy }) => item(`${claimText(claim, texts)} ${escaped(remedy)}`)),
    ),
    ...section(
      workflow ? `${texts.workflow} ${workflow.name}` : '',
      workflow ? workflowLines(workflow, texts) : [],
    ),
    ...(workers?.groups.flatMap(({ kind, rows }) =>
      section(`${texts[kind]} (${rows.length})`, [
        ...rows
          .slice(0, maxWorkers)
          .map(({ name, activity, text }) =>
            item(`${escaped(name)}, ${escaped(activity)}: ${escaped(text)}`),
          ),
        ...(rows.length > maxWorkers ? [item('…')] : []),
      ]).filter(() => rows.length > 0),
    ) ?? []),
    ...section(
      texts.timeline,
      timeline?.rows.map(({ at, text, duration, why }) =>
        item(
          [
            new Date(at).toISOString(),
            escaped(text),
            duration && `(${escaped(duration)})`,
            why && claimText(why, texts),
          ]
            .filter(Boolean)
            .join(' '),
        ),
      ) ?? [],
    ),
    ...section(texts.attributes, attributes === undefined ? [] : [fenced(attributes, 'json')]),
    ...section(
      texts.details,
      fields.map(([name, value]) => item(`${escaped(name)}: ${escaped(value)}`)),
    ),
    ...section(
      texts.notes,
      state.notes.map((note) => item(escaped(note))),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function workflowLines(
  { place, next, changed, filters }: NonNullable<TaskState['workflow']>,
  texts: TaskState['texts'],
): string[] {
  return [
    claimText(place, texts),
    ...(next ? [`${new Date(next.at).toISOString()}: ${claimText(next, texts)}`] : []),
    ...(changed === undefined ? [] : [escaped(changed)]),
    '',
    ...filters.flatMap(({ name, isDefault, matches, comparisons, targets }) => [
      `- ${matches ? '**' : ''}${escaped(isDefault ? texts.defaultFilter : name)}${matches ? '**' : ''}`,
      ...comparisons.map((line) => `  - ${comparisonText(line)}`),
      ...targets.map(
        ({ queue, state: where, details }) => `  - ${[queue, where, ...details].map(escaped).join(', ')}`,
      ),
    ]),
  ];
}
