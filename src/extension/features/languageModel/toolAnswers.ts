import * as vscode from 'vscode';
import type { Served } from '../../../mcp/protocol';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { addressOf } from '../../../taskrouter/reservation';
import { callTool } from '../../../tools/tool';
import type { Preparation, Tool, ToolAccount, ToolCall, ToolResult } from '../../../tools/tool';
import { tools } from '../../../tools/tools';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import { isConfirmationDue } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Actions } from '../../actions/actions';
import { createModalConfirmation } from '../../actions/confirm';
import type { Clock } from '../../data/clock';
import type { ClockSkew } from '../../data/clockSkew';
import { sharedController } from '../../data/either';
import type { RequestBudget } from '../../data/requestBudget';
import { withReads } from '../../data/withReads';
import { environmentName } from '../../display/environmentName';
import { describeError, sentence } from '../../display/errorMessage';
import type { ConfirmModal } from '../../display/modal';
import { showWarning } from '../../display/notification';
import { forMessage, plain } from '../../display/safeText';
import { languageModelMcpServer, languageModelQuotations } from '../../settings';
import type { McpConnections } from './mcpConnections';

export interface ToolAnswersOptions {
  readonly accounts: Pick<Accounts, 'all' | 'get' | 'connect'>;
  readonly actions: Pick<Actions, 'runUpdate'>;
  readonly confirmModal: ConfirmModal;
  readonly forms: Forms;
  readonly budget: Pick<RequestBudget, 'used' | 'limit'>;
  readonly skew: Pick<ClockSkew, 'now'>;
  readonly clock: Pick<Clock, 'setTimeout'>;
  /** How many requests tools have made in this window. */
  readonly requests: { readonly byTools: number };
}

interface Forms {
  /** Opens the form of a reservation with these values filled in, unless it is open. */
  propose(
    account: Account,
    address: ReservationAddress,
    instruction: InstructionName,
    values: FormValues,
  ): Promise<void>;
}

/** Answers what language models ask about the accounts that are signed in. */
export class ToolAnswers {
  private connections: Promise<McpConnections> | undefined;

  constructor(private readonly options: ToolAnswersOptions) {}

  dispose(): void {
    void this.connections?.then((one) => one.dispose());
  }

  /** Undefined while the setting is off. */
  async startMcpServer(
    definition: vscode.McpStdioServerDefinition,
  ): Promise<vscode.McpStdioServerDefinition | undefined> {
    if (!languageModelMcpServer()) return undefined;
    const connections = await (this.connections ??= this.connect());
    // VS Code itself, which then is Node.js.
    definition.env = { ELECTRON_RUN_AS_NODE: '1', ...(await connections.invite()) };
    return definition;
  }

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
      const { text } = await this.callTool(toolNamed(name)!, input, stop.signal);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    } catch (error) {
      if (stop.signal.aborted) throw new vscode.CancellationError();
      throw error;
    } finally {
      canceled.dispose();
    }
  }

  /** What VS Code says before a tool prepares a change: where, and exactly what. */
  describe(name: string, input: unknown): vscode.PreparedToolInvocation | undefined {
    const given = toolNamed(name)?.prepares
      ? Object.entries((input ?? {}) as Record<string, unknown>)
      : undefined;
    if (!given) return undefined;
    const { all } = this.options.accounts;
    const named = new Map(given).get('account');
    const account = all.find((one) => (named === undefined ? all.length === 1 : one.name === named));
    const lines = [
      ...(account ? [accountText(account)] : []),
      ...given.map(([key, value]) => `${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`),
      vscode.l10n.t('Nothing is sent until you confirm it in the form or dialog that opens.'),
    ];
    // VS Code may take it for Markdown.
    const message = lines.map((line) => forMessage(line, 500)).join('\n');
    return { confirmationMessages: { title: vscode.l10n.t('Prepare this change?'), message } };
  }

  private async connect(): Promise<McpConnections> {
    const { McpConnections } = await import('./mcpConnections');
    const served: Served = {
      tools: tools.filter(({ prepares }) => !prepares),
      isOpenWorld: true,
      call: (one, input, signal) => this.callTool(one, input, signal),
    };
    return new McpConnections(served, this.options.clock);
  }

  private callTool(one: Tool, input: unknown, signal: AbortSignal): Promise<ToolResult> {
    return callTool(one, input, this.call(signal), { quotations: languageModelQuotations() });
  }

  private call(signal: AbortSignal): ToolCall {
    const { accounts, budget, requests } = this.options;
    return {
      accounts: accounts.all.map((account) => this.account(account, signal)),
      requests: () => ({ made: requests.byTools, lastMinute: budget.used, perMinute: budget.limit }),
      open: (preparation) => void this.open(preparation).catch((error: unknown) => this.fail(error)),
      signal,
    };
  }

  private account({ id, name, kind, environment, readOnly }: Account, stop: AbortSignal): ToolAccount {
    const { accounts, skew } = this.options;
    const connect = () => accounts.connect(id);
    return {
      ...{ id, name, kind, environment, readOnly },
      withReads: (use) => withReads({ connect, stop, wait: { purpose: 'tool' } }, use),
      now: () => skew.now(id),
    };
  }

  /** Nothing leaves before the user has pressed a button of the form, or of a dialog: in every account. */
  private async open({ accountId, subject, prepare, form }: Preparation): Promise<void> {
    const { accounts, actions, confirmModal, forms } = this.options;
    const account = accounts.get(accountId);
    if (!account) return;
    const address = addressOf(subject.sids);
    if (form && address) return forms.propose(account, address, form.instruction, form.values);
    const confirmation = createModalConfirmation(confirmModal);
    await actions.runUpdate({ accountId, ...subject }, async (resource) => {
      const update = prepare(resource);
      // Where a confirmation is due, sending asks.
      const isAsked = isConfirmationDue(account, update);
      return isAsked || (await confirmation.ask(await accounts.connect(accountId), update))
        ? update
        : undefined;
    });
  }

  private fail(error: unknown): void {
    void showWarning(sentence(describeError(error)));
  }
}

const toolNamed = (name: string) => tools.find((one) => one.name === name);

const accountText = (account: Account) =>
  vscode.l10n.t('Account: {name} ({environment})', {
    name: plain(account.name),
    environment: environmentName(account),
  });
