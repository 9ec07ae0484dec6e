import type * as vscode from 'vscode';
import type { AccountsOptions } from '../accounts/accounts';
import { Accounts } from '../accounts/accounts';
import * as resources from '../../taskrouter/resources';
import { machineClock as clock } from './clock';
import { ClockSkew } from './clockSkew';
import { PolledWorkspaces } from './polledWorkspaces';
import { RecentActions } from './recentActions';
import { RequestBudget } from './requestBudget';
import { RequestHistory } from './requestHistory';
import { refreshInterval as interval, requestsPerMinute as limit } from '../settings';
import { Store } from './store';
import type { RowTarget } from './target';
import { RowTargets, taskTarget } from './target';

export interface WindowDataOptions {
  readonly log: vscode.LogOutputChannel;
  readonly onExchange: AccountsOptions['onExchange'];
}

export type WindowData = ReturnType<typeof createWindowData>;

/** The accounts, and what this window knows and may read of them. */
export function createWindowData(
  { globalState: memory, globalStorageUri, secrets }: vscode.ExtensionContext,
  { log, onExchange }: WindowDataOptions,
) {
  const history = new RequestHistory(globalStorageUri, log);
  const budget = new RequestBudget({
    ...{ clock, limit, history },
    pollsPerMinute: () => polled.pollsPerMinute,
    // They are answered in this window.
    isLimited: (accountId) => accounts.get(accountId)?.kind !== 'simulated',
  });
  const skew = new ClockSkew(clock);
  const accounts: Accounts = new Accounts({
    memory,
    secrets,
    logError: (message) => log.error(message),
    // Both are loaded when they are first used: they cost more than everything else that activation does.
    fetch: async (url, init) => (await import('./networkFetch')).networkFetch(url, init),
    startSimulator: async () => (await import('../../simulator/simulator')).createSimulator(),
    onExchange(account, exchange, request) {
      onExchange(account, exchange, request);
      budget.observe(account.id, exchange);
      skew.observe(account.id, exchange);
    },
    limitOf: (accountId) => budget.limitOf(accountId),
  });
  const store = new Store(
    (accountId) => accounts.connect(accountId),
    () => clock.now(),
  );
  const polled: PolledWorkspaces = new PolledWorkspaces({
    accounts,
    store,
    memory,
    clock,
    skew,
    interval,
    limit,
  });
  const recent = new RecentActions(store, clock);
  const targets = new RowTargets();
  /** The task that a row is about. */
  const taskOf = (row: RowTarget) =>
    taskTarget(row, (sid) => store.read(resources.taskReservations, row.accountId, sid)?.task_sid);
  return { log, accounts, store, memory, clock, budget, skew, polled, recent, interval, targets, taskOf };
}
