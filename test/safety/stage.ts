import { networkFetch } from '../../src/extension/data/networkFetch';
import type { Account } from '../../src/extension/accounts/account';
import type { Connection } from '../../src/extension/accounts/connections';
import { Accounts } from '../../src/extension/accounts/accounts';
import { createSend } from '../../src/extension/actions/send';
import { SendOnce } from '../../src/extension/actions/sendOnce';
import { PlacedCalls } from '../../src/extension/actions/placedCalls';
import { SendJournal } from '../../src/extension/actions/sendJournal';
import { machineClock } from '../../src/extension/data/clock';
import { Store } from '../../src/extension/data/store';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator, manualClock, systemClock } from '../../src/simulator/simulator';
import type { Exchange, Row } from '../../src/taskrouter/client';
import type { InstructionName } from '../../src/taskrouter/instructions';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { prepareInstruction } from '../../src/taskrouter/reservationUpdate';
import * as resources from '../../src/taskrouter/resources';
import type { Arguments } from '../../src/taskrouter/update';
import { still } from '../extension/centre';
import { canary, clientOf, FakeMemory, FakeSecrets, findReservation } from '../extension/window';

/** The network as the extension reaches it. */
export const overSockets = networkFetch;

/** What a window has, with a TaskRouter on a real port of this machine. */
export async function stage() {
  const simulator: Simulator = createSimulator({
    clock: manualClock(),
    network: systemClock(),
    authToken: canary,
    scenario: still,
  });
  const server = await simulator.listen();
  const memory = new FakeMemory();
  const secrets = new FakeSecrets();
  const exchanges: Exchange[] = [];
  const sent: string[] = [];
  const network = { fetch: overSockets };
  const accounts = new Accounts({
    memory,
    secrets: {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: (key, value) => secrets.store(key, value),
      delete: (key) => Promise.resolve(void secrets.delete(key)),
    },
    fetch: (url, init) => {
      sent.push(init.method);
      return network.fetch(url, init);
    },
    startSimulator: () => Promise.reject(new Error('not asked for')),
    onExchange: (_account, exchange) => exchanges.push(exchange),
  });
  const store = new Store((accountId) => accounts.connect(accountId));
  const send = createSend({
    store,
    once: new SendOnce({ store, wait: () => Promise.resolve() }),
    journal: new SendJournal(memory, machineClock),
    calls: new PlacedCalls(memory, machineClock),
    confirmation: { isDue: () => true, ask: () => Promise.resolve(true) },
  });
  const entry = {
    kind: 'local',
    name: 'Test account',
    origin: server.url,
    username: simulator.accountSid,
    environment: 'production',
    readOnly: false,
  } as const;
  const found = await findReservation(simulator, 'pending');
  const { workspaceSid, taskSid, sid } = found;
  return {
    simulator,
    memory,
    secrets,
    accounts,
    store,
    exchanges,
    /** The methods of the requests that went out, whether they arrived or not. */
    sent,
    found,
    /** Its fetch can be replaced, to break what is before the server. */
    network,
    signIn: async (): Promise<Account> => (await accounts.signIn(entry, canary)).account,
    async act(account: Account, name: InstructionName, args: Arguments, shown: Row = found.row) {
      const connection: Connection = await accounts.connect(account.id);
      const address = { workspaceSid, parentSid: taskSid, sid };
      return send(
        connection,
        prepareInstruction({ address, shown, instruction: instructionNamed(name), args }),
      );
    },
    /** Asked past the window, and past its faults. */
    async status(): Promise<unknown> {
      simulator.faults.clear();
      const { row } = await clientOf(simulator).fetch(resources.taskReservations, [
        workspaceSid,
        taskSid,
        sid,
      ]);
      return row['reservation_status'];
    },
    async end() {
      accounts.dispose();
      simulator.stop();
      await server.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;

/**
 * While `body` runs, the client's deadline passes as soon as `isStuck` says so, and retries come at once: nothing
 * waits for a clock.
 */
export async function withDeadlineWhen<T>(isStuck: () => boolean, body: () => Promise<T>): Promise<T> {
  const real = globalThis.setTimeout;
  const { random } = Math;
  const watches = new Set<NodeJS.Timeout>();
  const held = ((run: () => void, milliseconds?: number) => {
    if (milliseconds !== 15_000) return real(run, milliseconds);
    const watch = setInterval(() => {
      if (!isStuck()) return;
      clearInterval(watch);
      run();
    }, 2);
    watches.add(watch);
    return watch;
  }) as unknown as typeof setTimeout;
  globalThis.setTimeout = held;
  Math.random = () => 0;
  try {
    return await body();
  } finally {
    globalThis.setTimeout = real;
    Math.random = random;
    for (const watch of watches) clearInterval(watch);
  }
}
