import type { Place, Range } from '../../jsonFile';

interface NamedText {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
}

export interface TestFile extends NamedText {
  /**
   * Another file, by its path relative to this one.
   * @throws Error in words
   */
  readonly read: (path: string) => Promise<NamedText>;
}

/** What is wrong, at its place in the file. The two outputs are shown side by side. */
export interface TestFailure {
  readonly message: string;
  readonly place: Place;
  /** The name of another file that was read, in which the place is. */
  readonly file?: string | undefined;
  readonly outputs?: { readonly expected: string; readonly actual: string };
}

export interface TestResult {
  /** Absent when nothing was run. */
  readonly milliseconds?: number;
  /** `error` when there is nothing to compare. */
  readonly state: 'passed' | 'failed' | 'error';
  readonly failures: readonly TestFailure[];
}

/** How often tests came to a part of a file that they read, and with which outcomes. */
export interface CoveredRange {
  readonly range: Range;
  readonly count: number;
  readonly outcomes: readonly { readonly name: string; readonly count: number }[];
}

export interface CheckedFile {
  /** Of all, by their IDs, or else of the file: nothing in it was run. */
  readonly results: ReadonlyMap<string, TestResult> | TestResult;
  /** Of those that were run, in one file, which has this name. */
  readonly coverage?: () => { readonly file: string; readonly ranges: readonly CoveredRange[] };
}

/** Runs the tests of a file with these IDs, or the file that is one test. Undefined on cancel. */
export type CheckFile = (
  file: TestFile,
  signal: AbortSignal,
  ids: ReadonlySet<string>,
) => Promise<CheckedFile | undefined>;

export interface TestInFile {
  readonly id: string;
  readonly name: string;
  readonly place: Place;
}

/** One kind of file whose tests VS Code's Testing view lists and runs. */
export interface TestKind {
  readonly id: string;
  readonly pattern: string;
  /** Runs in this process alone: also after each save, and with coverage. */
  readonly isPure: boolean;
  /** Empty for a file that is itself one test; undefined for another program’s file of the same name. */
  list(text: string): readonly TestInFile[] | undefined;
  /** Called for each run, so that it can ask once what the files do not say. */
  begin(): CheckFile;
}
