import { strict as assert } from 'node:assert';
import { lively } from '../../../src/simulator/simulator';
import type { Wire } from '../window';
import { answer, refusal } from '../window';
import { minute, stage } from './loadingStage';

/** What becomes of a request for Events. */
const events: Readonly<Record<string, Wire>> = {
  'can be read': (_request, pass) => pass(),
  'are denied': () => Promise.resolve(refusal(403, 20003, 'No.')),
  'are malformed': () => Promise.resolve(answer(200, '{"events": [{"sid": ')),
};

describe('polls', () => {
  for (const limit of [20, 60])
    for (const [how, wire] of Object.entries(events))
      it(`take no more requests than planned if Events ${how}, of ${limit} a minute`, async () => {
        const on = await stage(0, 0, lively);
        on.setLimit(limit);
        on.wire = (request, pass) =>
          request.url.pathname.endsWith('/Events') ? wire(request, pass) : pass();
        on.poller.catchUp();
        await on.pass(5 * minute);
        on.sent.length = 0;
        const minutes = 10;
        await on.pass(minutes * minute);
        const polls = on.sent.filter(({ path }) => /\/Events\?|\/Tasks\?/.test(path));
        const perMinute = polls.length / minutes;
        assert.ok(
          perMinute <= on.polled.pollsPerMinute,
          `${perMinute} a minute, planned ${on.polled.pollsPerMinute}`,
        );
        assert.ok(perMinute >= on.polled.pollsPerMinute / 2, `only ${perMinute} a minute`);
      });
});
