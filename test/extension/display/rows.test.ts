import { strict as assert } from 'node:assert';
import { collections } from '../../taskrouter/collections';
import type { Appearance } from '../../../src/extension/display/rows';
import { accountAppearance, appearanceOf, span } from '../../../src/extension/display/rows';
import * as resources from '../../../src/taskrouter/resources';
import type { Row } from '../window';
import { productionAccount } from '../window';

const sid = (prefix: string, digit = '1') => prefix + digit.repeat(32);
const now = Date.UTC(2026, 0, 5, 9, 30);
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const task = {
  sid: sid('WT'),
  assignment_status: 'reserved',
  attributes: '{"name": "Dana Alder"}',
  date_created: ago(4),
  date_updated: ago(2),
  task_channel_unique_name: 'voice',
  task_queue_friendly_name: 'Billing',
  workflow_friendly_name: 'Inbound',
  priority: 5,
  age: 240,
};
const worker = {
  sid: sid('WK'),
  friendly_name: 'Ada Wren',
  activity_name: 'Available',
  available: true,
  attributes: '{}',
  date_status_changed: ago(65),
};
const reservation = {
  sid: sid('WR'),
  reservation_status: 'pending',
  worker_name: 'Ada Wren',
  worker_sid: worker.sid,
  task_sid: task.sid,
  date_created: ago(1),
  date_updated: ago(1),
};
const none = () => undefined;
const taskAppearance = (change: object = {}) =>
  appearanceOf(resources.tasks, { ...task, ...change }, now, none);
const workerAppearance = (change: object = {}) =>
  appearanceOf(resources.workers, { ...worker, ...change }, now, none);
const underTask = (change: object = {}) =>
  appearanceOf(resources.taskReservations, { ...reservation, ...change }, now, none);
const underWorker = (change: object = {}, of: typeof none | (() => typeof task) = () => task) =>
  appearanceOf(resources.workerReservations, { ...reservation, ...change }, now, of);

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
/** What every look must be, whatever it shows. */
function assertFit(appearance: Appearance): void {
  for (const text of [
    appearance.label,
    appearance.description,
    appearance.spoken,
    appearance.icon,
    appearance.context,
  ]) {
    assert.equal(typeof text, 'string');
    assert.ok(!invisible.test(text), JSON.stringify(text));
    assert.ok(text.length <= 400);
  }
  assert.equal(typeof appearance.tooltip, 'string');
  assert.ok(!invisible.test(appearance.tooltip.replaceAll('\n', '')));
  assert.ok(
    appearance.label.trim() && appearance.spoken.trim() && appearance.icon.trim(),
    JSON.stringify(appearance),
  );
}

