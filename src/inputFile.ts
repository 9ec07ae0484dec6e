import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { InvalidFileError } from './jsonFile';

const maxBytes = 1024 * 1024;

/**
 * The text of a file that a command line names. A FIFO or a device never ends, and neither does a link to one.
 * @throws InvalidFileError
 */
export function readInputFile(file: string): string {
  try {
    // Without O_NONBLOCK, opening a FIFO waits for a writer. Windows has neither.
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return contentOf(descriptor, file);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof InvalidFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidFileError(`${file} cannot be read (${code}).`);
  }
}

function contentOf(descriptor: number, file: string): string {
  if (!fstatSync(descriptor).isFile())
    throw new InvalidFileError(`${file} cannot be read: it is not a regular file.`);
  // The size from fstat is not reliable: the file may grow, and files under /proc have size 0.
  const buffer = Buffer.alloc(maxBytes + 1);
  for (let length = 0; length <= maxBytes;) {
    const bytesRead = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    length += bytesRead;
  }
  throw new InvalidFileError(`${file} cannot be read: it is larger than 1 MB.`);
}
