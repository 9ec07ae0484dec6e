import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { RequestLog } from '../../../../src/extension/features/log/requestLog';
import type { TaskRouterRequest } from '../../../../src/taskrouter/requests';

const reservation = `/v1/Workspaces/WS${'1'.repeat(32)}/Tasks/WT${'1'.repeat(32)}/Reservations/WR${'1'.repeat(32)}`;
const tasks = `/v1/Workspaces/WS${'1'.repeat(32)}/Tasks`;

function stage() {
  const channel = { info: () => undefined, warn: () => undefined };
  const log = new RequestLog(channel as unknown as vscode.LogOutputChannel);
  const account: Account = {
    id: 'a',
    kind: 'twilio',
    name: 'Acme',
    origin: 'https://taskrouter.twilio.com',
    username: `AC${'1'.repeat(32)}`,
    environment: 'production',
    readOnly: false,
  };
  const heard = (method: 'GET' | 'POST', path: string, answer: { status?: number; failure?: string }) => {
    const request: TaskRouterRequest = { method, path, query: [], body: [] };
    log.add(account, { method, path, milliseconds: 1, attempt: 1, ...answer }, request);
  };
  return { log, heard };
}

describe('the requests of a session', () => {
  it('are named by what they ask for, so that one can be told from the next', () => {
    const { log, heard } = stage();
    heard('GET', '/v1/Workspaces', { status: 200 });
    heard('GET', tasks, { failure: 'TIMEOUT' });
    heard('POST', reservation, { status: 400 });
    assert.deepEqual(
      log.recent.map(({ short, telling }) => [short, telling]),
      [
        [`POST Reservations/WR${'1'.repeat(32)} 400`, true],
        ['GET Tasks TIMEOUT', true],
        ['GET Workspaces 200', false],
      ],
    );
  });

  it('do not lose what was sent or failed to the reads that come after it', () => {
    const { log, heard } = stage();
    heard('POST', reservation, { status: 200 });
    heard('GET', tasks, { status: 500 });
    for (let i = 0; i < 250; i++) heard('GET', tasks, { status: 200 });
    assert.equal(log.recent.length, 102);
    for (let i = 0; i < 250; i++) heard('POST', reservation, { status: 200 });
    assert.equal(log.recent.length, 200);
    assert.equal(log.recent.filter(({ telling }) => telling).length, 100);
  });
});
