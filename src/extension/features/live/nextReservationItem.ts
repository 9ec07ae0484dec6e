import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import { asCommand } from '../../contributions';
import { forMessage } from '../../display/safeText';
import { sentences } from '../../display/sentences';
import { failuresText, failureText, progressText } from './liveMessage';
import type { LiveView } from './liveView';
import type { OpenReservation } from '../../display/openReservation';
import type { OpenReservations } from './openReservations';
import { timeOfDay } from '../../display/times';
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
  /** The account and the workspace. */
  readonly full: (of: FailurePlace) => string;
}

/**
 * `0:42 Alice`: the pending reservation that times out next, or the soonest of those that are loaded until that is known,
 * or what could not be read.
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
    const { next, soonest, failures } = open;
    if (typeof next === 'object') this.drawReservation(next, true);
    else if (soonest && (next === 'loading' || next === 'unknown')) this.drawReservation(soonest, false);
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
    this.options.item.tooltip = [
      vscode.l10n.t('The TaskRouter reservation that expires next is not known yet.'),
      ...this.leftOut(),
    ].join('\n');
  }

  private drawFailures(failures: readonly Failure[]): void {
    const text = failuresText(failures, (one) => forMessage(this.options.names.full(one), 60));
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

  /** It is called the next one only when no other one can time out before it. */
  private drawReservation(one: OpenReservation, isNext: boolean): void {
    const { item, open, view, clock } = this.options;
    const now = clock.now();
    // VS Code makes icons of a status bar item's text, as in a notification.
    const worker = forMessage(one.worker, 30);
    const time = timeLeft(one.deadline!, now);
    const state = open.loading.length ? ' $(sync~spin)' : isNext ? '' : ' $(warning)';
    item.text = isNext
      ? `$(bell-dot) ${time} ${worker}${state}`
      : `$(bell-dot) ${vscode.l10n.t('Soonest loaded: {time} {worker}', { time, worker })}${state}`;
    const what = [one.worker, one.about, one.queue].filter(Boolean).join(', ');
    const leftOut = this.leftOut();
    const args = { reservation: what };
    const tooltip = [
      isNext
        ? vscode.l10n.t('Expires next: {reservation}. Click to open it.', args)
        : vscode.l10n.t('Soonest of the reservations loaded: {reservation}. Click to open it.', args),
      ...leftOut,
    ].join('\n');
    if (this.shown === one && this.tooltip === tooltip) return;
    this.shown = one;
    this.tooltip = tooltip;
    item.command = asCommand('taskrouter.reservation.open', view.node(one.id));
    item.tooltip = tooltip;
    const spoken = { worker: one.worker, time: timeOfDay(one.deadline!.at, now) };
    item.accessibilityInformation = {
      label: sentences(
        isNext
          ? vscode.l10n.t('Next TaskRouter reservation: {worker}, until {time}', spoken)
          : vscode.l10n.t('Soonest of the TaskRouter reservations loaded: {worker}, until {time}', spoken),
        ...leftOut,
      ),
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
    const count = open.withoutDeadline.length;
    const undated =
      count === 0
        ? []
        : count === 1
          ? [vscode.l10n.t('Not included: 1 reservation whose deadline is not known.')]
          : [vscode.l10n.t('Not included: {count} reservations whose deadlines are not known.', { count })];
    return [...this.failureLines(open.failures), ...outdated, ...loading, ...undated];
  }

  private failureLines(failures: readonly Failure[]): string[] {
    const { clock, names } = this.options;
    return failures.map((one) => {
      const reason = failureText(names.full(one), one, clock.now());
      return one.partialLists === undefined ? vscode.l10n.t('Not included: {reason}', { reason }) : reason;
    });
  }
}
