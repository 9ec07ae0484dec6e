import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import type { Account } from '../../src/extension/accounts/account';
import type { AccountsOptions } from '../../src/extension/accounts/accounts';
import type { Connection } from '../../src/extension/accounts/connections';
import { Accounts } from '../../src/extension/accounts/accounts';
import type { Clock } from '../../src/extension/data/clock';
import { RequestBudget } from '../../src/extension/data/requestBudget';
import { Store } from '../../src/extension/data/store';
import type { ManualClock, Scenario, Simulator } from '../../src/simulator/simulator';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { Exchange, Row } from '../../src/taskrouter/client';
import { createClient } from '../../src/taskrouter/client';
import type { Fetch, FetchInit, FetchResponse } from '../../src/taskrouter/fetch';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { still } from './centre';

/** As one that was signed in to by hand; nothing answers for it. */
export const productionAccount: Account = {
  id: 'one',
  kind: 'twilio',
  name: 'Twilio AC…1234',
  origin: 'https://taskrouter.twilio.com',
  username: `AC${'1'.repeat(32)}`,
  environment: 'production',
  readOnly: false,
};

/** The Auth Token of every simulator here. It may be found in the secret storage and in a header, nowhere else. */
export const canary = 'canary-4f1d-never-show-me';

/** Stands between a client and the simulator; `pass` lets the request through. */
export type Wire = (
  request: FetchInit & { readonly url: URL },
  pass: () => Promise<FetchResponse>,
) => Promise<FetchResponse>;

/** vscode.Memento; what goes in comes out as a copy, as after a restart. */
export class FakeMemory {
  private readonly texts = new Map<string, string>();
  get<T>(key: string): T | undefined {
    const text = this.texts.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }
  update(key: string, value: unknown): Promise<void> {
    this.texts.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
  dump(): string {
    return JSON.stringify([...this.texts]);
  }
}

/** vscode.SecretStorage. */
export class FakeSecrets extends Map<string, string> {
  /** Until it resolves, no secret is deleted. */
  held: Promise<void> | undefined;
  store(key: string, value: string): Promise<void> {
    this.set(key, value);
    return Promise.resolve();
  }
}

/** Time that stands still until it is moved. */
export type WindowClock = ManualClock & Clock;
export function windowClock(): WindowClock {
  const clock = manualClock();
  return Object.assign(clock, { elapsed: () => clock.now() });
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a window has of ours, over a simulator whose time stands still. */
export interface TestWindow {
  readonly clock: WindowClock;
  readonly simulator: Simulator;
  readonly memory: FakeMemory;
  readonly secrets: FakeSecrets;
  readonly accounts: Accounts;
  readonly store: Store;
  readonly budget: RequestBudget;
  /** Every request that left, whether it arrived or not. */
  readonly sent: Sent[];
  readonly exchanges: Exchange[];
  /** How often a simulator has been started, and stopped. */
  readonly simulators: { started: number; stopped: number };
  /** Receives each exchange, as the log does. */
  onExchange: AccountsOptions['onExchange'];
  /** Puts something between client and simulator. */
  wire: Wire;
  /** Signs in to the simulator as if it were Twilio. */
  signIn(): Promise<Account>;
  /** Deletes what the secret storage has, as another window can. */
  loseSecrets(): Promise<void>;
}

/** `beside` is another window of the same VS Code: what it keeps, and the TaskRouter, are the same. */
export function openWindow(
  options: { scenario?: Scenario; memory?: FakeMemory; beside?: TestWindow; limit?: () => number } = {},
): TestWindow {
  const { beside } = options;
  const clock = beside?.clock ?? windowClock();
  const simulator =
    beside?.simulator ?? createSimulator({ clock, authToken: canary, scenario: options.scenario ?? still });
  const memory = beside?.memory ?? options.memory ?? new FakeMemory();
  const secrets = beside?.secrets ?? new FakeSecrets();
  const sent: Sent[] = [];
  const exchanges: Exchange[] = [];
  const budget = new RequestBudget({ clock, limit: options.limit ?? (() => 600) });
  const simulators = { started: 0, stopped: 0 };
  const fetch: Fetch = (url, init) => {
    const parsed = new URL(url);
    sent.push({
      method: init.method,
      path: parsed.pathname + parsed.search,
      body: init.body ?? '',
      headers: init.headers,
    });
    return window.wire({ ...init, url: parsed }, () => simulator.fetch(url, init));
  };
  const accounts = new Accounts({
    memory,
    secrets: {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: (key, value) => secrets.store(key, value),
      delete: (key) => {
        const remove = () => void secrets.delete(key);
        return secrets.held ? secrets.held.then(remove) : Promise.resolve(remove());
      },
    },
    fetch,
    startSimulator: () => {
      simulators.started++;
      const { accountSid, authToken, delivery } = simulator;
      const stop = () => void simulators.stopped++;
      return Promise.resolve({ accountSid, authToken, fetch, delivery, stop });
    },
    onExchange: (account, exchange, request) => {
      exchanges.push(exchange);
      window.onExchange(account, exchange, request);
    },
    limitOf: (accountId) => budget.limitOf(accountId),
  });
  const window: TestWindow = {
    clock,
    simulator,
    memory,
    secrets,
    accounts,
    store: new Store(
      (accountId) => accounts.connect(accountId),
      () => clock.now(),
    ),
    budget,
    sent,
    exchanges,
    simulators,
    onExchange: () => undefined,
    wire: (_request, pass) => pass(),
    loseSecrets: async () => {
      const keys = [...secrets.keys()];
      secrets.clear();
      for (const key of keys) await accounts.secretChanged(key);
    },
    signIn: async () => (await accounts.signIn(entryOf(simulator), canary)).account,
  };
  return window;
}

export const entryOf = (simulator: Simulator) =>
  ({
    kind: 'twilio',
    name: 'Test account',
    origin: defaultOrigin,
    username: simulator.accountSid,
    environment: 'production',
    readOnly: false,
  }) as const;

/** Talks to the simulator past the window: as somebody else would. */
export function clientOf(simulator: Simulator) {
  const { accountSid, authToken, fetch } = simulator;
  return createClient({ fetch, origin: defaultOrigin, username: accountSid, password: authToken });
}

/** A reservation and the SIDs around it. */
export interface Found {
  readonly workspaceSid: string;
  readonly taskSid: string;
  readonly workerSid: string;
  readonly sid: string;
  /** As its task shows it. */
  readonly row: Row;
}

/** The first reservation of the first workspace that has this status. */
export async function findReservation(simulator: Simulator, status: string): Promise<Found> {
  const client = clientOf(simulator);
  const workspaceSid = await workspaceOf(simulator);
  const tasks = await client.list(resources.tasks, [workspaceSid]);
  for (const task of tasks.rows) {
    const { rows } = await client.list(resources.taskReservations, [workspaceSid, task.sid]);
    const row = rows.find((one) => one['reservation_status'] === status);
    if (!row) continue;
    const { sid } = row;
    return { workspaceSid, taskSid: task.sid, workerSid: String(row['worker_sid']), sid, row };
  }
  throw new Error(`No reservation is ${status}.`);
}

/** The SID of the first workspace. */
export async function workspaceOf(simulator: Simulator): Promise<string> {
  const { rows } = await clientOf(simulator).list(resources.workspaces, []);
  return rows[0]!.sid;
}

/** An answer that TaskRouter might give, or something between it and us. */
export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): FetchResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const stream = (function* () {
    yield text;
  })();
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    // A for await loop takes what is not async as well.
    body: stream as unknown as AsyncIterable<string>,
  };
}

