import { constants } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Message } from '../../taskrouter/message';
import { inEnglish, message } from '../../taskrouter/message';

/** A file exists, but cannot be used. */
export class UnusableFileError extends Error {
  override readonly name: string = 'UnusableFileError';

  /** @param problem the end of a sentence: `it is not a regular file` */
  constructor(readonly problem: Message) {
    super(inEnglish(problem));
  }
}

/** Milliseconds. A network drive may not respond. */
const maxDuration = 2000;

/**
 * Reads a file that somebody else may have put there: a FIFO or a device never ends, and neither does a link to one.
 * Undefined when there is no such file. @throws UnusableFileError
 */
export async function readSmallFile(file: string, maxKilobytes: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const problem = message('reading it took longer than {seconds} seconds', { seconds: maxDuration / 1000 });
    timer = setTimeout(() => reject(new UnusableFileError(problem)), maxDuration);
  });
  try {
    return await Promise.race([readBounded(file, maxKilobytes), late]);
  } catch (error) {
    if (error instanceof UnusableFileError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UnusableFileError(message('it could not be read ({code})', { code }));
  } finally {
    clearTimeout(timer);
  }
}

async function readBounded(file: string, maxKilobytes: number): Promise<string> {
  const maxBytes = maxKilobytes * 1024;
  // Without O_NONBLOCK, opening a FIFO waits for a writer. Windows has neither.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await handle.stat()).isFile()) throw new UnusableFileError(message('it is not a regular file'));
    // The size from stat is not reliable: the file may grow, and files under /proc have size 0 and are read in units.
    const buffer = Buffer.alloc(maxBytes + 4096);
    for (let length = 0; length <= maxBytes;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) return buffer.toString('utf8', 0, length);
      length += bytesRead;
    }
    throw tooLarge(maxKilobytes);
  } finally {
    await handle.close();
  }
}

export const tooLarge = (maxKilobytes: number): UnusableFileError =>
  new UnusableFileError(message('it is larger than {size} KiB', { size: maxKilobytes }));

/** @throws UnusableFileError for a file that links lead out of this folder */
export async function assertInside(folder: string, file: string): Promise<void> {
  const target = await targetOf(file);
  const way = path.relative(await realpath(folder), target);
  if (way.startsWith('..') || path.isAbsolute(way))
    throw new UnusableFileError(message('it is a link to {target}, outside this folder', { target }));
}

/** Where writing this file would write: it need not exist, nor need its folder. */
async function targetOf(file: string, maxLinks = 40): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || maxLinks === 0) throw error;
  }
  const link = await readlink(file).catch(() => undefined);
  if (link !== undefined) return targetOf(path.resolve(path.dirname(file), link), maxLinks - 1);
  return path.join(await targetOf(path.dirname(file), maxLinks), path.basename(file));
}
