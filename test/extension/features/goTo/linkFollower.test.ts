import { strict as assert } from 'node:assert';
import type { LinkUri } from '../../../../src/extension/features/goTo/link';
import { LinkFollower } from '../../../../src/extension/features/goTo/linkFollower';
import { settle, windowClock } from '../../window';

const link = (query: string): LinkUri => ({ path: '/open', query, fragment: '' });

describe('links that VS Code passes on', () => {
  /** Each link is followed until it is released. */
  function stage() {
    const clock = windowClock();
    const followed: string[] = [];
    const releases: (() => void)[] = [];
    let skipped = 0;
    const follower = new LinkFollower({
      follow: ({ query }) => {
        followed.push(query);
        return new Promise((resolve) => releases.push(resolve));
      },
      onSkipped: () => skipped++,
      clock,
    });
    const add = (query: string) => void follower.add(link(query));
    return { clock, followed, releases, add, skipped: () => skipped };
  }

  it('are followed once where a page opens a hundred at once', async () => {
    const on = stage();
    for (let i = 0; i < 100; i++) on.add(String(i));
    on.releases[0]!();
    await settle();
    assert.deepEqual(on.followed, ['0']);
    assert.equal(on.skipped(), 99);
  });

  it('are followed one at a time, and of those that wait the last one', async () => {
    const on = stage();
    for (const query of ['one', 'two', 'three']) {
      on.add(query);
      on.clock.advance(1500);
    }
    assert.deepEqual(on.followed, ['one']);
    on.releases[0]!();
    await settle();
    assert.deepEqual(on.followed, ['one', 'three']);
    on.releases[1]!();
    await settle();
    on.clock.advance(1500);
    on.add('four');
    assert.deepEqual(on.followed, ['one', 'three', 'four']);
    assert.equal(on.skipped(), 0);
  });

  it('do not wait for long for one that asks the user', async () => {
    const on = stage();
    on.add('asks');
    on.clock.advance(5000);
    on.add('next');
    on.clock.advance(10_000);
    await settle();
    assert.deepEqual(on.followed, ['asks']);
    on.clock.advance(5000);
    await settle();
    assert.deepEqual(on.followed, ['asks', 'next']);
  });
});
