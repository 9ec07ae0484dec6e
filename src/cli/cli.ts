import { parseArgs } from 'node:util';
import { InvalidFileError } from '../simulator/scenarios/jsonFile';
import { check } from './check';
import type { Command, ExitCode, Given, Surroundings } from './command';
import { UsageError } from './command';

const commands: readonly Command[] = [check];

/** Runs one command line. Errors go to `printError`, in words. */
export async function runCli(
  args: readonly string[],
  surroundings: Surroundings & { readonly printError: (line: string) => void },
): Promise<ExitCode> {
  const { print, printError } = surroundings;
  const [name, ...rest] = args;
  const command = commands.find((one) => one.name === name);
  if (!command) {
    const asksForHelp = name === '--help';
    if (name !== undefined && !asksForHelp) printError(`${name} is not a command.`);
    (asksForHelp ? print : printError)(usage);
    return asksForHelp ? 0 : 2;
  }
  try {
    const given = parse(command, rest);
    if (given) return await command.run(given, surroundings);
    print(usageOf(command));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InvalidFileError)) throw error;
    printError(error.message);
    if (error instanceof UsageError) printError(`See taskrouter ${command.name} --help.`);
    return 2;
  }
}

/** Undefined when it asks for help. */
function parse(command: Command, args: string[]): Given | undefined {
  const options = Object.keys(command.options).map((name) => [name, { type: 'string' }] as const);
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...Object.fromEntries(options), help: { type: 'boolean' } },
      allowPositionals: true,
    });
    const { help, ...given } = values;
    return help ? undefined : { operands: positionals, options: given };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

const table = (rows: readonly (readonly [string, string])[]) => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
};

const usage = `Tests what is built on Twilio TaskRouter.

Usage: taskrouter COMMAND …

${table(commands.map(({ name, summary }) => [name, summary]))}

taskrouter COMMAND --help lists the options of a command.`;

function usageOf({ name, operands, options, summary }: Command): string {
  const rows = Object.entries(options).map(
    ([option, { value, description }]) => [`--${option} ${value}`, description] as const,
  );
  return `${summary}

Usage: taskrouter ${name} [OPTIONS] ${operands}

${table([...rows, ['--help', 'this text']])}

Exits with 0 when all is as expected, with 1 when something differs, and with 2 when the command line or a file is wrong.`;
}
