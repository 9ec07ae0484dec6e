/**
 * What VS Code starts as the MCP server of the extension: it passes on what it reads and writes to the window that the
 * accounts are in, which answers. It holds no credentials, and the window lets each token in once.
 */
import { connect } from 'node:net';
import { pipeVariable, tokenVariable } from './bridgeVariables';

const { [pipeVariable]: pipe, [tokenVariable]: token } = process.env;
if (pipe === undefined || token === undefined) throw new Error('Only VS Code can start this program.');

const socket = connect(pipe, () => socket.write(`${token}\n`));
socket.on('error', ({ message }) => {
  console.error(`The TaskRouter extension cannot be reached: ${message}`);
  process.exitCode = 1;
});
socket.on('close', () => process.exit());
process.stdout.on('error', () => socket.destroy());
process.stdin.pipe(socket).pipe(process.stdout);
