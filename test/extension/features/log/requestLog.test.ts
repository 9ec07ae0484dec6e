import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { curlOf, RequestLog } from '../../../../src/extension/features/log/requestLog';
import { callRequest } from '../../../../src/taskrouter/callsAndAlerts';
import type { Exchange } from '../../../../src/taskrouter/response';
import type { TaskRouterRequest } from '../../../../src/taskrouter/requests';
import { productionAccount } from '../../window';

const reservation = `/v1/Workspaces/WS${'1'.repeat(32)}/Tasks/WT${'1'.repeat(32)}/Reservations/WR${'1'.repeat(32)}`;
const tasks = `/v1/Workspaces/WS${'1'.repeat(32)}/Tasks`;

function stage() {
  const lines: string[] = [];
  const channel = { info: (line: string) => void lines.push(line), warn: () => undefined };
  const time = { now: 0, elapsed: 0 };
  const clock = { now: () => time.now, elapsed: () => time.elapsed };
  const log = new RequestLog(channel as unknown as vscode.LogOutputChannel, clock);
  const account: Account = {
    id: 'a',
    kind: 'twilio',
    name: 'Acme',
    origin: 'https://taskrouter.twilio.com',
    username: `AC${'1'.repeat(32)}`,
    environment: 'production',
    readOnly: false,
  };
  const heard = (method: 'GET' | 'POST', path: string, answer: Partial<Exchange>) => {
    const request: TaskRouterRequest = { method, path, query: [], body: [] };
    log.add(account, { method, path, milliseconds: 1, attempt: 1, ...answer }, request);
  };
  return { log, heard, lines, time };
}

describe('the requests of a session', () => {
  it('are logged with what they carry for 15 minutes, also when somebody sets the clock back', () => {
    const { log, heard, lines, time } = stage();
    const isDetailed = () => {
      lines.length = 0;
      heard('POST', reservation, { status: 200 });
      return lines.some((line) => line.includes('curl'));
    };
    assert.equal(isDetailed(), false);
    log.logBodies();
    time.elapsed += 15 * 60_000 - 1;
    assert.equal(isDetailed(), true);
    time.now -= 24 * 3_600_000;
    time.elapsed += 1;
    assert.equal(isDetailed(), false);
  });

  it('are listed once for each resource that is read again and again, and each time for updates', () => {
    const { log, heard } = stage();
    for (const status of [200, 200, 503, 503, 200]) heard('GET', tasks, { status });
    for (const status of [200, 200]) heard('POST', reservation, { status });
    assert.deepEqual(
      log.recent.map(({ short }) => short.replace(/WR1+/, 'WR')),
      ['POST Reservations/WR 200', 'POST Reservations/WR 200', 'GET Tasks 200', 'GET Tasks 503'],
    );
  });

  it('are marked and counted where a language model caused them', () => {
    const { log, heard, lines } = stage();
    heard('GET', tasks, { status: 200, purpose: 'tool' });
    heard('GET', tasks, { status: 200, purpose: 'page' });
    assert.deepEqual(
      lines.map((line) => line.endsWith(' 1 ms (language model tool)')),
      [true, false],
    );
    assert.equal(log.byTools, 1);
  });

  it('name another host than TaskRouter’s, also when they are copied', () => {
    const { log, lines } = stage();
    const request = callRequest(`AC${'1'.repeat(32)}`, `CA${'1'.repeat(32)}`);
    const { method, path } = request;
    const account = { ...productionAccount, origin: 'https://taskrouter.dublin.ie1.twilio.com' };
    log.add(account, { method, path, milliseconds: 1, attempt: 1, status: 200 }, request);
    assert.ok(lines[0]!.includes(`GET api.dublin.ie1.twilio.com${path} 200`), lines[0]);
    assert.match(log.recent[0]!.short, /^GET Calls\/CA1+\.json 200$/);
    assert.ok(curlOf(log.recent[0]!).startsWith(`curl -X GET 'https://api.dublin.ie1.twilio.com${path}'`));
  });

  it('are gone with their account', () => {
    const { log, heard } = stage();
    heard('GET', tasks, { status: 200 });
    log.retain(['a']);
    assert.equal(log.recent.length, 1);
    log.retain(['b']);
    assert.deepEqual(log.recent, []);
  });

  it('have distinct names', () => {
    const { log, heard } = stage();
    heard('GET', '/v1/Workspaces', { status: 200 });
    heard('GET', tasks, { failure: 'TIMEOUT' });
    heard('POST', reservation, { status: 400 });
    assert.deepEqual(
      log.recent.map(({ short, isImportant }) => [short, isImportant]),
      [
        [`POST Reservations/WR${'1'.repeat(32)} 400`, true],
        ['GET Tasks TIMEOUT', true],
        ['GET Workspaces 200', false],
      ],
    );
  });

  it('retain updates and failures despite later reads', () => {
    const { log, heard } = stage();
    heard('POST', reservation, { status: 200 });
    heard('GET', tasks, { status: 500 });
    for (let i = 0; i < 250; i++) heard('GET', `${tasks}/${i}`, { status: 200 });
    assert.equal(log.recent.length, 102);
    for (let i = 0; i < 250; i++) heard('POST', reservation, { status: 200 });
    assert.equal(log.recent.length, 200);
    assert.equal(log.recent.filter(({ isImportant }) => isImportant).length, 100);
  });
});
