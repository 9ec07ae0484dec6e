import { strict as assert } from 'node:assert';
import type { Subscription } from '../../../../src/extension/features/live/offerNotifications';
import { OfferNotifications } from '../../../../src/extension/features/live/offerNotifications';
import { FakeMemory, settle } from '../../window';
import type { LiveStage } from './stage';
import { sid, stage } from './stage';

describe('offer notifications', () => {
  const subscription: Subscription = { accountId: 'a', noun: 'queue', sid: sid('WQ', '1'), name: 'Billing' };

  function notify(on: LiveStage, memory = new FakeMemory()) {
    const shown: { text: string; choose: (button?: string) => Promise<void> }[] = [];
    const actions: string[] = [];
    const made = new OfferNotifications({
      open: on.open,
      clock: on.clock,
      memory,
      show: (text) =>
        new Promise((resolve) => {
          shown.push({
            text,
            choose: async (button) => {
              resolve(button);
              await settle();
            },
          });
        }),
      onAction: (action, of) => actions.push(`${action} ${of}`),
    });
    return { made, shown, actions, memory };
  }

  it('are shown only to those who subscribed', async () => {
    const on = stage();
    const { shown } = notify(on);
    on.offer(90, '1');
    await settle();
    assert.equal(shown.length, 0);
  });

  it('name each new offer once, one at a time', async () => {
    const on = stage(90);
    const { made, shown, actions } = notify(on);
    await made.subscribe(subscription);
    on.offer(80, '2');
    on.offer(70, '3');
    on.set('2', { attention: 1 });
    await settle();
    assert.equal(shown.length, 1, 'what was pending before is in the view already');
    assert.match(shown[0]!.text, /^New offer in Billing: Caller 2 → Worker 2, expires .*\.$/);
    await shown[0]!.choose('Accept');
    assert.deepEqual(actions, [`Accept ${sid('WR', '2')}`]);
    assert.equal(shown.length, 2);
    await shown[1]!.choose(undefined);
    assert.equal(shown.length, 2);
  });

  it('wait until a read has confirmed the offer', async () => {
    const on = stage();
    const { made, shown } = notify(on);
    await made.subscribe(subscription);
    on.report(80, '2');
    await settle();
    assert.equal(shown.length, 0);
    on.confirm('2');
    await settle();
    assert.equal(shown.length, 1);
  });

  it('skip an offer that ended while the previous one was shown', async () => {
    const on = stage();
    const { made, shown } = notify(on);
    await made.subscribe(subscription);
    on.offer(80, '2');
    on.offer(70, '3');
    await settle();
    on.end('3');
    await shown[0]!.choose(undefined);
    assert.equal(shown.length, 1);
  });

  it('stop when the user says so, and persist both over a restart of the extension host', async () => {
    const on = stage();
    const { made, shown, memory } = notify(on);
    await made.subscribe(subscription);
    on.offer(80, '2');
    await settle();
    // The host ends while the notification is open; nothing is written by that.
    made.dispose();
    const next = notify(on, memory);
    on.set('2', { attention: 1 });
    await settle();
    assert.equal(next.shown.length, 0, 'it was shown already');
    on.offer(80, '3');
    await settle();
    assert.equal(next.shown.length, 1);
    await next.shown[0]!.choose('Don’t Notify Me Again');
    assert.deepEqual(next.made.subscriptions, []);
    on.offer(80, '4');
    await settle();
    assert.equal(next.shown.length, 1);
    assert.equal(shown.length, 1);
  });

  it('contain no link or icon from TaskRouter’s names', async () => {
    const on = stage();
    const { made, shown } = notify(on);
    await made.subscribe(subscription);
    on.offer(80, '2');
    await settle();
    await shown[0]!.choose(undefined);
    on.offer(80, '3');
    on.set('3', { worker_name: '[Accept](command:workbench.action.quit) $(trash)' });
    await settle();
    for (const { text } of shown) assert.doesNotMatch(text, /\]\(|\$\(\w/);
  });

  it('end with the account', async () => {
    const { made } = notify(stage());
    await made.subscribe(subscription);
    await made.retain(['b']);
    assert.deepEqual(made.subscriptions, []);
  });

  it('limit their queue', async () => {
    const on = stage();
    const { made } = notify(on);
    await made.subscribe(subscription);
    for (let i = 0; i < 200; i++) on.offer(90, i.toString(16).padStart(4, '0'));
    assert.ok((made as unknown as { queue: unknown[] }).queue.length <= 50);
  });
});
