import type { Account } from '../../../src/extension/accounts/account';
import type { Simulator } from '../../../src/simulator/simulator';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { still } from '../../extension/centre';
import { canary } from '../../extension/window';
import type { Panel, QuickInput, SavedPage, Sink } from './editor';
import { EditorWindow, Persisted } from './editor';
import type { Outside, Program } from './program';
import { Rules } from './rules';
import type { Fault } from './taskRouter';
import { HostileTaskRouter } from './taskRouter';
import type { ShownRow, TreeOnScreen } from './treeOnScreen';

const second = 1000;
const minute = 60 * second;
export const limit = 30;
/** Between two actions of the user and the last request that can follow from one: the pages of a list. */
const userCauses = 4 * minute;
const formCauses = 60 * minute;
/** What a page reads ends within this time, in rows or an error. */
const maxReading = minute;
/** A check tries four regions, one after the other. */
const maxCheck = 4 * 20 * second;

/** What the user types as the password of a SIP address. */
export const sipPassword = 'canary-sip-8f1c-never-show-me';
/** What the user types into other fields of a form: only where it is typed and confirmed may it be shown. */
const token = 'canary-url-5e2a/never show+me';
export const addressesWithToken = [
  `https://example.com/twiml?a=1&token=${encodeURIComponent(token)}`,
  `https://${encodeURIComponent(token)}@example.com/`,
  `sip:ada:${encodeURIComponent(token)}@example.com`,
  `sip:ada@example.com;password=${encodeURIComponent(token)}`,
];

export const accountPlans = [
  'production',
  'development',
  'development without confirmation',
  'read-only',
  'local',
  'simulated',
  'two accounts',
] as const;
export type AccountPlan = (typeof accountPlans)[number];

/** What the story has; the rest is too much to read. */
const told: readonly Sink[] = ['notification', 'modal', 'modal detail', 'status message', 'tab', 'log'];
const localOrigin = 'http://127.0.0.1:4010';

function accountsOf(plan: AccountPlan, { accountSid, apiKeySid }: Simulator): readonly Account[] {
  const twilio = {
    ...({ id: 'one', kind: 'twilio', name: 'Acme', origin: 'https://taskrouter.twilio.com' } as const),
    ...({ username: apiKeySid, environment: 'production', readOnly: false, secretId: 'one' } as const),
  };
  const local = {
    ...({ id: 'two', kind: 'local', name: 'Local', origin: localOrigin, username: accountSid } as const),
    ...({ environment: 'development', readOnly: false, secretId: 'two' } as const),
  };
  const simulated = {
    ...({ id: 'simulated', kind: 'simulated', name: 'Simulated account', username: '' } as const),
    ...({ origin: twilio.origin, environment: 'development', readOnly: false } as const),
  };
  const plans: Readonly<Record<AccountPlan, readonly Account[]>> = {
    production: [twilio],
    development: [{ ...twilio, environment: 'development' }],
    'development without confirmation': [{ ...twilio, environment: 'development', confirmWrites: false }],
    'read-only': [{ ...twilio, readOnly: true }],
    local: [local],
    simulated: [simulated],
    'two accounts': [{ ...twilio, environment: 'development', confirmWrites: false }, local],
  };
  return plans[plan];
}

export interface SessionOptions {
  readonly start: (outside: Outside) => Program;
  readonly plan: AccountPlan;
  readonly faults: readonly Fault[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly onCollection?: Outside['onCollection'];
}

/** One user with one VS Code and one TaskRouter, in virtual time. */
export class Session {
  readonly clock = manualClock();
  readonly simulator = createSimulator({ clock: this.clock, authToken: canary, scenario: still });
  readonly persisted = new Persisted();
  readonly taskRouter: HostileTaskRouter;
  readonly rules: Rules;
  /** What happened, in words. */
  readonly story: string[] = [];
  readonly violations: string[] = [];
  window!: EditorWindow;
  private program!: Program;
  private readonly pending = new Map<object, string>();
  private readonly readingSince = new Map<Panel, number>();
  private actedAt = -Infinity;
  private formAt = -Infinity;
  /** When the last check of typed credentials began. */
  private checkedAt = -Infinity;

