import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { CountdownBadges } from './countdownBadges';
import type { OpenReservation } from '../../display/openReservation';
import type { OpenReservations } from './openReservations';
import { reservationScheme, uriOf } from './liveView';

/** VS Code takes 250 at a time, and only some of a larger number. */
const maxAtOnce = 200;
/** More rows than fit in a window. */
const maxVisible = 100;
/** VS Code requests a decoration once, and keeps it until it is told that it has changed, also of rows that are gone. */
const maxRequested = 10_000;

export interface CountdownOptions {
  readonly open: OpenReservations;
  readonly clock: Clock;
  /** Whether the rows are visible. */
  readonly isVisible: () => boolean;
  /** Called with the rows whose label has changed. */
  readonly onLabels: (entries: readonly OpenReservation[]) => void;
}

/**
 * The countdown beside each pending row. A tree that is refreshed each second shows its progress bar each
 * second, by design (microsoft/vscode#166089); a decoration does not.
 */
export class Countdown implements vscode.FileDecorationProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly badges: CountdownBadges;
  private readonly ticking;
  /** IDs of the rows whose decorations VS Code has. */
  private readonly requested = new Set<string>();
  /** SIDs of those that it has requested last. */
  private readonly drawn = new Set<string>();
  private readonly disposables = new Disposables();

  constructor(private readonly options: CountdownOptions) {
    const { open, clock, isVisible } = options;
    this.badges = new CountdownBadges(open, clock);
    this.ticking = everySecond(
      clock,
      () => isVisible() && open.pending.length > 0,
      () => this.tick(),
    );
    this.disposables.add(
      this.changed,
      this.ticking,
      open.onDidChange(() => this.resume()),
    );
  }

  /** To be called when the rows may have become visible. */
  resume(): void {
    this.tick();
    this.ticking.check();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whether VS Code has recently drawn this reservation's row: it requests a decoration when it first draws the row. */
  hasDrawn(sid: string): boolean {
    return this.drawn.has(sid);
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== reservationScheme) return undefined;
    const id = uri.path.slice(1);
    if (!this.requested.has(id)) {
      addTo(this.requested, id, maxRequested);
      addTo(this.drawn, id.split('/').at(-1)!, maxVisible);
    }
    const badge = this.badges.badgeOf(id);
    return badge && { ...badge, color: badge.color ? new vscode.ThemeColor(badge.color) : undefined };
  }

  private tick(): void {
    const { badges, labels } = this.badges.changed();
    // VS Code requests the decoration of each row that is named here, whether it draws the row or not.
    const uris = badges.filter(({ id }) => this.requested.has(id)).map(uriOf);
    for (let from = 0; from < uris.length; from += maxAtOnce)
      this.changed.fire(uris.slice(from, from + maxAtOnce));
    if (labels.length) this.options.onLabels(labels);
  }
}

/** Adds to a set that drops its oldest value when it has more than `max`. */
function addTo(set: Set<string>, value: string, max: number): void {
  set.add(value);
  const [oldest] = set;
  if (set.size > max) set.delete(oldest!);
}
