import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine, on a free port. */
export async function serveApplication(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export const json =
  (body: unknown) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('Content-Type', 'application/json');
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

export const assignment = {
  accountSid: `AC${'0'.repeat(32)}`,
  workspaceSid: `WS${'0'.repeat(32)}`,
  workflowSid: `WW${'0'.repeat(32)}`,
  taskQueueSid: `WQ${'0'.repeat(32)}`,
  workerSid: `WK${'0'.repeat(32)}`,
  workerAttributes: '{"contact_uri":"client:alice"}',
  taskSid: `WT${'0'.repeat(32)}`,
  taskAttributes: '{"call_sid":"CA00000000000000000000000000000000","to":"+15550100100"}',
  taskAge: 5,
  taskPriority: 2,
  reservationSid: `WR${'0'.repeat(32)}`,
  at: Date.UTC(2026, 0, 5, 9),
};
