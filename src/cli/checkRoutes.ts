import path from 'node:path';
import { readInputFile } from '../inputFile';
import type { RouteTest } from '../routes/check';
import { openRouteTests } from '../routes/check';
import { inEnglish } from '../taskrouter/message';
import type { CaseResult } from './command';

/** A result with what is printed before its name. */
export interface CheckedCase extends CaseResult {
  readonly state: 'ok' | 'differs' | 'no answer' | 'invalid';
}

export interface LocatedRoutes {
  readonly file: string;
  readonly tests: readonly RouteTest[];
}

export const isRouteFile = (file: string): boolean => file.endsWith('.routes.json');

/** @throws InvalidFileError */
export async function routesIn(file: string): Promise<LocatedRoutes> {
  const read = (name: string) => ({ name, text: readInputFile(name) });
  const beside = (other: string) => Promise.resolve(read(path.join(path.dirname(file), other)));
  return { file, tests: (await openRouteTests(read(file), beside)).tests };
}

/** Runs the tests of a file, one result for each. */
export const checkRoutes = ({ file, tests }: LocatedRoutes): readonly CheckedCase[] =>
  tests.map((test) => {
    const start = performance.now();
    const failures = test.check().map(({ message }) => inEnglish(message));
    const seconds = (performance.now() - start) / 1000;
    return { name: `${file}: ${test.name}`, seconds, failures, state: failures.length ? 'differs' : 'ok' };
  });
