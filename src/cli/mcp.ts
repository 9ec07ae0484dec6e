import { originFor } from '../taskrouter/origin';
import { isSid } from '../taskrouter/sid';
import type { Command, Surroundings } from './command';
import { UsageError } from './command';

/** Serves the tools for language models to a program that speaks the Model Context Protocol, until it hangs up. */
export const mcp: Command = {
  name: 'mcp',
  summary: 'Serves the tools for language models as an MCP server on standard input and output.',
  operands: '',
  options: {
    simulator: { description: 'answers about a simulated contact center, without any network' },
    'allow-preparing': {
      description: 'also offers the tools that prepare changes, which only say what would be sent',
    },
    'omit-quotations': { description: 'leaves out names, attributes and reasons' },
  },
  epilog: `Without --simulator it reads the account of the API key in TWILIO_API_KEY and TWILIO_API_SECRET, in TWILIO_REGION and
through TWILIO_EDGE if they are set. It only reads: nothing changes in the account.`,
  async run({ operands, options }, { environment }) {
    if (operands.length > 0) throw new UsageError('taskrouter mcp takes no files.');
    const source = options['simulator'] === undefined ? accountIn(environment) : 'simulator';
    const { serveTools } = await import('../mcp/mcpServer');
    await serveTools({
      source,
      allowPreparing: options['allow-preparing'] !== undefined,
      quotations: options['omit-quotations'] === undefined,
    });
    return [];
  },
};

function accountIn({
  TWILIO_API_KEY: username = '',
  TWILIO_API_SECRET: password = '',
  TWILIO_REGION: region,
  TWILIO_EDGE: edge,
}: Surroundings['environment']) {
  if (!isSid('ApiKey', username) || password === '')
    throw new UsageError(
      'Set TWILIO_API_KEY to the SID of an API key (SK…) and TWILIO_API_SECRET to its secret, or use --simulator.',
    );
  const origin = originFor(region, edge);
  if (origin === undefined) throw new UsageError('Twilio has no such TWILIO_REGION or TWILIO_EDGE.');
  return { username, password, origin };
}
