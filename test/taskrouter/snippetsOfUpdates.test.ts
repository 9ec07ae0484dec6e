import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultOrigin } from '../../src/taskrouter/origin';
import type { ShownResource } from '../../src/taskrouter/preparedUpdate';
import { forVersion } from '../../src/taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../src/taskrouter/requests';
import type { Collection } from '../../src/taskrouter/resources';
import { tasks, workers } from '../../src/taskrouter/resources';
import { snippets } from '../../src/taskrouter/snippets';
import { cancelTask, setPriority } from '../../src/taskrouter/taskUpdates';
import { setActivity } from '../../src/taskrouter/workerUpdates';
import type { Received } from './loopback';
import { canary, closeServers, json, serve, sidOf, username, wk, ws, wt } from './loopback';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../..');
const resource = (collection: Collection, sid: string): ShownResource => ({
  ...{ collection, sids: [ws, sid], shown: { sid }, name: sid, nameOf: (one) => one },
});
const reason = `it's "over" & $(done)`;
const requests: Readonly<Record<string, TaskRouterRequest>> = {
  cancel: forVersion(cancelTask(resource(tasks, wt), reason), '"4"').request,
  priority: setPriority(resource(tasks, wt), 7).request,
  activity: setActivity(resource(workers, wk), sidOf('WA', '1'), { rejectPending: true }).request,
};
const text = (snippet: string, request: TaskRouterRequest, origin = defaultOrigin) =>
  snippets.find(({ name }) => name === snippet)!.write(request, { origin }).text;

describe('the snippets of an update of a task or worker', function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  afterEach(closeServers);

  const env = { ...process.env, TWILIO_ACCOUNT_SID: username, TWILIO_AUTH_TOKEN: canary };
  const what = ({ method, target, body, headers }: Received) => ({
    ...{ method, target, ifMatch: headers['if-match'] },
    body: [...new URLSearchParams(body)],
  });

  for (const [name, request] of Object.entries(requests)) {
    it(`send the request, run by a shell and by Node: ${name}`, async () => {
      const { origin, received } = await serve(json({ sid: wt }));
      await run('sh', ['-c', `${text('curl', request, origin)} -s`], { env });
      await run(process.execPath, ['-e', text('Node', request, origin)!], { env, cwd: root });
      const expected = {
        ...{ method: request.method, target: request.path, ifMatch: request.ifMatch },
        body: (request.body ?? []).map(([key, value]) => [key, value]),
      };
      assert.deepEqual(received.map(what), [expected, expected]);
    });
  }

  it('are valid Python, which names the resource', async () => {
    for (const request of Object.values(requests)) {
      const compiled = run('python3', ['-c', 'import sys; compile(sys.stdin.read(), "snippet", "exec")']);
      compiled.child.stdin!.end(text('Python', request)!);
      await compiled;
    }
    assert.match(
      text('Python', requests['activity']!)!,
      /\.workers\('WKc+'\)\n {4}\.update\(\n {8}activity_sid='WA1+',\n {8}reject_pending_reservations=True,\n/,
    );
    assert.match(
      text('Python', requests['priority']!)!,
      /priority=7,\n {4}\)\n\)\nprint\(task\.assignment_status\)/,
    );
  });

  it('name the command and the flags of the Twilio CLI', () => {
    assert.equal(
      text('Twilio CLI', requests['activity']!),
      [
        'twilio api:taskrouter:v1:workspaces:workers:update',
        `--workspace-sid ${ws}`,
        `--sid ${wk}`,
        `--activity-sid '${sidOf('WA', '1')}'`,
        '--reject-pending-reservations',
      ].join(' \\\n  '),
    );
  });

  it('respond to no assignment callback', () => {
    for (const request of Object.values(requests))
      assert.equal(text('Callback response', request), undefined);
  });
});
