import { closeSync, constants, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import type { CaseResult } from './command';
import { UsageError } from './command';

export interface ReportFile {
  /** @throws UsageError */
  readonly write: (content: string) => void;
  readonly close: () => void;
}

/**
 * Opens a file for a report before anything is sent. It is empty from then on: an earlier report never passes for one of
 * this run. Anything else that the file has, such as a workflow that is tested, stays.
 * @throws UsageError
 */
export function openReport(file: string): ReportFile {
  const writing = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new UsageError(`--junit: ${file} cannot be written (${code}).`, { cause: error });
    }
  };
  if (writing(() => hasOtherContent(file)))
    throw new UsageError(`--junit: ${file} is not an XML file and would be overwritten. Name another file.`);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK = 0 } = constants;
  // Without O_NONBLOCK, opening a FIFO waits for a reader. Windows has neither.
  const descriptor = writing(() => openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK));
  return {
    write: (content) => writing(() => writeFileSync(descriptor, content)),
    close: () => closeSync(descriptor),
  };
}

function hasOtherContent(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  const descriptor = openSync(file, constants.O_RDONLY);
  try {
    const start = Buffer.alloc(100);
    const length = readSync(descriptor, start);
    return length > 0 && !/^\uFEFF?\s*</.test(start.toString('utf8', 0, length));
  } finally {
    closeSync(descriptor);
  }
}

/** A report that CI systems read, with the error that ended the run. https://github.com/testmoapp/junitxml */
export function junitReport(suite: string, results: readonly CaseResult[], error?: string): string {
  const invalid = results.filter(({ isInvalid }) => isInvalid).length;
  const failed = results.filter(({ failures }) => failures.length > 0).length - invalid;
  const time = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const [tests, errors] = error === undefined ? [results.length, invalid] : [results.length + 1, invalid + 1];
  const counts = `name="${inXml(suite)}" tests="${tests}" failures="${failed}" errors="${errors}" time="${time.toFixed(3)}"`;
  const cases = results.map(({ name, seconds, failures, isInvalid }) =>
    testCase(suite, name, seconds, isInvalid ? 'error' : 'failure', failures),
  );
  if (error !== undefined) cases.push(testCase(suite, suite, 0, 'error', [error]));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite ${counts}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function testCase(
  suite: string,
  name: string,
  seconds: number,
  kind: 'failure' | 'error',
  sentences: readonly string[],
): string {
  const start = `    <testcase classname="${inXml(suite)}" name="${inXml(name)}" time="${seconds.toFixed(3)}"`;
  if (sentences.length === 0) return `${start} />`;
  const text = sentences.map(inXml);
  return `${start}>\n      <${kind} message="${text[0]}">${text.join('\n')}</${kind}>\n    </testcase>`;
}

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' },
};

/** XML 1.0 has no control characters, not even escaped ones. */
const inXml = (text: string) =>
  text.replace(/[^\P{C}\n]/gu, '\u{fffd}').replace(/[&<>"\n]/g, (character: string) => entities[character]!);
