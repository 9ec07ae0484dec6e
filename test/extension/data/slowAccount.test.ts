import { strict as assert } from 'node:assert';
import { lively } from '../../../src/simulator/simulator';
import { refusal } from '../window';
import { followTruth } from './liveTruth';
import { minute, second, stage } from './loadingStage';

/** By seconds per response: for how long at most a reservation that has ended may be named as next. */
const bounds: Readonly<Record<string, number>> = { 1: 15, 5: 15, 15: 0 };

describe('an account that responds slowly', () => {
  for (const areDenied of [false, true])
    for (const [delay, most] of Object.entries(bounds)) {
      const events = areDenied ? 'denied Events' : 'Events';
      it(`names no reservation as next that has ended, with ${events} after ${delay} s`, async () => {
        const on = await stage(0, 0, lively);
        on.wire = async ({ url }, pass) => {
          const isDenied = areDenied && url.pathname.endsWith('/Events');
          const response = isDenied ? refusal(403, 20003, 'No.') : await pass();
          await new Promise<void>((resolve) => void on.clock.setTimeout(resolve, Number(delay) * second));
          return response;
        };
        on.poller.catchUp();
        await on.pass(3 * minute);
        const truth = await followTruth(on);
        let named = 0;
        for (let passed = 0; passed < 8 * 60; passed++) {
          await on.pass(second);
          await truth.update();
          on.open.checkStale();
          const { next } = truth.faults();
          assert.ok(next <= most, `for ${next} s, after ${passed} s`);
          if (typeof on.open.next === 'object') named++;
          // What is known stays on display, with a mark.
          else if (on.open.next === 'unknown') assert.ok(on.open.soonest ?? on.open.soonestBefore);
        }
        if (delay === '1') assert.ok(named > 450, `named for ${named} s only`);
      });
    }
});
