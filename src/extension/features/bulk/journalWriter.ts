import type { Line } from '../../../bulk/journal';
import { lineText } from '../../../bulk/journal';

/** The part of node's FileHandle that is used; the file is open for appending. */
export interface JournalHandle {
  appendFile(text: string): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: Line;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Appends lines in order. What comes while the disk is busy is written and flushed together. */
export class JournalWriter {
  private waiting: Waiting[] = [];
  private isWriting = false;
  private written = Promise.resolve();

  constructor(private readonly file: JournalHandle) {}

  /** Resolves when the line is on disk: a kill can no longer take it. */
  append(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      if (!this.isWriting) this.written = this.writeAll();
    });
  }

  /** To be called once every line has been appended, which may still be written. */
  async close(): Promise<void> {
    await this.written;
    await this.file.close();
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map(({ line }) => lineText(line)).join(''));
        await this.file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    // In the same turn as the check above: what is appended next begins again.
    this.isWriting = false;
  }
}
