// Prints, as JSON, how long explaining a task takes: for taskPage.ts.
import { center } from '../extension/features/task/center';
import { stage } from '../extension/features/task/taskStage';
import { largeFacts, longExpression } from '../explanation/largeWorkspace';
import { explaining } from '../../src/explanation/explain';
import { RoutingRules } from '../../src/explanation/routingRules';
import { machineClock } from '../../src/extension/data/clock';
import { inSlices } from '../../src/slices';
import { ExpressionLibrary } from '../../src/routing/expressions/library';
import { parseAttributes } from '../../src/routing/expressions/scope';

/** In milliseconds, one of each round. */
export interface TaskPageTimes {
  readonly explained: number[];
  readonly evaluated: number[];
  /** The longest stretch in which nothing else could run. */
  readonly longest: number[];
  readonly headlines: number[];
}

const rounds = 7;
const size = { workers: 5000, comparisons: 100, waitingTasks: 1000 };

async function main(): Promise<void> {
  const times: TaskPageTimes = { explained: [], evaluated: [], longest: [], headlines: [] };
  for (let i = 0; i < rounds; i++) {
    times.evaluated.push(evaluateOnce());
    const [whole, longest] = await explainOnce();
    times.explained.push(whole);
    times.longest.push(longest);
  }
  await measureHeadlines(times.headlines);
  console.log(JSON.stringify(times));
}

function evaluateOnce(): number {
  const facts = largeFacts(size);
  const workers = facts.workers.map((one) => ({
    sid: one.sid,
    friendlyName: one.friendly_name ?? '',
    activitySid: one.activity_sid ?? '',
    activityName: one.activity_name ?? '',
    attributes: parseAttributes(one.attributes ?? ''),
  }));
  const task = parseAttributes(facts.task!.attributes ?? '');
  const started = performance.now();
  const { test } = new ExpressionLibrary().expression(longExpression(size.comparisons), 'target');
  for (const worker of workers) if (test({ task, worker })) throw new Error('No worker qualifies.');
  return performance.now() - started;
}

async function explainOnce(): Promise<readonly [whole: number, longest: number]> {
  const facts = largeFacts(size);
  let longest = 0;
  let last = performance.now();
  const started = last;
  // A pause is when the question is asked.
  const paused = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    return true;
  };
  await inSlices(explaining(facts, new RoutingRules()), machineClock, paused);
  paused();
  return [performance.now() - started, longest];
}

async function measureHeadlines(headlines: number[]): Promise<void> {
  const on = await stage(center(size.workers, 0));
  const taskSid = await on.taskNamed('Rosa Hazel');
  await on.reads(taskSid).readForHeadline();
  for (let i = 0; i < rounds; i++) {
    const started = performance.now();
    const reads = on.reads(taskSid);
    await reads.readForHeadline();
    await inSlices(explaining(reads.facts()), machineClock, () => true);
    headlines.push(performance.now() - started);
    reads.dispose();
  }
}

void main();
