import { strict as assert } from 'node:assert';
import { settings } from '../../src/extension/contributions';
import type { NumberSettingId } from '../../src/extension/settings';
import { clampSetting } from '../../src/extension/settings';

describe('settings', () => {
  const values: [NumberSettingId, unknown, number][] = [
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
      assert.ok(Object.is(clampSetting(id, value), allowed), String(clampSetting(id, value))));

  it('have defaults inside their ranges', () => {
    for (const [id, setting] of Object.entries(settings))
      if (setting.type === 'integer')
        assert.equal(clampSetting(id as NumberSettingId, setting.default), setting.default, id);
  });
});
