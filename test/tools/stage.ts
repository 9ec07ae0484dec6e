import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { defaultOrigin } from '../../src/taskrouter/origin';
import type { ToolAccount, ToolCall, ToolResult } from '../../src/tools/tool';
import { callTool } from '../../src/tools/tool';
import { tools } from '../../src/tools/tools';

/** Accounts of simulators whose time stands still, and what tools say of them. */
export interface ToolStage {
  readonly simulator: Simulator;
  readonly call: ToolCall;
  /** Answers as a model gets it. */
  readonly ask: (name: string, input?: object, quotations?: boolean) => Promise<ToolResult>;
  /** The same, parsed. */
  readonly answer: (name: string, input?: object) => Promise<Record<string, unknown>>;
}

export function toolStage(scenario?: Scenario, names: readonly string[] = ['Simulator']): ToolStage {
  const clock = manualClock();
  const simulator = createSimulator({ clock, ...(scenario ? { scenario } : {}) });
  const { accountSid, authToken, fetch } = simulator;
  let made = 0;
  const client = createClient({
    ...{ fetch, origin: defaultOrigin, username: accountSid, password: authToken },
    onExchange: () => made++,
  });
  const { signal } = new AbortController();
  const account = (name: string): ToolAccount => ({
    ...{ id: name, name, kind: 'simulated', environment: 'development', readOnly: false },
    withReads: (use) => use(client, signal),
    now: () => clock.now(),
  });
  const call = { accounts: names.map(account), requests: () => ({ made }), signal };
  const ask: ToolStage['ask'] = (name, input = {}, quotations = true) =>
    callTool(
      tools.find((one) => one.name === `taskrouter_${name}`)!,
      input,
      call,
      { quotations },
    );
  return {
    ...{ simulator, call, ask },
    answer: async (name, input) => JSON.parse((await ask(name, input)).text) as Record<string, unknown>,
  };
}