  constructor(private readonly options: SessionOptions) {
    const { apiKeySecret } = this.simulator;
    const secrets = [canary, apiKeySecret, sipPassword];
    this.rules = new Rules({
      accounts: () => this.accounts,
      taskRouter: () => this.taskRouter,
      now: () => this.clock.now(),
      secrets,
      typed: [token, encodeURIComponent(token)],
      limit,
      isSigningIn: () => this.clock.now() - this.checkedAt < maxCheck,
      isQuiet: () => this.isQuiet,
      onViolation: (text) => this.violation(text),
    });
    this.taskRouter = new HostileTaskRouter(this.simulator, this.clock, options.faults, this.rules);
    Object.assign(this.persisted.settings, {
      'taskrouter.refreshInterval': 10,
      'taskrouter.requestsPerMinute': limit,
      ...options.settings,
    });
    this.signInElsewhere(accountsOf(options.plan, this.simulator));
    this.open();
  }

  get accounts(): readonly Account[] {
    return this.persisted.globalState.get<readonly Account[]>('accounts') ?? [];
  }

  /** The reservation forms. */
  get panels(): readonly Panel[] {
    return [...this.window.panels].filter(({ type }) => type === 'taskrouter.reservation');
  }

  /** The pages that explain a task or a worker. */
  get explanations(): readonly Panel[] {
    return [...this.window.panels].filter(({ type }) => type === 'taskrouter.task');
  }

  get quickInput(): QuickInput | undefined {
    return this.window.quickInput;
  }

  tree(id: 'taskrouter.workspaces' | 'taskrouter.live'): TreeOnScreen {
    return this.window.trees.get(id)!;
  }

  /** The rows on screen whose context value has all of these words. */
  rows(...words: readonly string[]): readonly (ShownRow & { readonly tree: TreeOnScreen })[] {
    return [...this.window.trees.values()].flatMap((tree) =>
      (tree.visible ? tree.rows : [])
        .filter(({ item }) => words.every((word) => item.contextValue?.split(' ').includes(word)))
        .map((row) => Object.assign(row, { tree })),
    );
  }

  violation(text: string): void {
    this.violations.push(text);
    this.note(`BROKEN: ${text}`);
  }

  note(text: string): void {
    const seconds = (this.clock.now() - Date.UTC(2026, 0, 5, 9)) / second;
    this.story.push(`${seconds.toFixed(2).padStart(9)} s  ${text}`);
  }

  /** To be called before the user does something. */
  act(text: string): void {
    this.actedAt = this.clock.now();
    if (this.window.panels.size) this.formAt = this.clock.now();
    this.note(text);
  }

  get isAtRest(): boolean {
    return (
      this.unfinished.length === 0 &&
      this.rules.untold.length === 0 &&
      [...this.window.panels].every(({ state }) => state && !state.reading && !state.sending)
    );
  }

  /** What was begun and has not ended. */
  get unfinished(): readonly string[] {
    const loading = this.rows('loading').map(({ item }) => `the list of ${item.id}`);
    return [...this.pending.values(), ...loading];
  }

  /** Lets time pass, and all that is due happen. */
  async pass(milliseconds: number): Promise<void> {
    const { clock } = this;
    const end = clock.now() + milliseconds;
    await turn();
    let steps = 0;
    for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
      if (next > clock.now()) for (const tree of this.window.trees.values()) tree.rest();
      clock.advance(next - clock.now());
      await turn();
      this.checkPages();
      if (++steps > 20_000) {
        this.violation(`timers fire without an end: ${steps} in ${milliseconds} ms`);
        return;
      }
    }
    clock.advance(end - clock.now());
    await turn();
  }

  signInElsewhere(accounts: readonly Account[]): void {
    const { secrets, globalState } = this.persisted;
    const { apiKeySecret } = this.simulator;
    for (const { secretId, kind } of accounts)
      if (secretId) secrets.set(`account.${secretId}`, kind === 'local' ? canary : apiKeySecret);
    const others = this.accounts.filter(({ id }) => accounts.every((one) => one.id !== id));
    void globalState.update('accounts', [...others, ...accounts]);
  }

