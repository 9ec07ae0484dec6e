import fc from 'fast-check';
import type { ExplanationFacts } from '../../src/explanation/facts';

/** Texts that try to be more than text wherever they are shown. */
const hostileTexts = [
  '[x](command:workbench.action.quit)',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '`code` ```fence```',
  '{worker} {count} {__proto__}',
  '@everyone #1 !42',
  '\u202egnp.exe',
  'a\u200bb',
  '\ud800',
  '$(trash) | --- |\n# heading',
  '__proto__',
  'constructor',
  '![x](https://example.com/pixel.png)',
  'https://example.com/?a=1&b=2',
  'see www.example.com, now',
  'WWW.EXAMPLE.COM',
  'ftp://example.com',
  'mailto:rosa@example.com',
  'xmpp:rosa@example.com/x',
  'rosa@example.com',
  'R&D &amp; &lt;b&gt; &#64;',
  '*bold* _it_ __x__ snake_case ~~gone~~ ~x~',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '2) item',
  '> quote',
  '***',
  '---',
  '===',
  '[ ] task',
  '[x]: https://example.com',
  '[^1] [^1]: note',
  '| a | b |',
  ':--|--:',
  '~~~',
  '```',
  '\\\\`x`\\',
  '``',
  '   ',
  'www',
  '$x$ $$y$$',
  'GH-1 #1 !2 $3 %4 ~5 &6 ^7',
  ':smile:',
];
export const hostile = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** Replaces texts that others write. */
export const spoiled = (facts: ExplanationFacts, texts: readonly string[]): ExplanationFacts => {
  let next = 0;
  const text = () => texts[next++ % texts.length]!;
  return {
    ...facts,
    task: {
      ...facts.task!,
      attributes: JSON.stringify({ topic: 'billing', language: text(), [text()]: text() }),
      reason: text(),
    },
    workflow: { ...facts.workflow!, friendly_name: text() },
    queues: facts.queues.map((queue) => ({ ...queue, friendly_name: text() })),
    activities: facts.activities.map((activity) => ({ ...activity, friendly_name: text() })),
    workers: facts.workers.map((worker) => ({
      ...worker,
      friendly_name: text(),
      activity_name: text(),
      attributes: JSON.stringify({ languages: [text()], [text()]: text() }),
    })),
    events: (facts.events ?? []).map((event) => ({
      ...event,
      event_data: {
        ...(event.event_data as object),
        task_queue_name: text(),
        worker_name: text(),
        workflow_filter_name: text(),
      },
    })),
  };
};