export const html = '<!doctype html><title>Welcome to Airport Wi-Fi</title>';

/** TaskRouter's refusal. */
export const refusal = (status: number, code: number, message: string): FetchResponse =>
  answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

/** What a socket's error looks like from a fetch. */
export const socketError = (code: string, syscall?: string): Error =>
  Object.assign(new TypeError('fetch failed'), { code, ...(syscall ? { syscall } : {}) });

/** Answers never; rejects when the request is given up. */
export const silence = ({ signal }: FetchInit): Promise<FetchResponse> =>
  new Promise((_resolve, reject) => {
    signal!.addEventListener('abort', () => reject(new Error('aborted')));
  });

/** A gate that requests wait at; once open it stays open. */
export function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** Lets everything that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** While `body` runs, a read that is tried again is so at once. */
export async function withoutJitter<T>(body: () => Promise<T>): Promise<T> {
  const { random } = Math;
  Math.random = () => 0;
  try {
    return await body();
  } finally {
    Math.random = random;
  }
}

/** While `body` runs, the client's deadline passes when `pass` is called, and not before. */
export async function withDeadlineInHand<T>(body: (pass: () => void) => Promise<T>): Promise<T> {
  const real = globalThis.setTimeout;
  let latest: (() => void) | undefined;
  const held = ((run: () => void, milliseconds?: number) => {
    if (milliseconds !== 15_000) return real(run, milliseconds);
    latest = run;
    return real(() => undefined, 0);
  }) as unknown as typeof setTimeout;
  globalThis.setTimeout = held;
  try {
    return await body(() => latest?.());
  } finally {
    globalThis.setTimeout = real;
  }
}

/** Nothing that anybody could print of this holds a secret, as it is or in base64. */
export function assertClean(value: unknown, secrets: readonly string[] = [canary]): void {
  const printed = [
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: Infinity }),
    typeof value === 'object' ? (JSON.stringify(value) ?? '') : '',
    String(value),
    value instanceof Error ? `${value.stack} ${value.message}` : '',
  ].join('\n');
  for (const secret of secrets) {
    assert.ok(!printed.includes(secret), 'a secret can be printed');
    for (const encoded of inBase64(secret))
      assert.ok(!printed.includes(encoded), 'a secret can be printed, encoded');
  }
}

/** What stands of a text in base64 wherever it begins: three ways, without the ends that depend on its neighbours. */
export const inBase64 = (text: string): string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from('x'.repeat(before) + text)
      .toString('base64')
      .slice(before && before + 1, -4),
  );

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
}

export type { Connection, Row };
