import { parseArgs } from 'node:util';
import { InvalidFileError } from '../jsonFile';
import { nearest } from '../nearest';
import { check } from './check';
import { mcp } from './mcp';
import type { CaseResult, Command, ExitCode, Given, Options, Surroundings } from './command';
import { UsageError } from './command';
import type { ReportFile } from './junit';
import { junitReport, openReport } from './junit';

const commands: readonly Command[] = [check, mcp];

/** Runs one command line. Errors go to `printError`, in words. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { print, printError } = surroundings;
  const [name, ...rest] = args;
  const command = commands.find((one) => one.name === name);
  if (!command) {
    const asksForHelp = name === '--help';
    if (name !== undefined && !asksForHelp) {
      const names = commands.map((one) => one.name);
      const meant = nearest(name, names);
      printError(
        printable(`${name} is not a command.${meant === undefined ? '' : ` Did you mean ${meant}?`}`),
      );
    }
    (asksForHelp ? print : printError)(usage);
    return asksForHelp ? 0 : 2;
  }
  return runCommand(command, rest, surroundings);
}

async function runCommand(
  command: Command,
  args: readonly string[],
  { environment, print, printError }: Surroundings,
): Promise<ExitCode> {
  const suite = `taskrouter ${command.name}`;
  let report: ReportFile | undefined;
  try {
    report = reportOf(command, args);
    try {
      const given = parse(command, args);
      if (!given) {
        print(usageOf(command));
        return 0;
      }
      const results = await command.run(given, {
        environment,
        print: (line) => print(printable(line)),
        printError: (line) => printError(printable(line)),
      });
      report?.write(junitReport(suite, results));
      return exitCodeOf(results);
    } catch (error) {
      report?.write(junitReport(suite, [], textOf(error)));
      throw error;
    }
  } catch (error) {
    printError(textOf(error));
    if (error instanceof UsageError) printError(`See ${suite} --help.`);
    return 2;
  } finally {
    report?.close();
  }
}

function exitCodeOf(results: readonly CaseResult[]): ExitCode {
  if (results.some(({ isInvalid }) => isInvalid)) return 2;
  return results.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

/** What is wrong, in lines; one line for an error of this tool. */
export const textOf = (error: unknown): string =>
  error instanceof UsageError || error instanceof InvalidFileError
    ? error.message.split('\n').map(printable).join('\n')
    : printable(`Unexpected error: ${String(error)}`);

/** Without what a terminal acts on. */
const printable = (line: string) => line.replace(/\p{C}/gu, '\u{fffd}');

const reportOptions: Options = {
  junit: { value: 'FILE', description: 'where to write a report in the JUnit format' },
};

const optionsOf = ({ options, hasReport }: Command): Options => ({
  ...options,
  ...(hasReport ? reportOptions : {}),
});

const parsedOptions = (command: Command) => {
  const all = Object.entries(optionsOf(command)).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  return { ...Object.fromEntries(all), help: { type: 'boolean' } } as const;
};

/** Also of a command line that is wrong: its report says so. */
function reportOf(command: Command, args: readonly string[]): ReportFile | undefined {
  const { values } = parseArgs({
    ...{ args: [...args], options: parsedOptions(command), allowPositionals: true },
    strict: false,
  });
  const { junit, help } = values as { junit?: unknown; help?: unknown };
  return typeof junit === 'string' && !help ? openReport(junit) : undefined;
}

/** Undefined when it asks for help. */
function parse(command: Command, args: readonly string[]): Given | undefined {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], options: parsedOptions(command), allowPositionals: true },
    });
    const { help, ...given } = values as Readonly<Record<string, string | boolean | undefined>>;
    const options = Object.entries(given).map(([name, value]) => [name, value === true ? '' : value]);
    return help
      ? undefined
      : { operands: positionals, options: Object.fromEntries(options) as Given['options'] };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

const table = (rows: readonly (readonly [string, string])[]) => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
};

const usage = `Tests what is built on Twilio TaskRouter, and answers questions about it.

Usage: taskrouter COMMAND …

${table(commands.map(({ name, summary }) => [name, summary]))}

taskrouter COMMAND --help lists the options of a command.`;

function usageOf(command: Command): string {
  const { name, operands, summary, epilog } = command;
  const rows = Object.entries(optionsOf(command)).map(
    ([option, { value, description }]) =>
      [['--' + option, value].filter(Boolean).join(' '), description] as const,
  );
  return `${summary}

Usage: taskrouter ${[name, '[OPTIONS]', operands].filter(Boolean).join(' ')}

${table([...rows, ['--help', 'this text']])}

${epilog}`;
}
