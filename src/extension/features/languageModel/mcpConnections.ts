import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeVariable, tokenVariable } from '../../../mcp/bridgeVariables';
import type { Served } from '../../../mcp/protocol';
import { serve } from '../../../mcp/protocol';
import type { Clock } from '../../data/clock';

/** Milliseconds in which a program that was started has to connect. */
const maxWait = 60_000;

/**
 * Serves tools to the bridges that VS Code starts as MCP servers. Credentials stay in this process: a bridge gets the name of
 * a pipe, and a token that lets in one connection.
 */
export class McpConnections {
  private readonly open = new Set<() => void>();

  constructor(
    private readonly served: Served,
    private readonly clock: Pick<Clock, 'setTimeout'>,
  ) {}

  /** The environment of one bridge. */
  async invite(): Promise<Record<string, string>> {
    const token = randomBytes(32).toString('hex');
    const { pipe, remove } = await newPipe();
    const server = createServer((socket) => {
      const hangUp = this.once(() => socket.destroy());
      socket.on('error', hangUp).once('close', hangUp);
      void firstLine(socket, token.length).then((line) => {
        if (line !== token || !server.listening) return hangUp();
        end();
        return serve(this.served, socket, socket).then(hangUp);
      });
    });
    const end = this.once(() => {
      timer.cancel();
      server.close();
      remove();
    });
    const timer = this.clock.setTimeout(end, maxWait);
    server.on('error', end);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(pipe, resolve));
    return { [pipeVariable]: pipe, [tokenVariable]: token };
  }

  dispose(): void {
    for (const end of this.open) end();
  }

  /** `end` runs once: when it is called, or when this is disposed of. */
  private once(end: () => void): () => void {
    const endOnce = () => void (this.open.delete(endOnce) && end());
    this.open.add(endOnce);
    return endOnce;
  }
}

/** Where other users of this machine cannot connect. */
async function newPipe(): Promise<{ readonly pipe: string; readonly remove: () => void }> {
  if (process.platform === 'win32')
    return { pipe: `\\\\.\\pipe\\taskrouter-${randomBytes(16).toString('hex')}`, remove: () => undefined };
  const folder = await mkdtemp(path.join(tmpdir(), 'taskrouter-'));
  return { pipe: path.join(folder, 'mcp'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What a program sends before its first line break; empty when that is longer than `length`. */
const firstLine = (socket: Socket, length: number): Promise<string> =>
  new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const add = (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\n');
      if (end < 0 && read.length <= length) return;
      socket.off('data', add).pause();
      socket.unshift(read.subarray(end + 1));
      resolve(read.toString('latin1', 0, Math.max(0, end)));
    };
    socket.on('data', add);
  });
