import { strict as assert } from 'node:assert';
import type { Command } from '../../src/extension/contributions';
import { asCommand, commands, worksOn } from '../../src/extension/contributions';

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
