import type { Outcome } from '../../actions/outcome';
import type { Clock } from '../../data/clock';
import { minReadingTime } from '../../display/modal';

/** The outcome that a form shows: whether a person can have read it there, else it is shown elsewhere. */
export class OutcomeOnPage {
  /** Since when it can be seen, in elapsed milliseconds; Infinity before. */
  private shownAt: number;
  /** What it is about; undefined once it was shown elsewhere, and where it is from before this form was opened. */
  private about: string | undefined;

  constructor(
    private outcome: Outcome | undefined,
    private readonly clock: Pick<Clock, 'elapsed'>,
    private readonly showElsewhere: (outcome: Outcome, about: string) => void,
  ) {
    this.shownAt = clock.elapsed();
  }

  get isRead(): boolean {
    return this.outcome === undefined || this.clock.elapsed() - this.shownAt >= minReadingTime;
  }

  /** `about` names the subject as it was when the update was sent: after a sign-out the store has no names. */
  replace(outcome: Outcome | undefined, isVisible: boolean, about?: string): void {
    this.showIfUnread();
    this.outcome = outcome;
    this.about = about;
    this.shownAt = isVisible ? this.clock.elapsed() : Infinity;
    // A tab in the background may be closed, or the window reloaded, before anybody looks at it.
    if (!isVisible) this.showIfUnread();
  }

  setVisible(isVisible: boolean): void {
    if (isVisible) this.shownAt = Math.min(this.shownAt, this.clock.elapsed());
    else if (!this.isRead) {
      this.showIfUnread();
      this.shownAt = Infinity;
    }
  }

  /** To be called also when the form is closed. */
  showIfUnread(): void {
    const { outcome, about } = this;
    if (!outcome || about === undefined || this.isRead) return;
    this.about = undefined;
    this.showElsewhere(outcome, about);
  }
}
