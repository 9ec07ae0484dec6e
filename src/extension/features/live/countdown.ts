import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Clock } from '../../data/clock';
import { everySecond } from '../../data/clock';
import { CountdownLooks } from './countdownLooks';
import type { OpenReservations } from './openReservations';
import { reservationScheme, uriOf } from './liveView';

/** VS Code takes 250 at a time; of more than that it picks some. */
const mostAtOnce = 200;

/**
 * The countdown beside each pending row. A tree that is refreshed each second shows its progress bar each
 * second, by design (microsoft/vscode#166089); a decoration does not.
 */
export class Countdown implements vscode.FileDecorationProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly looks: CountdownLooks;
  private readonly ticking;
  private readonly disposables = new Disposables();

  constructor(
    open: OpenReservations,
    clock: Clock,
    /** Somebody can see the rows. */
    seen: () => boolean,
  ) {
    this.looks = new CountdownLooks(open, clock);
    this.ticking = everySecond(
      clock,
      () => seen() && open.pending.length > 0,
      () => this.tick(),
    );
    this.disposables.add(
      this.changed,
      this.ticking,
      open.onDidChange(() => this.look()),
    );
  }

  /** To be called when somebody may have begun to look. */
  look(): void {
    this.tick();
    this.ticking.check();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== reservationScheme) return undefined;
    const look = this.looks.lookOf(uri.path.split('/').at(-1)!);
    return look && { ...look, color: look.color ? new vscode.ThemeColor(look.color) : undefined };
  }

  private tick(): void {
    const uris = this.looks.changed().map(uriOf);
    for (let from = 0; from < uris.length; from += mostAtOnce)
      this.changed.fire(uris.slice(from, from + mostAtOnce));
  }
}
