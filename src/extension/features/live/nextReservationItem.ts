import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import { asCommand } from '../../contributions';
import { forMessage } from '../../display/safeText';
import { failureText, progressText } from './liveMessage';
import type { LiveView } from './liveView';
import type { OpenReservation } from '../../display/openReservation';
import type { OpenReservations } from './openReservations';
import { timeOfDay } from './times';
import type { Failure, FailurePlace } from './workspaceState';

export interface NextReservationItemOptions {
  readonly item: vscode.StatusBarItem;
  readonly open: OpenReservations;
  readonly view: LiveView;
  readonly clock: Clock;
  readonly names: FailureNames;
}

/** How failures are named to the user. */
export interface FailureNames {
  /** The account, or the workspace where there is one account. */
  readonly short: (of: FailurePlace) => string;
  /** The account and the workspace. */
  readonly full: (of: FailurePlace) => string;
}

/**
 * `0:42 Alice`: the pending reservation that times out next, or how many are loaded until that is known, or what could
 * not be read.
 */
export class NextReservationItem {
  private shown: OpenReservation | undefined;
  private tooltip = '';
  private readonly ticking;
  private readonly disposables = new Disposables();

  constructor(private readonly options: NextReservationItemOptions) {
    const { item, open, clock } = options;
    this.ticking = everySecond(
      clock,
      () => typeof open.next === 'object' || this.shown !== undefined,
      () => this.draw(),
    );
    this.disposables.add(
      item,
      this.ticking,
      open.onDidChange(() => this.draw()),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private draw(): void {
    const { item, open } = this.options;
    item.name = vscode.l10n.t('TaskRouter: Next Reservation');
    const { next, failures } = open;
    if (typeof next === 'object') this.drawNext(next);
    else {
      this.shown = undefined;
      if (next === 'loading') this.drawProgress(progressText(open.progress));
      else if (next === 'unconfirmed') this.drawProgress(vscode.l10n.t('Confirming the next reservation'));
      else if (failures.length) this.drawFailures(failures);
      else item.hide();
    }
    this.ticking.check();
  }

  private drawProgress(text: string): void {
    this.show(`$(sync~spin) ${text}`, text);
    this.options.item.tooltip = vscode.l10n.t(
      'The TaskRouter reservation that expires next is not known yet.',
    );
  }

  private drawFailures(failures: readonly Failure[]): void {
    const names = this.namesOf(failures);
    const text =
      names.length === 1
        ? vscode.l10n.t('{account} could not be read', { account: forMessage(names[0]!, 30) })
        : vscode.l10n.t('{count} accounts could not be read', { count: names.length });
    this.show(`$(warning) ${text}`, text);
    this.options.item.tooltip = this.failureLines(failures).join('\n');
    this.options.item.command = {
      command: 'taskrouter.live.focus',
      title: vscode.l10n.t('Show Live Reservations'),
    };
  }

  private show(text: string, spoken: string): void {
    const { item } = this.options;
    item.text = text;
    item.accessibilityInformation = { label: `TaskRouter: ${spoken}` };
    item.command = undefined;
    item.show();
  }

  private drawNext(next: OpenReservation): void {
    const { item, open, view, clock } = this.options;
    const deadline = next.deadline!;
    const now = clock.now();
    // VS Code makes icons of a status bar item's text, as in a notification.
    const warning = open.failures.length ? ' $(warning)' : '';
    const loading = open.loading.length ? ' $(sync~spin)' : '';
    item.text = `$(bell-dot) ${timeLeft(deadline, now)} ${forMessage(next.worker, 30)}${warning}${loading}`;
    const { worker, about, queue } = next;
    const what = [worker, about, queue].filter(Boolean).join(', ');
    const tooltip = [
      vscode.l10n.t('Expires next: {reservation}. Click to open it.', { reservation: what }),
      ...this.leftOut(),
    ].join('\n');
    if (this.shown === next && this.tooltip === tooltip) return;
    this.shown = next;
    this.tooltip = tooltip;
    item.command = asCommand('taskrouter.reservation.open', view.node(next.id));
    item.tooltip = tooltip;
    item.accessibilityInformation = {
      label: [
        vscode.l10n.t('Next TaskRouter reservation: {worker}, until {time}', {
          worker,
          time: timeOfDay(deadline.at, now),
        }),
        ...this.leftOut(),
      ].join('. '),
    };
    item.show();
  }

  /** What another reservation could time out in sooner. */
  private leftOut(): string[] {
    const { open, clock, names } = this.options;
    const failed = new Set(open.failures.map(({ id }) => id));
    const outdated = open.outdated
      .filter(({ failureId }) => !failed.has(failureId))
      .map(({ accountId, name, readAt }) => {
        const place = names.full({ accountId, workspace: name });
        return vscode.l10n.t('Not included: {place}, last read at {time}.', {
          place,
          time: timeOfDay(readAt!, clock.now()),
        });
      });
    const loading = open.loading.map((one) =>
      vscode.l10n.t('Not included yet: {place}, still loading.', { place: names.full(one) }),
    );
    return [...this.failureLines(open.failures), ...outdated, ...loading];
  }

  private failureLines(failures: readonly Failure[]): string[] {
    const { clock, names } = this.options;
    return failures.map((one) =>
      vscode.l10n.t('Not included: {reason}', { reason: failureText(names.full(one), one, clock.now()) }),
    );
  }

  private namesOf(failures: readonly Failure[]): string[] {
    return [...new Set(failures.map((one) => this.options.names.short(one)))];
  }
}
