import { strict as assert } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bundleProgram } from './program/program';
import { Session } from './program/session';
import type { ActionName } from './program/user';
import { actions, cancelAll } from './program/user';

const hour = 3_600_000;
setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Collection = Map<unknown, unknown> | Set<unknown>;

/** What a user does all day: each time with other rows. */
const chores: readonly ActionName[] = [
  'expand all',
  'explain a task',
  'use the explanation',
  'open a form',
  'accept any row',
  'notify me',
  'open as JSON',
  'copy the SID',
];

/** Every Map and Set of the extension, whoever holds it, while TaskRouter has ever new rows and pages. */
describe('a window that stays open for 24 hours', () => {
  it('holds no more at its end than after three', async () => {
    const made: WeakRef<Collection>[] = [];
    const session = new Session({
      start: await bundleProgram(),
      plan: 'two accounts',
      faults: [
        { kind: 'endless new pages', on: 'lists', delay: 0, pick: 0 },
        { kind: 'none', on: 'everything', delay: 0, pick: 0 },
        { kind: '500', on: 'rows', delay: 0, pick: 0 },
      ],
      settings: { 'taskrouter.refreshInterval': 600 },
      onCollection: (one) => made.push(new WeakRef(one)),
    });
    const entries = () => {
      collectGarbage();
      const living = made.flatMap((one) => one.deref() ?? []);
      made.splice(0, made.length, ...living.map((one) => new WeakRef(one)));
      return living.reduce((sum, { size }) => sum + size, 0);
    };
    const sizes: number[] = [];
    for (let passed = 0; passed < 24; passed++) {
      actions.refresh(session);
      for (let pick = 0; pick < 2; pick++)
        for (const name of chores) {
          await actions[name](session, 2 * passed + pick);
          await session.pass(100);
          cancelAll(session);
        }
      await session.pass(hour);
      sizes.push(entries());
    }
    const early = Math.max(...sizes.slice(0, 3));
    assert.ok(early > 100 && Math.max(...sizes) <= 1.2 * early, `entries after each hour: ${sizes.join()}`);
  }).timeout(300_000);
});
