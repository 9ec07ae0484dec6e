/**
 * Callbacks to an application on this machine: what one costs beside a bare request, and whether 50 a second delay the
 * simulator's clock. Alone: `npx tsx test/bench/callbacks.ts`.
 */
import '../vscodeInNode.cjs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { deliverAssignment } from '../../src/callbacks/deliver';
import type { Clock, Scenario } from '../../src/simulator/simulator';
import { createSimulator, pacedClock, systemClock } from '../../src/simulator/simulator';
import { encodeParameters } from '../../src/taskrouter/requests';
import { assignment, json, serveApplication } from '../callbacks/application';
import { quiet } from '../simulator/driver';
import type { Figure } from './figures';
import { median, ms, table } from './figures';

const pairs = 500;
const rounds = 4;
/** Of each run. */
const seconds = 5;
const perSecond = 50;

export async function callbacks(): Promise<Figure[]> {
  const application = fork(__filename, ['application'], { execArgv: ['--import', 'tsx'] });
  try {
    const [url] = (await once(application, 'message')) as [string];
    return [await oneCallback(url), ...(await manyCallbacks(url))];
  } finally {
    application.kill();
  }
}

/** In turns, each on a connection of its own. */
async function oneCallback(url: string): Promise<Figure> {
  const parameters = assignmentParameters(assignment);
  const body = encodeParameters(parameters);
  const authToken = 'f'.repeat(32);
  const timed = async (run: () => Promise<unknown>) => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  const times: [ours: number, bare: number][] = [];
  for (let i = 0; i < pairs; i++) {
    const bare = await timed(() => post(url, body));
    times.push([await timed(() => deliverAssignment({ url }, parameters, { authToken })), bare]);
  }
  const value = median(times.map(([ours, bare]) => ours - bare));
  return {
    work: `a callback, signed and its answer read; over a bare POST of the same ${body.length} bytes, ms`,
    ours: ms(median(times.map(([ours]) => ours))),
    other: ms(median(times.map(([, bare]) => bare))),
    ...{ value, aim: 3, note: `${pairs} pairs` },
  };
}

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'Content-Length': body.length,
    };
    request(url, { method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
}

/** The same scenario at the machine's speed, with an application and without one, in turns. */
async function manyCallbacks(url: string): Promise<Figure[]> {
  const without: number[] = [];
  const withThem: number[] = [];
  let answered = 0;
  for (let round = 0; round < rounds; round++) {
    await run(undefined, without);
    answered += await run(url, withThem);
  }
  const delay = (part: number) => at(withThem, part) - at(without, part);
  const rate = answered / (rounds * seconds);
  return [
    {
      work: `offers at ${perSecond} callbacks a second: later than the clock says, median; over those without callbacks, ms`,
      ours: ms(at(withThem, 0.5)),
      other: ms(at(without, 0.5)),
      ...{ value: delay(0.5), aim: 1, note: `${rate.toFixed(1)} answers a second` },
    },
    {
      work: '  the latest of 100, ms',
      ours: ms(at(withThem, 0.99)),
      other: ms(at(without, 0.99)),
      ...{ value: delay(0.99), aim: 10 },
    },
  ];
}

/** The value below which this part of them is. */
const at = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))]!;

/** Returns how many callbacks were answered; adds to `late` by how many milliseconds each timer was late. */
async function run(url: string | undefined, late: number[]): Promise<number> {
  const clock = pacedClock({}, measured(late));
  const callbacks = url === undefined ? {} : { callbacks: { url } };
  const simulator = createSimulator({ clock, scenario: busy(), ...callbacks });
  let answered = 0;
  simulator.delivery.observe(() => answered++);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  simulator.stop();
  return answered;
}

/** The machine's clock, which notes how late each timer is. */
function measured(late: number[]): Clock {
  const machine = systemClock();
  return {
    ...machine,
    setTimeout(run, wait) {
      const due = performance.now() + wait;
      return machine.setTimeout(() => {
        late.push(performance.now() - due);
        run();
      }, wait);
    },
  };
}

/** A new task every 20 ms, offered at once to one of the workers, who have room for all of them. */
const busy = (): Scenario =>
  quiet({
    workers: Array.from({ length: 20 }, (_, i) => ({
      ...{ name: `Worker ${i}`, activity: 'Available', attributes: { skills: ['all'] } },
      capacity: { voice: 200 },
    })),
    tasks: [],
    life: {
      // Intervals are capped at three times their mean, which is less than the second that is their minimum.
      arrivalEvery: 1 / perSecond / 3,
      arrivals: [{ weight: 1, workflow: 'Calls', channel: 'voice', attributes: { customer: '{customer}' } }],
      ...{ pendingAtLeast: 0, waitingAtMost: 1000, leftToPerson: 0, rejected: 0, forgottenAfter: 600 },
      ...{ answerAfter: [1, 2], talk: [5, 10], wrapUp: [1, 2], backAfter: [1, 2] },
    },
  });

async function serve(): Promise<void> {
  const { url } = await serveApplication(json({ instruction: 'accept' }));
  process.send!(url);
}

if (process.argv[2] === 'application') {
  void serve();
  process.on('disconnect', () => process.exit());
} else if (require.main === module)
  void callbacks().then((figures) =>
    console.log(table('Callbacks to an application on this machine', figures)),
  );
