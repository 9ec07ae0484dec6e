import type { Clock } from '../../data/clock';
import type { LinkUri } from './link';

/** Milliseconds between two links, at least: nobody clicks faster on purpose, but a page can. */
const minGap = 1000;
/** Milliseconds after which the next link is followed even if the one before is not done: it may wait for an answer. */
const patience = 20_000;

interface Options {
  readonly follow: (link: LinkUri) => Promise<void>;
  /** Called for a link that came too soon after another one. */
  readonly onSkipped: () => void;
  readonly clock: Pick<Clock, 'elapsed' | 'setTimeout'>;
}

/**
 * Follows one link at a time. Of links in quick succession it follows the first; of those that come while it follows one, the
 * last.
 */
export class LinkFollower {
  private latest = -Infinity;
  private isFollowing = false;
  private next: LinkUri | undefined;

  constructor(private readonly options: Options) {}

  async add(link: LinkUri): Promise<void> {
    const now = this.options.clock.elapsed();
    const isTooSoon = now - this.latest < minGap;
    this.latest = now;
    if (isTooSoon) return this.options.onSkipped();
    this.next = link;
    if (this.isFollowing) return;
    this.isFollowing = true;
    for (let one = this.taken(); one; one = this.taken()) await this.patiently(this.options.follow(one));
    this.isFollowing = false;
  }

  private taken(): LinkUri | undefined {
    const { next } = this;
    this.next = undefined;
    return next;
  }

  private async patiently(work: Promise<void>): Promise<void> {
    let timer: { cancel(): void } | undefined;
    const late = new Promise<void>((resolve) => (timer = this.options.clock.setTimeout(resolve, patience)));
    await Promise.race([work, late]);
    timer?.cancel();
  }
}
