/** One command of the tool, a row of the table in `cli.ts`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What comes after the name, such as `FILE…`. */
  readonly operands: string;
  /** By their names. */
  readonly options: Options;
  /** What the end of its help says. */
  readonly epilog: string;
  /** It has a result for each of its operands, which can be written to a report. */
  readonly hasReport?: true;
  run(given: Given, surroundings: Surroundings): Promise<readonly CaseResult[]>;
}

/** One without `value` is a flag, whose value is empty when it is given. */
export type Options = Readonly<Record<string, { readonly value?: string; readonly description: string }>>;

export interface Given {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
}

/** What a command needs of its process. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}

/** What became of one file. */
export interface CaseResult {
  readonly name: string;
  readonly seconds: number;
  /** What is wrong, one sentence each; empty when all is as expected. */
  readonly failures: readonly string[];
  /** The file is wrong, and nothing of it was checked. */
  readonly isInvalid?: true;
}

/** 0: all is as expected. 1: something differs. 2: the command line or a file is wrong, or the tool has an error. */
export type ExitCode = 0 | 1 | 2;

/** The command line or a file is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