describe('rows', () => {
  describe('a task', () => {
    it('shows subject, age, priority and queue, and its status last', () => {
      assert.deepEqual(taskAppearance(), {
        label: 'Dana Alder',
        description: '4 min old · priority 5 · Billing · voice · reserved',
        icon: 'bell',
        color: 'charts.yellow',
        tooltip: taskAppearance().tooltip,
        spoken: 'Task, Dana Alder, reserved, created 4 minutes ago, voice, queue Billing, priority 5',
        context: 'task resource reserved',
      });
      assert.match(taskAppearance().tooltip, /^Task: WT1{32}\nStatus: reserved\n/);
    });

    it('says its age while it is open, by which the list is sorted, and when it ended', () => {
      const times = { date_created: ago(50), date_updated: ago(10), priority: 0 };
      for (const [assignment_status, words] of [
        ['pending', '50 min old · Billing · voice · pending'],
        ['reserved', '50 min old · Billing · voice · reserved'],
        ['assigned', '50 min old · Billing · voice · assigned'],
        ['completed', 'completed 10 min ago · Billing · voice'],
      ] as const)
        assert.equal(taskAppearance({ ...times, assignment_status }).description, words);
      const ended = (minutes: number) =>
        taskAppearance({ ...times, assignment_status: 'canceled', date_updated: ago(minutes) });
      assert.match(ended(3).spoken, /^Task, Dana Alder, canceled 3 minutes ago, voice/);
      assert.match(ended(0).spoken, /^Task, Dana Alder, canceled just now, voice/);
      assert.match(taskAppearance({ ...times, date_created: ago(0) }).description, /^new · /);
    });

    it('is named by its SID when its attributes have no title', () => {
      const strange = [
        'not JSON at all',
        '',
        '{',
        '[1,2]',
        'null',
        '"text"',
        '42',
        '{"name": {"deep": "er"}}',
        '{"name": ""}',
        '{"name": "\u200b"}',
        '{"__proto__": {"name": "polluted"}}',
        `${'['.repeat(5000)}${']'.repeat(5000)}`,
        `{"name": "huge", "rest": "${'x'.repeat(200_000)}"}`,
      ];
      for (const attributes of strange) {
        const appearance = taskAppearance({ attributes });
        assert.equal(appearance.label, task.sid, attributes.slice(0, 40));
        assertFit(appearance);
      }
      assert.equal(taskAppearance({ attributes: undefined }).label, task.sid);
      assert.equal(taskAppearance({ attributes: null }).label, task.sid);
      assert.equal(({} as { name?: string }).name, undefined, 'nothing is polluted');
    });

    it('is named by its most descriptive attribute', () => {
      for (const [attributes, label] of [
        ['{"from": "+15550100101"}', '+15550100101'],
        ['{"from": "+15550100101", "name": "Rosa"}', 'Rosa'],
        ['{"from": 15550100101}', '15550100101'],
        ['{"customerName": "Milo", "title": "Call"}', 'Milo'],
        ['{"selected_language": "es"}', 'es'],
        ['{"name": ["a"], "title": "Call"}', 'Call'],
      ] as const)
        assert.equal(taskAppearance({ attributes }).label, label);
    });
  });

  describe('a worker', () => {
    it('shows its activity, since when, and whether it takes tasks', () => {
      const appearance = workerAppearance();
      assert.equal(appearance.label, 'Ada Wren');
      assert.equal(appearance.description, 'Available · 1 h 5 min');
      assert.equal(appearance.spoken, 'Worker, Ada Wren, Available, for 1 hour 5 minutes, takes tasks');
      assert.equal(appearance.icon, 'circle-large-filled');
    });

    it('has another icon and color when it takes no tasks', () => {
      const free = workerAppearance();
      const busy = workerAppearance({ available: false, activity_name: 'Break' });
      assert.notEqual(busy.icon, free.icon);
      assert.notEqual(busy.color, free.color);
      assert.match(busy.spoken, /takes no tasks/);
    });
  });

  describe('a reservation', () => {
    it('names the worker under a task, and the task under a worker', () => {
      assert.equal(underTask().label, 'Ada Wren');
      assert.equal(underWorker().label, 'Dana Alder');
      assert.equal(underWorker({}, none).label, task.sid);
      assert.equal(underTask().spoken, 'Reservation, pending, for 1 minute, worker Ada Wren');
      assert.equal(
        underWorker().spoken,
        'Reservation, pending, for 1 minute, worker Ada Wren, task Dana Alder',
      );
    });

    it('has the task’s name and the deadline in its tooltip, also under the task', () => {
      const workflow = { sid: sid('WW'), task_reservation_timeout: 120 };
      const found = new Map<string, Row>([
        [task.sid, { ...task, workflow_sid: workflow.sid }],
        [workflow.sid, workflow],
      ]);
      const tooltipOf = (status: string, of: resources.Collection) =>
        appearanceOf(of, { ...reservation, reservation_status: status }, now, (one) => found.get(one))
          .tooltip;
      const expires = `Expires: ${new Date(Date.parse(reservation.date_created) + 120_000).toLocaleString()}`;
      for (const of of [resources.taskReservations, resources.workerReservations]) {
        const pending = tooltipOf('pending', of).split('\n');
        assert.ok(pending.includes(`Task: Dana Alder, ${task.sid}`), pending.join());
        assert.ok(pending.includes(expires), pending.join());
        assert.ok(!tooltipOf('accepted', of).includes('Expires'));
      }
      assert.ok(underTask().tooltip.includes(`Task: ${task.sid}`));
    });

    it('shows the time since it was created while pending, then since it changed', () => {
      const times = { date_created: ago(50), date_updated: ago(10) };
      assert.equal(underTask(times).description, 'pending · 50 min');
      assert.equal(underTask({ ...times, reservation_status: 'accepted' }).description, 'accepted · 10 min');
      const rejected = underTask({ ...times, reservation_status: 'rejected' });
      assert.equal(rejected.description, 'rejected 10 min ago');
      assert.equal(rejected.spoken, 'Reservation, rejected 10 minutes ago, worker Ada Wren');
    });
  });

  for (const [what, statuses, appearance] of [
    [
      'reservation',
      resources.reservationStatuses,
      (status: string) => underTask({ reservation_status: status }),
    ],
    ['task', resources.taskStatuses, (status: string) => taskAppearance({ assignment_status: status })],
  ] as const) {
    it(`each ${what} status has its own icon, and a color`, () => {
      const appearances = statuses.map((status) => appearance(status));
      assert.equal(new Set(appearances.map(({ icon }) => icon)).size, statuses.length);
      for (const { color, icon } of appearances) {
        assert.ok(color);
        assert.notEqual(icon, 'question');
      }
      const open = appearances.filter((_, i) =>
        ['pending', 'reserved', 'accepted', 'assigned'].includes(statuses[i]!),
      );
      assert.ok(open.every(({ color }) => color !== 'disabledForeground'));
    });

    it(`each ${what} status is among the words that menus match on`, () => {
      for (const status of statuses) assert.equal(appearance(status).context, `${what} resource ${status}`);
    });

    for (const strange of [
      'levitating',
      'not pending',
      'pending-ish',
      'constructor',
      '__proto__',
      'toString',
      '',
    ])
      it(`an unknown ${what} status, “${strange}”, is shown unchanged, and matches no menu`, () => {
        const shown = appearance(strange);
        assertFit(shown);
        if (strange) assert.ok(shown.description.startsWith(strange), shown.description);
        assert.equal(shown.icon, 'question');
        for (const status of statuses)
          assert.ok(!new RegExp(`\\b${status}\\b`).test(shown.context), shown.context);
      });
  }

  it('with nothing but a SID are shown', () => {
    for (const [name, collection] of Object.entries(collections)) {
      if (name === 'activities' || name === 'workflows') continue;
      assertFit(appearanceOf(collection, { sid: sid('XX') }, now, none));
    }
  });

  it('with a malformed field mark it, and show the others', () => {
    for (const [collection, row, field] of [
      [resources.tasks, { ...task, priority: 'high' }, 'priority'],
      [resources.tasks, { ...task, date_created: 'yesterday' }, 'date_created'],
      [resources.workers, { ...worker, available: 'yes' }, 'available'],
      [resources.workspaces, { sid: sid('WS'), friendly_name: 7 }, 'friendly_name'],
    ] as const) {
      const whole = appearanceOf(collection, { ...row, [field]: undefined }, now, none);
      const appearance = appearanceOf(collection, row, now, none);
      assertFit(appearance);
      assert.deepEqual([appearance.label, appearance.context], [whole.label, whole.context]);
      assert.match(appearance.description, new RegExp(`malformed ${field}$`));
      assert.match(appearance.spoken, new RegExp(`malformed ${field}$`));
      assert.match(appearance.tooltip, new RegExp(`Unexpected values: ${field}`));
    }
  });

  it('with a malformed status cannot be acted on', () => {
    for (const status of [['pending'], { pending: true }, 7]) {
      const appearance = appearanceOf(
        resources.taskReservations,
        { ...reservation, reservation_status: status },
        now,
        none,
      );
      assert.equal(appearance.context, 'reservation resource unknown');
      assert.match(appearance.description, /malformed reservation_status/);
    }
  });

  it('with hostile text in every field stay readable', () => {
    const hostile = [
      '[x](command:workbench.action.quit)',
      '$(trash) <b>bold</b>',
      'right\u202Eto left\u200B\uFEFF',
      'line\nline\ttab\u0000',
      'a'.repeat(100_000),
      '😀'.repeat(10_000),
      ' \u00ad\u2060 ',
    ];
    for (const text of hostile) {
      const attributes = JSON.stringify({ name: text });
      assertFit(
        taskAppearance({
          attributes,
          task_queue_friendly_name: text,
          task_channel_unique_name: text,
          reason: text,
        }),
      );
      assertFit(workerAppearance({ friendly_name: `x${text}`, activity_name: text }));
      assertFit(underTask({ worker_name: `x${text}` }));
      assertFit(underWorker({}, () => ({ ...task, attributes })));
      assertFit(appearanceOf(resources.workspaces, { sid: sid('WS'), friendly_name: `x${text}` }, now, none));
    }
  });

  it('with an invisible name are named by their SID', () => {
    for (const name of ['', ' ', '\u200b\u2060', '\u202e']) {
      assert.equal(workerAppearance({ friendly_name: name }).label, worker.sid);
      assert.equal(
        appearanceOf(resources.workspaces, { sid: sid('WS'), friendly_name: name }, now, none).label,
        sid('WS'),
      );
      assert.equal(underTask({ worker_name: name }).label, worker.sid);
    }
  });

  it('are equal when nothing visible has changed', () => {
    const later = (collection: resources.Collection, row: { sid: string }) =>
      [0, 20_000].map((more) => appearanceOf(collection, row, now + 1000 + more, none));
    for (const [collection, row] of [
      [resources.tasks, task],
      [resources.workers, worker],
      [resources.taskReservations, reservation],
    ] as const) {
      const [one, other] = later(collection, row);
      assert.deepEqual(one, other);
      assert.notDeepEqual(one, appearanceOf(collection, row, now + 60_000, none));
    }
    assert.deepEqual(taskAppearance({ age: 241, links: {} }), taskAppearance());
  });

  it('show rounded durations', () => {
    const minute = 60_000;
    for (const [milliseconds, text] of [
      [-5 * minute, 'now'],
      [0, 'now'],
      [minute - 1, 'now'],
      [minute, '1 min'],
      [59 * minute, '59 min'],
      [60 * minute, '1 h'],
      [125 * minute, '2 h 5 min'],
      [605 * minute, '10 h'],
      [1439 * minute, '23 h'],
      [1440 * minute, '1 d'],
      [100 * 1440 * minute, '100 d'],
    ] as const)
      assert.equal(span(milliseconds), text);
  });

  it('speak one minute, one hour and one day in the singular', () => {
    for (const [minutes, words] of [
      [0, 'created just now'],
      [1, 'created 1 minute ago'],
      [2, 'created 2 minutes ago'],
      [60, 'created 1 hour ago'],
      [61, 'created 1 hour 1 minute ago'],
      [120, 'created 2 hours ago'],
      [1440, 'created 1 day ago'],
      [2880, 'created 2 days ago'],
    ] as const)
      assert.match(
        taskAppearance({ date_created: ago(minutes) }).spoken,
        new RegExp(`reserved, ${words}, voice`),
      );
  });

  describe('an account', () => {
    it('differs visibly from those of other kinds', () => {
      const appearances = [
        accountAppearance(productionAccount),
        accountAppearance({ ...productionAccount, kind: 'simulated', username: '' }),
        accountAppearance({ ...productionAccount, kind: 'local', origin: 'http://127.0.0.1:4010' }),
      ];
      appearances.forEach(assertFit);
      assert.equal(appearances[1]!.description, 'SIMULATOR');
      assert.match(appearances[2]!.description, /^LOCAL · 127\.0\.0\.1:4010$/);
      assert.ok(!/SIMULATOR|LOCAL/.test(appearances[0]!.description + appearances[0]!.tooltip));
      for (const part of ['icon', 'description', 'context', 'spoken'] as const)
        assert.equal(new Set(appearances.map((appearance) => appearance[part])).size, 3, part);
      assert.match(appearances[1]!.tooltip, /rings a real phone/);
    });

    for (const [kind, origin] of [
      ['twilio', productionAccount.origin],
      ['local', 'http://127.0.0.1:4010'],
    ] as const)
      it(`has a lock and is spoken as read-only where that is so: ${kind}`, () => {
        const account = { ...productionAccount, kind, origin };
        const [writable, readOnly] = [false, true].map((one) =>
          accountAppearance({ ...account, readOnly: one }),
        );
        assert.equal(readOnly!.icon, 'lock');
        assert.notEqual(writable!.icon, 'lock');
        assert.match(readOnly!.spoken, /, read-only$/);
        assert.match(readOnly!.description, / · read-only$/);
      });
  });
});
