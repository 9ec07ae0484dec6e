/**
 * A workflow of 1 MB that is edited: how long after a keystroke its diagnostics are there, and for how long at a time
 * checking it keeps the extension host from other things. Alone: `npx tsx test/bench/workflow.ts`.
 */
import '../vscodeInNode.cjs';
import { inSlices } from '../../src/slices';
import { diagnose } from '../../src/workflow/diagnostics/diagnose';
import type { ParsedExpressions } from '../../src/workflow/document';
import { readDocument } from '../../src/workflow/document';
import { everyone, filter, sales, support, workflow, workspace } from '../workflow/workflows';
import type { Figure } from './figures';
import { median, ms, table } from './figures';

const keystrokes = 20;
/** What a person types in less time is checked once: `openWorkflows.ts`. Milliseconds. */
const debounce = 60;

export async function editedWorkflow(): Promise<Figure[]> {
  const parsed: ParsedExpressions = new Map();
  const original = ofOneMegabyte();
  await check(original, parsed);
  const runs: Checked[] = [];
  for (let i = 0; i < keystrokes; i++) {
    const at = original.indexOf(`'type ${i * 50}'`);
    runs.push(await check(`${original.slice(0, at + 1)}x${original.slice(at + 1)}`, parsed));
  }
  const first = await check(original, new Map());
  const took = median(runs.map(({ took: one }) => one)) + debounce;
  const blocked = Math.max(...runs.map(({ blocked: one }) => one));
  const note = `${(original.length / 1e6).toFixed(2)} MB, ${keystrokes} keystrokes`;
  return [
    { work: 'diagnostics after a keystroke, ms', ours: ms(took), value: took, aim: 200, note },
    { work: 'longest block of the extension host meanwhile, ms', ours: ms(blocked), value: blocked, aim: 50 },
    { work: 'diagnostics of a document that was just opened, ms', ours: ms(first.took) },
    { work: 'longest block meanwhile, ms', ours: ms(first.blocked), value: first.blocked, aim: 50 },
  ];
}

interface Checked {
  readonly took: number;
  readonly blocked: number;
}

/** As `openWorkflows.ts` does. */
async function check(text: string, parsed: ParsedExpressions): Promise<Checked> {
  const clock = { elapsed: () => performance.now() };
  let [last, blocked] = [performance.now(), 0];
  const beat = () => {
    const now = performance.now();
    blocked = Math.max(blocked, now - last);
    last = now;
    beating = setImmediate(beat);
  };
  let beating = setImmediate(beat);
  const started = performance.now();
  const document = await inSlices(readDocument(text, parsed), clock, () => true);
  await inSlices(diagnose(document!, workspace), clock, () => true);
  const took = performance.now() - started;
  clearImmediate(beating);
  return { took, blocked: Math.max(blocked, performance.now() - last) };
}

/** Filters with escalating targets, as production has them. */
function ofOneMegabyte(): string {
  const step = (expression: string) => ({ queue: sales, expression, timeout: 30, priority: 5 });
  const one = (i: number) =>
    filter(
      `type == 'type ${i}' AND (language == 'en' OR language IN ['es', 'ca']) AND tier >= ${i % 5}`,
      step(`worker.level >= ${i % 9} AND worker.skills HAS task.type`),
      { ...step('worker.skills HAS task.type'), queue: support },
      { queue: everyone },
    );
  const textOf = (count: number) =>
    JSON.stringify(JSON.parse(workflow(Array.from({ length: count }, (_, n) => one(n)))), null, 2);
  return textOf(Math.ceil((1000 * 1_000_000) / textOf(1000).length));
}

if (require.main === module)
  void editedWorkflow().then((figures) => console.log(table('A workflow of 1 MB that is edited', figures)));
