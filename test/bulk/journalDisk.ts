import type { JournalHandle } from '../../src/extension/features/bulk/journalWriter';

/** A file whose writes take time, and of which a kill leaves what was flushed, and some of what was not. */
export class JournalDisk {
  private flushed = '';
  private written = '';
  /** Bytes that a write fails to write, and all after it. */
  isFull = false;

  constructor(private readonly onStep: () => void) {}

  /** `isAlive` is whether the session that opened it is. */
  open(isAlive: () => boolean): JournalHandle {
    const step = async (work: () => void) => {
      this.onStep();
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      // What comes of it is never known to a session that is over.
      if (!isAlive()) return new Promise<void>(() => undefined);
      work();
      this.onStep();
      return isAlive() ? undefined : new Promise<void>(() => undefined);
    };
    return {
      appendFile: async (text) => {
        if (!isAlive()) return new Promise<void>(() => undefined);
        const half = this.isFull ? text.slice(0, text.length >> 1) : text;
        const before = this.written;
        this.written += half;
        await step(() => {
          if (!this.isFull) return;
          this.written = before + half;
          throw Object.assign(new Error('No space is left.'), { code: 'ENOSPC' });
        });
      },
      datasync: () => step(() => (this.flushed = this.written)),
      close: () => Promise.resolve(),
    };
  }

  /** A kill: `share` of what was not flushed is there. */
  kill(share: number): void {
    const rest = this.written.slice(this.flushed.length);
    this.written = this.flushed += rest.slice(0, Math.floor(rest.length * share));
  }

  get text(): string {
    return this.written;
  }
}