  /** In another window, of every account. */
  signOutElsewhere(): void {
    this.persisted.secrets.clear();
    void this.persisted.globalState.update('accounts', []);
    this.window.focus(true);
  }

  get plannedAccounts(): readonly Account[] {
    return accountsOf(this.options.plan, this.simulator);
  }

  /** Ends the extension host; `disposes` as when a window is reloaded, or not, as when it crashes. */
  async reload(disposes: boolean): Promise<void> {
    const pages = JSON.parse(JSON.stringify([...this.persisted.pages])) as SavedPage[];
    const visible = [...this.window.trees].filter(([, tree]) => tree.visible).map(([id]) => id);
    await this.close(disposes);
    this.rules.reloaded();
    this.taskRouter.forgetValues();
    this.persisted.pages.clear();
    this.open();
    for (const id of visible) this.window.trees.get(id)!.show(true);
    this.window.restore(pages);
  }

  async close(disposes: boolean): Promise<void> {
    const { window, program } = this;
    if (disposes) {
      for (const one of window.subscriptions) one.dispose();
      await turn();
      for (const timer of program.timers()) this.violation(`a timer after the window was closed: ${timer}`);
    }
    window.end();
    this.pending.clear();
  }

  /** To be called when everything has come to rest. */
  ending(): void {
    const { globalState, workspaceState } = this.persisted;
    const files = [...this.persisted.files.values()];
    this.rules.ending([globalState.dump(), workspaceState.dump(), ...files]);
    for (const { state, type } of this.window.panels)
      if (!state || state.reading || state.sending) this.violation(`a page is not finished: ${type}`);
  }

  private checkPages(): void {
    const now = this.clock.now();
    for (const panel of this.readingSince.keys())
      if (!this.window.panels.has(panel) || !panel.state?.reading) this.readingSince.delete(panel);
    for (const panel of this.window.panels) {
      if (!panel.state?.reading) continue;
      const since = this.readingSince.get(panel) ?? now;
      this.readingSince.set(panel, since);
      if (now - since <= maxReading) continue;
      this.violation(`a page has been reading for ${(now - since) / second} s: ${panel.type}`);
      this.readingSince.set(panel, Infinity);
    }
  }

  private get isQuiet(): boolean {
    const now = this.clock.now();
    return (
      this.pending.size === 0 &&
      this.window.panels.size === 0 &&
      now - this.actedAt > userCauses &&
      now - this.formAt > formCauses
    );
  }

  private open(): void {
    const { clock, persisted, simulator, taskRouter, rules } = this;
    const window = new EditorWindow({
      persisted,
      now: () => clock.now(),
      pending: (what, work) => this.track(window, what, work),
      violation: (text) => this.violation(text),
      onText: (sink, text) => {
        rules.text(sink, text);
        if (sink === 'progress' && /credentials|: trying /.test(text)) this.checkedAt = clock.now();
        if (told.includes(sink)) this.note(`${sink}: ${text.slice(0, 400)}`);
      },
    });
    const fetch: Outside['network'] = async (url, init) => {
      if (!window.isAlive) return new Promise(() => undefined);
      const response = await taskRouter.fetch(url, init);
      return window.isAlive ? response : new Promise(() => undefined);
    };
    this.window = window;
    this.program = this.options.start({
      ...{ clock, vscode: window.api, network: fetch, files: persisted.files },
      startSimulator: () => ({
        accountSid: simulator.accountSid,
        authToken: simulator.authToken,
        fetch,
        stop: () => undefined,
      }),
      isAlive: () => window.isAlive,
      ...(this.options.onCollection ? { onCollection: this.options.onCollection } : {}),
    });
    this.program.activate(window.context);
    for (const tree of window.trees.values()) tree.show(true);
  }

  private track(window: EditorWindow, what: string, work: Promise<unknown>): void {
    const key = {};
    this.pending.set(key, what);
    const end = () => this.pending.delete(key);
    work.then(end, (error: unknown) => {
      end();
      if (window.isAlive) this.violation(`${what} failed: ${String(error)}`);
    });
  }
}

/** Everything that waits for nothing but other code runs. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
