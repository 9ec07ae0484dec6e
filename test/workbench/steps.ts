import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';

/** A simulator that listens on this machine, and a window. */
export interface Desk {
  simulator: Simulator;
  server: Awaited<ReturnType<Simulator['listen']>>;
  workbench: Workbench;
}

interface DeskOptions {
  readonly settings: Record<string, unknown>;
  /** What the simulator starts with; Acme unless given. */
  readonly scenario?: Scenario;
  /** Connects the window to the simulator. */
  readonly connects?: true;
}

/** Opens them before the tests of the suite, and closes them after. */
export function useDesk({ settings, scenario, connects }: DeskOptions): Desk {
  const desk: Partial<Desk> = {};
  before(async () => {
    // Not when the file is loaded: the time that other files take would be taken from its reservations.
    desk.simulator = createSimulator({ seed: 7, ...(scenario ? { scenario } : {}) });
    desk.server = await desk.simulator.listen(0);
    desk.workbench = await openWorkbench({ settings });
    if (connects) await connectLocal(desk.workbench, desk.server.url, desk.simulator);
  });
  after(async () => {
    await desk.workbench?.close();
    await desk.server?.close();
    desk.simulator?.stop();
  });
  return desk as Desk;
}

/** Connects to a TaskRouter on this machine, from the palette. */
export async function connectLocal(
  workbench: Workbench,
  address: string,
  { accountSid, authToken }: { readonly accountSid: string; readonly authToken: string },
): Promise<void> {
  const title = 'Connect to a Local TaskRouter';
  await workbench.openViews();
  const first = workbench.quickInput(`${title} (1/3)`);
  await workbench.untilSeen(first.box, () => workbench.command(`TaskRouter: ${title}`));
  await first.type(address);
  await workbench.quickInput(`${title} (2/3)`).type(accountSid);
  await workbench.quickInput(`${title} (3/3)`).type(authToken);
  // Until the account's row has the focus, taking it would close another pick.
  const focused = workbench.page.locator('.monaco-list:focus .focused');
  await workbench
    .treeItem(/^Local \d+/)
    .and(focused)
    .first()
    .waitFor();
}

/**
 * The tests of a suite continue each other: after a failure the rest of this suite is skipped, and shown as such.
 * Mocha's own `bail` skips it without a word, and also when a test of another file has failed.
 */
export function continueEachOther(suite: Mocha.Suite): void {
  let hasFailed = false;
  suite.beforeEach(function () {
    if (hasFailed) this.skip();
  });
  suite.afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });
}

/**
 * Opens the form of the one reservation that a worker has, from the palette. Whatever takes the focus closes the pick, such
 * as a page that is restored: then this starts again.
 */
export async function openReservation(workbench: Workbench, worker: string): Promise<void> {
  const pick = workbench.quickInput('Which reservation?');
  const options = pick.box.getByRole('option', { name: /Worker/ });
  await workbench.untilSeen(options.first(), () => workbench.command('TaskRouter: Open Reservation'));
  await pick.box.locator('input').fill(worker);
  await pick.choose(new RegExp(`${worker},`));
}
