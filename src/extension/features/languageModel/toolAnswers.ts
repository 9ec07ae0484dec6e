import * as vscode from 'vscode';
import { callTool } from '../../../tools/tool';
import type { ToolAccount, ToolCall } from '../../../tools/tool';
import { tools } from '../../../tools/tools';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { ClockSkew } from '../../data/clockSkew';
import { sharedController } from '../../data/either';
import type { RequestBudget } from '../../data/requestBudget';
import { withReads } from '../../data/withReads';
import { languageModelQuotations } from '../../settings';

export interface ToolAnswersOptions {
  readonly accounts: Pick<Accounts, 'all' | 'connect'>;
  readonly budget: Pick<RequestBudget, 'used' | 'limit'>;
  readonly skew: Pick<ClockSkew, 'now'>;
  /** How many requests tools have made in this window. */
  readonly requests: { readonly byTools: number };
}

/** Answers what language models ask about the accounts that are signed in. */
export class ToolAnswers {
  constructor(private readonly options: ToolAnswersOptions) {}

  /** @throws CancellationError when nobody wants the answer any more */
  async invoke(
    name: string,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const stop = sharedController();
    const canceled = token.onCancellationRequested(() => stop.abort());
    if (token.isCancellationRequested) stop.abort();
    try {
      const one = tools.find((tool) => tool.name === name)!;
      const quotations = languageModelQuotations();
      const { text } = await callTool(one, input, this.call(stop.signal), { quotations });
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } catch (error) {
      if (stop.signal.aborted) throw new vscode.CancellationError();
      throw error;
    } finally {
      canceled.dispose();
    }
  }

  private call(signal: AbortSignal): ToolCall {
    const { accounts, budget, requests } = this.options;
    return {
      accounts: accounts.all.map((account) => this.account(account, signal)),
      requests: () => ({ made: requests.byTools, lastMinute: budget.used, perMinute: budget.limit }),
      signal,
    };
  }

  private account({ id, name, kind, environment, readOnly }: Account, stop: AbortSignal): ToolAccount {
    const { accounts, skew } = this.options;
    const connect = () => accounts.connect(id);
    return {
      ...{ name, kind, environment, readOnly },
      withReads: (use) => withReads({ connect, stop, wait: { purpose: 'tool' } }, use),
      now: () => skew.now(id),
    };
  }
}
