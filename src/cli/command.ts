/** One command of the tool, a row of the table in `cli.ts`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What comes after the name, such as `FILE…`. */
  readonly operands: string;
  /** By their names; each takes a value. */
  readonly options: Readonly<Record<string, { readonly value: string; readonly description: string }>>;
  run(given: Given, surroundings: Surroundings): Promise<ExitCode>;
}

export interface Given {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
}

/** What a command needs of its process. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
}

/** 0: all is as expected. 1: something differs. 2: the command line or a file is wrong. */
export type ExitCode = 0 | 1 | 2;

/** The command line or a file is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
