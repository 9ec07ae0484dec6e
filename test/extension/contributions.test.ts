import { strict as assert } from 'node:assert';
import type { Command, SettingId } from '../../src/extension/contributions';
import { asCommand, commands, readSetting, settings, worksOn } from '../../src/extension/contributions';

const read = (id: SettingId, value: unknown) => readSetting({ get: () => value }, id);

describe('settings', () => {
  const values: [SettingId, unknown, number][] = [
    ['taskrouter.refreshInterval', 10, 10],
    ['taskrouter.refreshInterval', 0, 0],
    ['taskrouter.refreshInterval', 3600, 3600],
    ['taskrouter.refreshInterval', 3_000_000, 3600],
    ['taskrouter.refreshInterval', 1e999, 3600],
    ['taskrouter.refreshInterval', -5, 0],
    ['taskrouter.refreshInterval', -1e999, 0],
    ['taskrouter.refreshInterval', 0.001, 1],
    ['taskrouter.refreshInterval', 2.5, 3],
    ['taskrouter.refreshInterval', '10s', 10],
    ['taskrouter.refreshInterval', '30', 10],
    ['taskrouter.refreshInterval', NaN, 10],
    ['taskrouter.refreshInterval', null, 10],
    ['taskrouter.refreshInterval', undefined, 10],
    ['taskrouter.refreshInterval', [5], 10],
    ['taskrouter.refreshInterval', { valueOf: () => 5 }, 10],
    ['taskrouter.refreshInterval', true, 10],
    ['taskrouter.requestsPerMinute', 0, 1],
    ['taskrouter.requestsPerMinute', -1, 1],
    ['taskrouter.requestsPerMinute', 601, 600],
    ['taskrouter.requestsPerMinute', 'many', 60],
  ];
  for (const [id, value, allowed] of values)
    it(`${id}: ${typeof value} ${String(value)} is read as ${allowed}`, () =>
      assert.ok(Object.is(read(id, value), allowed), String(read(id, value))));

  it('have defaults inside their ranges', () => {
    for (const [id, setting] of Object.entries(settings))
      assert.equal(read(id as SettingId, setting.default), setting.default, id);
  });
});

describe('commands in the table', () => {
  it('match a row whose context value has all of their words', () => {
    const { complete, accept, open } = {
      complete: commands['taskrouter.reservation.complete'],
      accept: commands['taskrouter.reservation.accept'],
      open: commands['taskrouter.reservation.open'],
    };
    assert.ok(worksOn(accept, 'reservation resource pending writable'));
    assert.ok(!worksOn(accept, 'reservation resource accepted writable'));
    assert.ok(!worksOn(accept, 'reservation resource pending'), 'read-only');
    assert.ok(worksOn(complete, 'reservation resource wrapping writable'));
    assert.ok(worksOn(complete, 'reservation resource accepted writable'));
    assert.ok(!worksOn(complete, 'task resource accepted writable'));
    assert.ok(worksOn(open, 'reservation resource pending'));
    assert.ok(!worksOn(commands['taskrouter.workspace.unwatch'], 'workspace resource unwatched'));
  });

  it('become commands of rows', () => {
    const row = {};
    assert.deepEqual(asCommand('taskrouter.reservation.open', row), {
      command: 'taskrouter.reservation.open',
      title: 'Open Reservation',
      arguments: [row],
    });
    assert.deepEqual(Object.keys(asCommand('taskrouter.view.refresh')), ['command', 'title']);
  });

  it('that write are offered on writable rows only', () => {
    for (const [id, command] of Object.entries<Command>(commands))
      if (id.startsWith('taskrouter.reservation.') && id !== 'taskrouter.reservation.open')
        assert.ok(command.rows?.includes('writable'), id);
  });
});
