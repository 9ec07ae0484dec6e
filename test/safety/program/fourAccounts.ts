import type { Account } from '../../../src/extension/accounts/account';
import type { Simulator } from '../../../src/simulator/simulator';
import { createSimulator, lively, manualClock } from '../../../src/simulator/simulator';
import type { Fetch, FetchResponse } from '../../../src/taskrouter/fetch';
import { answer, canary, refusal, socketError } from '../../extension/window';
import { EditorWindow, Persisted } from './editor';
import type { Outside, Program } from './program';
import type { TreeOnScreen } from './treeOnScreen';

const second = 1000;
const minute = 60 * second;

/** How an account fails for some minutes. */
type Failure = (path: string) => FetchResponse | 'reset' | undefined;
const isEvents = (path: string) => path.includes('/Events');
const failures: readonly Failure[] = [
  () => answer(429, { code: 20429, message: 'Too Many Requests', status: 429 }, { 'retry-after': '5' }),
  () => answer(503, 'Service Unavailable'),
  (path) => (isEvents(path) ? refusal(403, 20403, 'Forbidden') : undefined),
  (path) => (isEvents(path) ? answer(200, '{"events": [{"sid": ') : undefined),
  (path) => (path.includes('/Reservations') ? answer(500, 'Internal Server Error') : undefined),
  () => 'reset',
];

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < 10; i++) next();
  return next;
}

/** One window with four accounts at Twilio, each with contact centers that live, in virtual time. */
export class FourAccounts {
  readonly clock = manualClock();
  readonly simulators: readonly Simulator[];
  readonly violations: string[] = [];
  readonly random: () => number;
  readonly window: EditorWindow;
  /** When each failure ends, in milliseconds since 1970. */
  private readonly failing = new Map<Simulator, { readonly until: number; readonly failure: Failure }>();

  constructor(start: (outside: Outside) => Program, seed: number) {
    const { clock } = this;
    this.random = randomFrom(seed);
    this.simulators = [1, 2, 3, 4].map((i) =>
      createSimulator({ clock, seed: 4 * seed + i, scenario: lively, authToken: canary }),
    );
    const persisted = new Persisted();
    Object.assign(persisted.settings, {
      'taskrouter.refreshInterval': 10,
      'taskrouter.requestsPerMinute': 60,
    });
    for (const { id } of this.accounts) persisted.secrets.set(`account.${id}`, canary);
    void persisted.globalState.update('accounts', this.accounts);
    this.window = new EditorWindow({
      persisted,
      now: () => clock.now(),
      pending: (what, work) => void work.catch((error) => this.violations.push(`${what}: ${String(error)}`)),
      violation: (text) => this.violations.push(text),
      onText: () => undefined,
    });
    const program = start({
      ...{ clock, vscode: this.window.api, network: this.network, files: persisted.files },
      startSimulator: () => {
        throw new Error('There is no simulated account.');
      },
      isAlive: () => true,
    });
    program.activate(this.window.context);
    this.live.show(true);
  }

  get live(): TreeOnScreen {
    return this.window.trees.get('taskrouter.live')!;
  }

  async pass(milliseconds: number): Promise<void> {
    const { clock } = this;
    const end = clock.now() + milliseconds;
    for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
      if (next > clock.now()) this.live.rest();
      clock.advance(next - clock.now());
      await turn();
    }
    clock.advance(end - clock.now());
    await turn();
  }

  /** One account fails for up to five minutes. */
  fail(): void {
    const pick = <T>(of: readonly T[]) => of[Math.floor(this.random() * of.length)]!;
    const until = this.clock.now() + (0.5 + 4.5 * this.random()) * minute;
    this.failing.set(pick(this.simulators), { until, failure: pick(failures) });
  }

  end(): void {
    for (const one of this.window.subscriptions) one.dispose();
    for (const simulator of this.simulators) simulator.stop();
    this.window.end();
  }

  private get accounts(): readonly Account[] {
    return this.simulators.map(({ accountSid }, i) => ({
      ...({ id: `${i}`, kind: 'twilio', name: `Account ${i}`, secretId: `${i}` } as const),
      ...({ origin: 'https://taskrouter.twilio.com', environment: 'production', readOnly: false } as const),
      username: accountSid,
    }));
  }

  private readonly network: Fetch = async (url, init) => {
    const header = Object.entries(init.headers).find(([name]) => name.toLowerCase() === 'authorization')![1];
    const [username] = Buffer.from(header.split(' ')[1]!, 'base64').toString().split(':');
    const simulator = this.simulators.find(({ accountSid }) => accountSid === username)!;
    const takes = 50 + 450 * this.random();
    await new Promise<void>((resolve) => void this.clock.setTimeout(resolve, takes));
    const { until = 0, failure } = this.failing.get(simulator) ?? {};
    const failed = this.clock.now() < until ? failure?.(new URL(url).pathname) : undefined;
    if (failed === 'reset') throw socketError('ECONNRESET', 'read');
    return failed ?? simulator.fetch(url, init);
  };
}

/** Everything that waits for nothing but other code runs. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
