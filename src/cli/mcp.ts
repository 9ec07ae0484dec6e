import { loopbackOriginOf, originFor } from '../taskrouter/origin';
import { isSid } from '../taskrouter/sid';
import type { Command, Given, Surroundings } from './command';
import { UsageError } from './command';

const environments = ['production', 'staging', 'development'] as const;
/** As those of the extension's setting. */
export const requestsPerMinute = { default: 60, minimum: 1, maximum: 600 };

/** Serves the tools for language models to a program that speaks the Model Context Protocol, until it hangs up. */
export const mcp: Command = {
  name: 'mcp',
  summary: 'Serves the tools for language models as an MCP server on standard input and output.',
  operands: '',
  options: {
    simulator: { description: 'answers about a simulated contact center, without any network' },
    local: { value: 'ADDRESS', description: 'reads a TaskRouter on this machine, such as localhost:3000' },
    environment: {
      value: 'NAME',
      description: `what the account is used for: ${environments.join(', ')}; ${environments[0]} when absent`,
    },
    'requests-per-minute': {
      value: 'NUMBER',
      description: `above which requests wait, from 1 to ${requestsPerMinute.maximum}; ${requestsPerMinute.default} when absent`,
    },
    'allow-preparing': {
      description: 'also offers the tools that prepare changes, which only say what would be sent',
    },
    'omit-quotations': { description: 'leaves out names, attributes and reasons' },
  },
  epilog: `Without --simulator it reads the account of the API key in TWILIO_API_KEY and TWILIO_API_SECRET, in TWILIO_REGION and
through TWILIO_EDGE if they are set. It only reads: nothing changes in the account. Each request is a line on standard error.`,
  async run({ operands, options }, { environment, printError }) {
    if (operands.length > 0) throw new UsageError('taskrouter mcp takes no files.');
    const source = sourceOf(options, environment);
    const { serveTools } = await import('../mcp/mcpServer');
    await serveTools({
      source,
      allowPreparing: options['allow-preparing'] !== undefined,
      quotations: options['omit-quotations'] === undefined,
      log: (line) => printError(`${new Date().toISOString()} ${line}`),
    });
    return [];
  },
};

function sourceOf(options: Given['options'], environment: Surroundings['environment']) {
  const { simulator, local, environment: use = environments[0], 'requests-per-minute': wanted } = options;
  const { minimum, maximum } = requestsPerMinute;
  const limit = Number(wanted ?? requestsPerMinute.default);
  if (!Number.isInteger(limit) || limit < minimum || limit > maximum)
    throw new UsageError(`--requests-per-minute has to be a whole number from ${minimum} to ${maximum}.`);
  if (!environments.some((one) => one === use))
    throw new UsageError(`--environment has to be one of ${environments.join(', ')}.`);
  if (simulator !== undefined) {
    if (local !== undefined) throw new UsageError('Use either --simulator or --local.');
    return 'simulator';
  }
  return {
    ...credentialsIn(environment),
    origin: originIn(local, environment),
    environment: use,
    requestsPerMinute: limit,
  };
}

function credentialsIn({
  TWILIO_API_KEY: username = '',
  TWILIO_API_SECRET: password = '',
}: Surroundings['environment']) {
  if (!isSid('ApiKey', username) || password === '')
    throw new UsageError(
      'Set TWILIO_API_KEY to the SID of an API key (SK…) and TWILIO_API_SECRET to its secret, or use --simulator.',
    );
  return { username, password };
}

function originIn(
  local: string | undefined,
  { TWILIO_REGION: region, TWILIO_EDGE: edge }: Surroundings['environment'],
): string {
  const origin = local === undefined ? originFor(region, edge) : loopbackOriginOf(local);
  if (origin !== undefined) return origin;
  throw new UsageError(
    local === undefined
      ? 'Twilio has no such TWILIO_REGION or TWILIO_EDGE.'
      : '--local has to be the address of a TaskRouter on this machine, such as localhost:3000.',
  );
}
