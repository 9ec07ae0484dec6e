import type * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { timeLeft } from '../../data/deadlines';
import type { OpenReservation, OpenReservations } from './openReservations';
import type { LiveView } from './liveView';
import { asCommand } from '../../contributions';
import { forMessage } from '../../display/safeText';

/** `0:42 Alice`: the pending reservation whose time is up next. A click opens it. */
export class SoonestItem {
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
      () => this.soonest() !== undefined || this.shown !== undefined,
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

  /** One that is probably over is no news. */
  private soonest(): OpenReservation | undefined {
    const now = this.clock.now();
    return this.open.pending.find(({ deadline }) => deadline && deadline.at > now);
  }

  private draw(): void {
    const soonest = this.soonest();
    if (!soonest?.deadline) {
      this.shown = undefined;
      return this.item.hide();
    }
    // Icons are drawn in a status bar as they are in a quick pick.
    const worker = forMessage(soonest.worker, 30);
    this.item.text = `$(bell-dot) ${timeLeft(soonest.deadline, this.clock.now())} ${worker}`;
    if (this.shown !== soonest) {
      this.shown = soonest;
      this.item.name = 'TaskRouter: Soonest Reservation';
      const node = this.view.node(soonest.sids[2]);
      this.item.command = asCommand('taskrouter.reservation.open', node);
      const { worker: name, about, queue } = soonest;
      this.item.tooltip = `The next pending reservation to time out: ${[name, about, queue].filter(Boolean).join(', ')}. Click to open it.`;
      this.item.accessibilityInformation = {
        label: `Next TaskRouter reservation: ${name}, until ${new Date(soonest.deadline.at).toLocaleTimeString()}`,
      };
      this.item.show();
    }
    this.ticking.check();
  }
}
