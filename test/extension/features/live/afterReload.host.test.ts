import { strict as assert } from 'node:assert';
import { Countdown } from '../../../../src/extension/features/live/countdown';
import { uriOf } from '../../../../src/extension/features/live/liveView';
import { minute, stage } from '../../data/loadingStage';
import { settle } from '../../window';

const visible = 12;

/** Draws the first rows as VS Code does, which requests each decoration once, and again when it has changed. */
function draw({ open, clock, polled }: Awaited<ReturnType<typeof stage>>): Countdown {
  const countdown = new Countdown({ open, clock, isVisible: () => true, onLabels: () => undefined });
  const requested = new Set<string>();
  countdown.onDidChangeFileDecorations((uris) => {
    for (const uri of uris) {
      requested.add(uri.path);
      countdown.provideFileDecoration(uri);
    }
  });
  open.onDidChange(() => {
    for (const uri of open.all.slice(0, visible).map(uriOf))
      if (!requested.has(uri.path)) countdown.provideFileDecoration(uri);
  });
  polled.prioritize((sid) => countdown.hasDrawn(sid));
  return countdown;
}

describe('after a reload, which leaves few requests of the limit,', () => {
  it('hundreds of reservations are confirmed from the first row down', async () => {
    const on = await stage(450, 450);
    for (let i = 0; i < 48; i++) on.budget.limitOf('before').tryAdmit({})!.leave();
    const countdown = draw(on);
    on.poller.catchUp();
    await settle();
    await on.pass(1.5 * minute);
    const marks = on.open.pending.map(({ isConfirmed }) => isConfirmed);
    const confirmed = marks.filter(Boolean).length;
    assert.ok(confirmed >= visible && confirmed < marks.length, `${confirmed} of ${marks.length}`);
    assert.deepEqual(
      marks.slice(0, visible),
      Array.from({ length: visible }, () => true),
    );
    countdown.dispose();
  });
});
