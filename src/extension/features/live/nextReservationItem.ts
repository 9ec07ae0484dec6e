import type * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import { asCommand } from '../../contributions';
import { forMessage } from '../../display/safeText';
import { progressText } from './liveMessage';
import type { LiveView } from './liveView';
import type { OpenReservation, OpenReservations } from './openReservations';
import { timeOfDay } from './times';

/** `0:42 Alice`: the pending reservation that times out next, or how many are loaded until that is known. */
export class NextReservationItem {
  private shown: OpenReservation | undefined;
  private readonly ticking;
  private readonly disposables = new Disposables();

  constructor(
    private readonly item: vscode.StatusBarItem,
    private readonly open: OpenReservations,
    private readonly view: LiveView,
    private readonly clock: Clock,
  ) {
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
    this.item.name = 'TaskRouter: Next Reservation';
    const { next } = this.open;
    if (typeof next === 'object') this.drawNext(next);
    else {
      this.shown = undefined;
      if (next === 'unknown' && this.isLoading) this.drawProgress();
      else this.item.hide();
    }
    this.ticking.check();
  }

  /** What is out of date is not loading. */
  private get isLoading(): boolean {
    const { all, isComplete, hasFailed } = this.open;
    if (hasFailed) return false;
    return !isComplete || all.some(({ isConfirmed }) => !isConfirmed);
  }

  private drawProgress(): void {
    const { progress, isComplete } = this.open;
    const text = isComplete ? 'Confirming the next reservation' : `${progressText(progress)} loaded`;
    this.item.text = `$(sync~spin) ${text}`;
    this.item.tooltip = 'The next TaskRouter reservation to time out is not known yet.';
    this.item.accessibilityInformation = { label: `TaskRouter: ${text}` };
    this.item.command = undefined;
    this.item.show();
  }

  private drawNext(next: OpenReservation): void {
    const deadline = next.deadline!;
    const now = this.clock.now();
    // VS Code makes icons of a status bar item's text, as in a notification.
    this.item.text = `$(bell-dot) ${timeLeft(deadline, now)} ${forMessage(next.worker, 30)}`;
    if (this.shown === next) return;
    this.shown = next;
    const { worker, about, queue } = next;
    this.item.command = asCommand('taskrouter.reservation.open', this.view.node(next.id));
    this.item.tooltip = `The next pending reservation to time out: ${[worker, about, queue].filter(Boolean).join(', ')}. Click to open it.`;
    this.item.accessibilityInformation = {
      label: `Next TaskRouter reservation: ${worker}, until ${timeOfDay(deadline.at, now)}`,
    };
    this.item.show();
  }
}
