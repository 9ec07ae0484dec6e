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
 * What is known of the reservation that is shown: that it expires next, or first of those loaded (confirmed or not), or
 * of those before.
 */
type Place = 'next' | 'soonestLoaded' | 'soonestUnconfirmed' | 'soonestBefore';

/**
 * `0:42 Alice`: the pending reservation that times out next, or the soonest of those that are loaded until that is known,
 * or of those that were known before, or what could not be read.
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
    const { next, soonest, soonestBefore, failures, pending } = open;
    if (typeof next === 'object') this.drawReservation(next, 'next');
    else if (soonest && (next === 'loading' || next === 'unknown'))
      this.drawReservation(soonest, open.isUnconfirmed(soonest) ? 'soonestUnconfirmed' : 'soonestLoaded');
    else if (soonestBefore && next === 'unknown' && failures.length === 0)
      this.drawReservation(soonestBefore, 'soonestBefore');
    else {
      this.shown = undefined;
      if (next === 'loading') this.drawProgress(progressText(open.progress));
      else if (next === 'unconfirmed') this.drawProgress(vscode.l10n.t('Confirming the next reservation'));
      else if (failures.length) this.drawFailures(failures);
      else if (next === 'unknown' && pending.length) this.drawCount(pending.length);
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

  /** Where no deadline is known, or all have passed. */
  private drawCount(count: number): void {
    const { item, open } = this.options;
    const time = this.timeOf(open.readAt);
    const text = open.areOutdated
      ? vscode.l10n.t('{count} pending as of {time}', { count, time })
      : vscode.l10n.t('{count} pending', { count });
    this.show(open.areOutdated ? `$(history) ${text}` : `$(bell-dot) ${text} $(warning)`, text);
    item.tooltip = [
      vscode.l10n.t('The TaskRouter reservation that expires next is not known.'),
      ...this.leftOut(),
    ].join('\n');
    item.command = showView();
  }

  private timeOf(at: number | undefined): string {
    const now = this.options.clock.now();
    return timeOfDay(at ?? now, now);
  }

  private drawFailures(failures: readonly Failure[]): void {
    const text = failuresText(failures, (one) => forMessage(this.options.names.full(one), 60));
    this.show(`$(warning) ${text}`, text);
    this.options.item.tooltip = this.failureLines(failures).join('\n');
    this.options.item.command = showView();
  }

  private show(text: string, spoken: string): void {
    const { item } = this.options;
    item.text = text;
    item.accessibilityInformation = { label: `TaskRouter: ${spoken}` };
    item.command = undefined;
    item.show();
  }

  /** It is called the next one only when no other one can time out before it. */
  private drawReservation(one: OpenReservation, place: Place): void {
    const { item, open, view, clock } = this.options;
    const now = clock.now();
    const leftOut = this.leftOut(place === 'soonestBefore');
    const texts = textsOf(place, {
      left: timeLeft(one.deadline!, now),
      until: timeOfDay(one.deadline!.at, now),
      asOf: this.timeOf(open.readAtOf(one)),
      worker: one.worker,
      reservation: [one.worker, one.about, one.queue, this.placeOf(one)].filter(Boolean).join(', '),
      isLoading: open.loading.length > 0,
    });
    item.text = texts.item;
    const tooltip = [texts.tooltip, ...leftOut].join('\n');
    if (this.shown === one && this.tooltip === tooltip) return;
    this.shown = one;
    this.tooltip = tooltip;
    item.command = asCommand('taskrouter.reservation.open', view.node(one.id));
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: sentences(texts.spoken, ...leftOut) };
    item.show();
  }

  /** Its workspace and account, where there are several. */
  private placeOf({ accountId, sids }: OpenReservation): string {
    const { open, names } = this.options;
    const { workspaces } = open;
    const of = workspaces.find((one) => one.accountId === accountId && one.workspaceSid === sids[0]);
    return of && workspaces.length > 1 ? names.full({ accountId, workspace: of.name }) : '';
  }

  /** What another reservation could time out in sooner. */
  private leftOut(includesOutdated = false): string[] {
    const { open, clock, names } = this.options;
    const failed = new Set(open.failures.map(({ id }) => id));
    const outdated = (includesOutdated ? [] : open.outdated)
      .filter(({ failureId }) => !failed.has(failureId))
      .map(({ accountId, name, readAt }) => {
        const place = names.full({ accountId, workspace: name });
        return vscode.l10n.t('Not included: {place}, last read at {time}.', {
          place,
          time: timeOfDay(readAt!, clock.now()),
        });
      });
    const loading = open.loading.map((one) => {
      const place = names.full(one);
      return open.isPolling
        ? vscode.l10n.t('Not included yet: {place}, still loading.', { place })
        : vscode.l10n.t('Not included: {place}, not loaded completely.', { place });
    });
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

interface PlaceArguments {
  /** Until it expires. */
  readonly left: string;
  /** When it expires. */
  readonly until: string;
  readonly asOf: string;
  readonly worker: string;
  readonly reservation: string;
  readonly isLoading: boolean;
}

/** What the item shows of a reservation, what its tooltip says, and what a screen reader says. */
function textsOf(
  place: Place,
  { left: time, until, asOf, worker, reservation, isLoading }: PlaceArguments,
): { readonly item: string; readonly tooltip: string; readonly spoken: string } {
  // VS Code makes icons of a status bar item's text, as in a notification.
  const short = { asOf, time, worker: forMessage(worker, 30) };
  const long = { asOf, reservation };
  const aloud = { asOf, time: until, worker };
  const doubt = isLoading ? '$(sync~spin)' : '$(warning)';
  switch (place) {
    case 'next':
      return {
        item: `$(bell-dot) ${time} ${short.worker}${isLoading ? ' $(sync~spin)' : ''}`,
        tooltip: vscode.l10n.t('Expires next: {reservation}. Click to open it.', long),
        spoken: vscode.l10n.t('Next TaskRouter reservation: {worker}, until {time}', aloud),
      };
    case 'soonestLoaded':
      return {
        item: `$(bell-dot) ${vscode.l10n.t('Soonest loaded: {time} {worker}', short)} ${doubt}`,
        tooltip: vscode.l10n.t('Soonest of the reservations loaded: {reservation}. Click to open it.', long),
        spoken: vscode.l10n.t('Soonest of the TaskRouter reservations loaded: {worker}, until {time}', aloud),
      };
    case 'soonestUnconfirmed':
      return {
        item: `$(bell-dot) ${vscode.l10n.t('Not confirmed yet: {time} {worker}', short)} ${doubt}`,
        tooltip: vscode.l10n.t(
          'Soonest of the reservations loaded, not confirmed yet: {reservation}. Click to open it.',
          long,
        ),
        spoken: vscode.l10n.t(
          'Soonest of the TaskRouter reservations loaded, not confirmed yet: {worker}, until {time}',
          aloud,
        ),
      };
    case 'soonestBefore':
      return {
        item: `$(history) ${vscode.l10n.t('Soonest as of {asOf}: {time} {worker}', short)}`,
        tooltip: vscode.l10n.t(
          'Soonest of the reservations as of {asOf}: {reservation}. Another may expire sooner. Click to open it.',
          long,
        ),
        spoken: vscode.l10n.t(
          'Soonest of the TaskRouter reservations as of {asOf}: {worker}, until {time}',
          aloud,
        ),
      };
  }
}

const showView = (): vscode.Command => ({
  command: 'taskrouter.live.focus',
  title: vscode.l10n.t('Show Live Reservations'),
});
