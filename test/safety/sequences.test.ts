import { strict as assert } from 'node:assert';
import type { Outside, Program } from './program/program';
import { bundleProgram } from './program/program';
import { Session } from './program/session';

describe('a window that is closed', () => {
  let start: (outside: Outside) => Program;
  before(async () => {
    start = await bundleProgram();
  });

  it('leaves no timer while the secret storage does not answer', async () => {
    const session = new Session({ start, plan: 'production', faults: [] });
    await session.pass(100);
    session.persisted.secrets.get = () => new Promise(() => undefined) as never;
    await session.reload(true);
    await session.pass(100);
    await session.close(true);
    assert.deepEqual(session.violations, []);
  });
});
