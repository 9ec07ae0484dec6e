/**
 * Serves a large simulated workspace from a process of its own, so that its cost is nobody else's. Every
 * answer is made by the simulator once and kept as bytes; then all ways read the same bytes at the same cost.
 * Prints the account as one line of JSON. `/change` alters every hundredth task, and back again.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createSimulator, large } from '../../src/simulator/simulator';
import type { Account } from './way';

const tasks = Number(process.argv[2] ?? 10_000);
/** Milliseconds in which it responds. */
const latency = Number(process.argv[3] ?? 0);
const simulator = createSimulator({ scenario: large({ tasks, workers: 100, workspaces: 1 }) });
const host = 'https://taskrouter.twilio.com';
const authorization =
  'Basic ' + Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64');

interface Body {
  tasks?: { priority: number; date_updated: string }[];
}

async function ask(target: string): Promise<string> {
  const { body } = await simulator.fetch(host + target, {
    method: 'GET',
    headers: { Authorization: authorization },
    redirect: 'manual',
  });
  let text = '';
  for await (const chunk of body!) text += String(chunk);
  return text;
}

function changed(text: string): string {
  const body = JSON.parse(text) as Body;
  for (const [i, task] of (body.tasks ?? []).entries()) {
    if (i % 100 === 0) Object.assign(task, { priority: 99, date_updated: '2030-01-01T00:00:00Z' });
  }
  return JSON.stringify(body);
}

let variant = 0;
const kept = new Map<string, readonly [Buffer, Buffer]>();

async function bytes(target: string, origin: string): Promise<Buffer> {
  let both = kept.get(target);
  if (!both) {
    const text = (await ask(target)).replaceAll(host, origin);
    both = [gzipSync(text), gzipSync(changed(text))];
    kept.set(target, both);
  }
  return both[variant]!;
}

const server = createServer((request, response) => {
  if (request.url === '/change') {
    variant = 1 - variant;
    return void response.end();
  }
  void Promise.all([bytes(request.url!, originHere()), delay(latency)]).then(([body]) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
    response.end(body);
  });
});
const originHere = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

server.listen(0, '127.0.0.1', () => {
  void ask('/v1/Workspaces').then((text) => {
    const { workspaces } = JSON.parse(text) as { workspaces: { sid: string }[] };
    const { accountSid, authToken } = simulator;
    const account: Account = {
      url: originHere(),
      accountSid,
      authToken,
      workspaceSid: workspaces[0]!.sid,
      tasks,
      sought: 'A-10017',
    };
    console.log(JSON.stringify(account));
  });
});
process.on('disconnect', () => process.exit());
