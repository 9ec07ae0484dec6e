import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { fetchRequest, listRequest } from '../../src/taskrouter/requests';
import { collections } from './collections';
import { activities, taskReservations, tasks, workers } from '../../src/taskrouter/resources';
import { checkedSid, isSid, sidPrefixes } from '../../src/taskrouter/sid';
import type { SidNoun } from '../../src/taskrouter/sid';
import { updateReservationRequest } from '../../src/taskrouter/update';
import { sequences } from '../sequences';
import { sidOf, wk, wr, ws, wt } from './loopback';

const hostile = [
  ...['', ' ', 'WT', 'x', 'null', 'undefined', '[object Object]', '0', '-1', '*', '{Sid}'],
  ...['.', '..', '../', '../../', '..%2f', '%2e%2e', '....//', '/', '//', '\\', '/v1/Accounts', '..\\..'],
  ...['?', '?x=1', '#', '#x', '%', '%00', '\u0000', '\n', '\r\nHost: evil.example', '@', ':', ';', '&', '='],
  ...['//evil.example', 'https://evil.example', 'javascript:alert(1)', `'; DROP TABLE tasks; --`],
  wt.slice(0, 33),
  wt + 'b',
  wt + '\n',
  wt + '/',
  wt + '?x',
  wt + '/Reservations',
  ' ' + wt,
  '/' + wt,
  '../' + wt,
  wt.toLowerCase(),
  wt.toUpperCase().replace('WT', 'wT'),
  'WT' + 'g'.repeat(32),
  'WT' + 'b'.repeat(31) + '/',
  'WT' + 'b'.repeat(31) + '%',
  'WT' + 'b'.repeat(31) + '\n',
  'WT' + '\u0000'.repeat(32),
  'WT' + '..%2f'.repeat(6) + '..',
  'WT' + '../'.repeat(10) + '..',
  'WT' + 'ｂ'.repeat(32),
  'WТ' + 'b'.repeat(32),
  'WT' + '١'.repeat(32),
  'WT' + 'b'.repeat(30) + '\u202eb',
  'WT' + 'X'.repeat(32),
];

const address = (part: object) => ({ workspaceSid: ws, parentSid: wt, sid: wr, ...part });
const accept = instructionNamed('accept');
const update = (part: object) => updateReservationRequest(address(part), accept);

describe('a SID', () => {
  for (const [noun, prefix] of Object.entries(sidPrefixes) as [SidNoun, string][]) {
    it(`of ${noun} begins with ${prefix}, and no other does`, () => {
      assert.ok(isSid(noun, prefix + 'aBcDeF0123456789'.repeat(2)));
      for (const other of Object.values(sidPrefixes)) {
        assert.equal(isSid(noun, sidOf(other)), other === prefix);
      }
      assert.equal(checkedSid(noun, sidOf(prefix)), sidOf(prefix));
    });
  }

  for (const sid of hostile) {
    it(`is not ${JSON.stringify(sid)}, which is not put into a URL`, () => {
      for (const noun of Object.keys(sidPrefixes) as SidNoun[]) assert.equal(isSid(noun, sid), false);
      assert.throws(() => fetchRequest(tasks, [ws, sid]), TypeError);
      assert.throws(() => fetchRequest(tasks, [sid, wt]), TypeError);
      assert.throws(() => fetchRequest(taskReservations, [ws, sid, wr]), TypeError);
      assert.throws(() => listRequest(tasks, [sid]), TypeError);
      assert.throws(() => listRequest(taskReservations, [ws, sid]), TypeError);
      assert.throws(() => listRequest(taskReservations, [ws, wt], { workerSid: sid }), TypeError);
      assert.throws(() => update({ workspaceSid: sid }), TypeError);
      assert.throws(() => update({ parentSid: sid }), TypeError);
      assert.throws(() => update({ sid }), TypeError);
    });
  }

  it('of another kind is not put into a URL', () => {
    assert.throws(() => fetchRequest(tasks, [ws, wk]), TypeError);
    assert.throws(() => fetchRequest(workers, [ws, wt]), TypeError);
    assert.throws(() => listRequest(activities, [wt]), TypeError);
    assert.throws(() => listRequest(workers, [ws], { activitySid: wk }), TypeError);
    assert.throws(() => update({ parentSid: ws }), TypeError);
    assert.throws(() => update({ parentSid: wr }), TypeError);
    assert.throws(() => update({ sid: wt }), TypeError);
  });

  it('that is missing is an error', () => {
    assert.throws(() => fetchRequest(tasks, [ws]), TypeError);
    assert.throws(() => fetchRequest(taskReservations, [ws, wt]), TypeError);
    assert.throws(() => listRequest(tasks, []), TypeError);
    assert.throws(() => listRequest(taskReservations, [ws]), TypeError);
    assert.throws(() => listRequest(tasks, [ws, wt]), TypeError);
    assert.throws(() => fetchRequest(tasks, [ws, wt, wr]), TypeError);
  });

  it('is truncated in error messages', () => {
    assert.throws(() => checkedSid('Task', 'x'.repeat(10_000)), {
      message: `"${'x'.repeat(40)}" is not the SID of a Task: it must be WT and 32 hexadecimal digits.`,
    });
  });

  it('is the only text that is put into a URL', () => {
    const parts = fc.oneof(
      fc.constantFrom(ws, wt, wk, wr, ...hostile),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^W[STKR][0-9a-fA-F]{30,34}$/),
    );
    const paths =
      /^\/v1\/Workspaces(\/WS[0-9a-fA-F]{32}(\/(Activities(\/WA[0-9a-fA-F]{32})?|Events(\/EV[0-9a-fA-F]{32})?|Workflows(\/WW[0-9a-fA-F]{32})?|TaskQueues(\/WQ[0-9a-fA-F]{32})?|TaskChannels(\/TC[0-9a-fA-F]{32})?|Tasks(\/WT[0-9a-fA-F]{32}(\/Reservations(\/WR[0-9a-fA-F]{32})?)?)?|Workers(\/WK[0-9a-fA-F]{32}(\/Channels(\/WC[0-9a-fA-F]{32})?|\/Reservations(\/WR[0-9a-fA-F]{32})?)?)?))?)?$/;
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(collections)),
        fc.array(parts, { maxLength: 4 }),
        (collection, sids) => {
          for (const make of [() => fetchRequest(collection, sids), () => listRequest(collection, sids)]) {
            let path: string;
            try {
              ({ path } = make());
            } catch (error) {
              assert.ok(error instanceof TypeError);
              continue;
            }
            assert.match(path, paths);
          }
        },
      ),
      sequences(),
    );
  });
});
