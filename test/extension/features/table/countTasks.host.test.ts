import { strict as assert } from 'node:assert';
import { countTasks } from '../../../../src/extension/features/table/countTasks';
import { builtIn } from '../../../../src/extension/features/table/savedQueries';
import { parse } from '../../../../src/query/parse';
import { openWindow, refusal, workspaceOf } from '../../window';

describe('the number of tasks that match a saved query', () => {
  async function stage() {
    const on = openWindow();
    const { id } = await on.signIn();
    const workspaceSid = await workspaceOf(on.simulator);
    const count = (text: string) =>
      countTasks(text, { connect: () => on.accounts.connect(id), workspaceSid, now: () => on.clock.now() });
    return { ...on, window: on, count };
  }

  it('is that of the table', async () => {
    const on = await stage();
    const { count, isWhole, error } = await on.count('is:open');
    assert.deepEqual({ count, isWhole, error }, { count: 4, isWhole: true, error: undefined });
    assert.equal((await on.count('status:wrapping')).count, 1);
    assert.equal((await on.count('is:finished')).count, 2);
  });

  it('is known for each built-in query', async () => {
    const on = await stage();
    assert.ok(builtIn().length > 0);
    for (const { name, text } of builtIn()) {
      assert.ok(name);
      assert.ok('query' in parse(text), text);
      assert.equal((await on.count(text)).isWhole, true, text);
    }
  });

  it('says why tasks could not be read, and is no number for what is no query', async () => {
    const on = await stage();
    on.window.wire = () => Promise.resolve(refusal(403, 20003, 'No'));
    const { isWhole, error } = await on.count('is:open');
    assert.equal(isWhole, false);
    assert.ok(error instanceof Error);
    assert.equal(typeof (await on.count('status:')).error, 'string');
  });

  it('ends after some requests where there are very many tasks, and says that there may be more', async () => {
    const on = await stage();
    let page = 0;
    on.window.wire = ({ url }, pass) => {
      if (!url.pathname.endsWith('/Tasks')) return pass();
      const tasks = Array.from({ length: 10 }, (_, i) => ({
        sid: `WT${(++page * 100 + i).toString(16).padStart(32, '0')}`,
        assignment_status: url.searchParams.get('AssignmentStatus'),
      }));
      const next_page_url = `${url.origin}${url.pathname}?PageToken=${page}`;
      return Promise.resolve({
        status: 200,
        headers: { get: () => null },
        body: [JSON.stringify({ tasks, meta: { next_page_url } })] as never,
      });
    };
    on.window.sent.length = 0;
    const { count, isWhole } = await on.count('is:open');
    assert.ok(count > 0);
    assert.equal(isWhole, false);
    assert.ok(on.window.sent.length <= 40, String(on.window.sent.length));
  });
});
