import * as vscode from 'vscode';
import type { InstructionName } from '../../../taskrouter/instructions';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import type { ReservationTarget, ResourceTarget } from '../../data/target';
import type { ListRef } from '../../data/listRef';
import { PagePanels } from '../../display/pagePanels';
import type { Event } from '../../emitter';
import type * as Lazy from '../../lazy';
import type { Drafts } from './drafts';
import type { RestoredTabs } from './restoredTabs';
import type { SavedOutcomes } from './savedOutcomes';
import type { FormStart, OpenForm, OpenFormOptions } from './openForm';

export const panelType = 'taskrouter.reservation';

export interface PanelOptions extends Omit<
  OpenFormOptions,
  'openNext' | 'openAnother' | 'saveDraft' | 'saveOutcome' | 'isReopened' | 'onTitle'
> {
  readonly drafts: Drafts;
  readonly outcomes: SavedOutcomes;
  readonly restoredTabs: RestoredTabs;
  readonly extensionUri: vscode.Uri;
  /** Lets the user choose an open reservation of the account. */
  readonly chooseReservation: (account: Account) => Promise<ReservationTarget | undefined>;
}

/** The open forms, at most one for each reservation. A form that the user edited owns its panel. */
export class ReservationPanels implements vscode.WebviewPanelSerializer {
  private readonly panels: PagePanels<OpenForm>;
  /** Fires when another form becomes visible, or none. */
  readonly onDidChangeVisible: Event<void>;
  readonly onDidUse: Event<void>;
  readonly openedBy = ['taskrouter.reservation.open'] as const;

  constructor(private readonly options: PanelOptions) {
    const { accounts, extensionUri, outcomes, restoredTabs } = options;
    this.panels = new PagePanels({
      accounts,
      viewType: panelType,
      extensionUri,
      page: 'reservation',
      title: vscode.l10n.t('Reservation'),
      icon: 'reservation',
    });
    this.onDidChangeVisible = this.panels.onDidChangeVisible;
    this.onDidUse = this.panels.onDidUse;
    this.panels.onDidEnd((key) => {
      restoredTabs.forget(key);
      outcomes.forget(key);
    });
  }

  /** Opens the form, or reveals it where it is open. Resolves when it is. */
  async show(
    account: Account,
    address: ReservationAddress,
    chosen: InstructionName = 'accept',
    preserveFocus = false,
  ): Promise<void> {
    const pages = await import('../../lazy');
    const key = keyOf(account, address);
    const { restoredTabs } = this.options;
    const isOpen = () => this.panels.find(key) !== undefined;
    const mayBeRestored = !isOpen() && restoredTabs.has(key, this.panels.panels);
    if (mayBeRestored) await restoredTabs.reveal(key, isOpen, this.onDidChangeVisible);
    if (this.options.accounts.get(account.id)) this.open(pages, account, address, chosen, preserveFocus);
  }

  /** Opens the form with these values filled in: what was typed into this instruction before is replaced. */
  async fill(
    account: Account,
    address: ReservationAddress,
    instruction: InstructionName,
    values: FormValues,
    preserveFocus = false,
  ): Promise<void> {
    await this.show(account, address, instruction, preserveFocus);
    const form = this.panels.find(keyOf(account, address));
    form?.edit({ chosen: instruction, values: { ...form.model.values, [instruction]: values } });
  }

  /** As `fill`, for values that the user did not ask for: a form that is open stays as the user has it. */
  async propose(
    ...[account, address, instruction, values]: Parameters<ReservationPanels['fill']>
  ): Promise<void> {
    const isOpen = this.panels.find(keyOf(account, address)) !== undefined;
    if (!isOpen) await this.fill(account, address, instruction, values, true);
  }

  private open(
    pages: typeof Lazy,
    account: Account,
    address: ReservationAddress,
    chosen: InstructionName,
    preserveFocus: boolean,
  ): void {
    const key = keyOf(account, address);
    const known = this.panels.find(key);
    if (known) return known.reveal(chosen, preserveFocus);
    const { drafts, outcomes } = this.options;
    const values = drafts.of(key);
    // A simulation ends with its window.
    const isOver = account.kind === 'simulated' && !outcomes.isOfThisSession(key);
    const saved = isOver ? undefined : outcomes.of(key);
    const start = { account, address, chosen, values, saved };
    this.panels.open(key, (panel) => this.create(pages, panel, start), preserveFocus);
  }

  /** VS Code restores a panel after a reload of the window, with what its page saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const pages = await import('../../lazy');
    const memory = pages.parseFormMemory(state);
    const account = memory && this.options.accounts.get(memory.binding.accountId);
    if (!memory || !account) {
      panel.dispose();
      return;
    }
    const { binding, chosen, values } = memory;
    const { workspaceSid, parentSid, sid } = binding;
    const address = { workspaceSid, parentSid, sid };
    // A simulation ends with its window.
    const isOfEarlierSimulation = account.kind === 'simulated';
    const key = keyOf(account, address);
    // Before the panel of a form that is open already is closed, which forgets it.
    const saved = this.options.outcomes.of(key);
    const create = () =>
      this.create(pages, panel, { account, address, chosen, values, saved, isOfEarlierSimulation });
    this.panels.restore(panel, key, create, false);
  }

  /** What the form in the active editor is about. */
  get active(): ResourceTarget | undefined {
    return this.panels.active;
  }

  /** The lists to poll for the visible forms. */
  get polled(): readonly ListRef[] {
    return this.panels.contents.flatMap((form) => form.polled);
  }

  dispose(): void {
    this.panels.dispose();
  }

  private create({ OpenForm }: typeof Lazy, panel: vscode.WebviewPanel, start: FormStart): OpenForm {
    const key = keyOf(start.account, start.address);
    const { outcomes } = this.options;
    const options = {
      ...this.options,
      openNext: (account: Account, address: ReservationAddress) => void this.show(account, address),
      openAnother: async (account: Account) => {
        const target = await this.options.chooseReservation(account);
        if (target) await this.show(account, target.address);
      },
      onTitle: (title: string) => this.options.restoredTabs.setTitle(key, title),
      saveDraft: (values: FormStart['values']) => this.options.drafts.save(key, values),
      isReopened: () => this.panels.find(key) !== undefined,
      saveOutcome: (outcome: FormStart['saved']) =>
        outcome ? outcomes.save(key, outcome) : outcomes.forget(key),
    };
    return new OpenForm(panel, options, start);
  }
}

/** Not by the address: a reservation is reached through its task and through its worker. */
const keyOf = (account: Account, { sid }: ReservationAddress) => `${account.id}/${sid}`;
