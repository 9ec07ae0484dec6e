import * as vscode from 'vscode';
import type { Clock } from './clock';
import { everySecond } from './clock';
import type { Urgency } from './deadlines';
import { badgeOf, timeLeft, urgencyOf } from './deadlines';
import type { OpenReservation, OpenReservations } from './live';
import { reservationScheme, uriOf } from './liveView';

const colors: Readonly<Record<Urgency, string | undefined>> = {
  calm: undefined,
  soon: 'list.warningForeground',
  urgent: 'list.errorForeground',
  over: 'disabledForeground',
};
/** VS Code takes 250 at a time; of more than that it picks some. */
const mostAtOnce = 200;

/**
 * The countdown beside each pending row. A tree that is refreshed each second shows its progress bar each
 * second, by design (microsoft/vscode#166089); a decoration does not.
 */
export class Countdown implements vscode.FileDecorationProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private shown = new Map<string, string>();
  private readonly ticking;
  private readonly subscriptions: { dispose(): void }[];

  constructor(
    private readonly open: OpenReservations,
    private readonly clock: Clock,
    /** Somebody can see the rows. */
    seen: () => boolean,
  ) {
    this.ticking = everySecond(
      clock,
      () => seen() && open.pending.length > 0,
      () => this.tick(),
    );
    this.subscriptions = [this.changed, this.ticking, open.changes.listen(() => this.look())];
  }

  /** To be called when somebody may have begun to look. */
  look(): void {
    this.tick();
    this.ticking.check();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== reservationScheme) return undefined;
    const entry = this.open.get(uri.path.split('/').at(-1)!);
    if (!entry?.deadline) return undefined;
    const now = this.clock.now();
    const color = colors[urgencyOf(entry.deadline, now)];
    return {
      badge: badgeOf(entry.deadline, now),
      tooltip: timeLeft(entry.deadline, now),
      color: color ? new vscode.ThemeColor(color) : undefined,
    };
  }

  private tick(): void {
    const now = this.clock.now();
    const shown = new Map<string, string>();
    const uris: vscode.Uri[] = [];
    const draw = (entry: OpenReservation) => {
      if (!entry.deadline) return;
      const key = entry.sids[2];
      const look = `${badgeOf(entry.deadline, now)} ${urgencyOf(entry.deadline, now)}`;
      shown.set(key, look);
      if (this.shown.get(key) !== look) uris.push(uriOf(entry));
    };
    for (const entry of this.open.all) draw(entry);
    for (const key of this.shown.keys()) {
      const entry = shown.has(key) ? undefined : this.open.get(key);
      if (entry) uris.push(uriOf(entry));
    }
    this.shown = shown;
    for (let from = 0; from < uris.length; from += mostAtOnce)
      this.changed.fire(uris.slice(from, from + mostAtOnce));
  }
}
