import assert from 'node:assert/strict';
import { inWorkspace, matcher } from '../../src/query/matches';
import type { ListedTask, Lookups } from '../../src/query/matches';
import { parse } from '../../src/query/parse';
import { print } from '../../src/query/syntax';

const now = Date.UTC(2026, 0, 2);
const hour = 3_600_000;
const task: ListedTask = {
  sid: `WT${'a'.repeat(32)}`,
  workspace: 'Desk EMEA',
  workspaceSid: `WS${'d'.repeat(32)}`,
  status: 'reserved',
  attributes: JSON.stringify({
    from: '+15550100150',
    name: 'Rosa Hazel',
    vip: true,
    level: 3,
    text: '3',
    tags: ['gold', 7],
    deep: { a: { b: 'x' } },
  }),
  created: now - 3 * hour,
  enteredQueue: now - 2 * hour,
  updated: now - hour,
  priority: 5,
  reason: 'no answer',
  queue: 'Billing EU',
  queueSid: `WQ${'b'.repeat(32)}`,
  workflow: 'Inbound',
  workflowSid: `WW${'c'.repeat(32)}`,
  channel: 'voice',
};
const lookups: Lookups = {
  workersOf: () => ['Ana Ruiz'],
  workersIn: () => ({ eligible: 0, available: 0 }),
  timeoutOf: () => 30 * 60_000,
};

describe('a query in one workspace', () => {
  const left = (text: string) => {
    const parsed = parse(text);
    assert.ok('query' in parsed, text);
    const query = inWorkspace(parsed.query, 'Desk EMEA');
    return query && print(query);
  };
  const table: readonly (readonly [text: string, left: string | undefined])[] = [
    ['is:open', 'is:open'],
    ['workspace:emea is:open', 'is:open'],
    ['workspace:sales is:open', undefined],
    ['-workspace:sales is:open', 'is:open'],
    ['workspace="Desk EMEA"', ''],
    ['workspace=desk', undefined],
    ['workspace:sales status:pending OR status:assigned', 'status:assigned'],
    ['workspace:desk OR status:assigned', ''],
    ['', ''],
  ];
  for (const [text, expected] of table)
    it(`${text || 'without conditions'} ${expected === undefined ? 'finds nothing' : `is ${expected || 'every task'}`}`, () =>
      assert.equal(left(text), expected));
});

const matches = (text: string, of: Partial<ListedTask> = {}, known = lookups): boolean => {
  const parsed = parse(text);
  assert.ok('query' in parsed, text);
  return matcher(parsed.query)({ ...task, ...of }, now, known);
};

describe('a task matches', () => {
  for (const text of [
    '',
    'status:reserved',
    'status:pending,reserved',
    'age>2h age<4h age>=3h age<=3h',
    'queued>90m updated>30m updated<2h',
    'queue:billing',
    'queue="Billing EU"',
    'workflow:in channel:VOICE',
    'priority=5 priority>4 priority:4,5',
    'from:+1555',
    'from:"+1 (555) 010-0150"',
    'from:+1-555-010-0150',
    'reason:answer',
    'worker:ana',
    'sid:WTaaa',
    'attributes.vip=true attributes.level=3 attributes.text=3 attributes.level>2',
    'attributes.tags=gold attributes.tags=7 attributes.tags:GOL attributes.deep.a.b=x',
    'rosa',
    '"Rosa Hazel" billing',
    'is:open is:overdue',
    'status:pending OR priority=5',
    '-status:pending channel!=chat',
    '-attributes.missing=1',
  ])
    it(text || 'an empty query', () => assert.ok(matches(text)));

  it('is:unserved while it waits in a queue without eligible workers', () => {
    assert.ok(matches('is:unserved', { status: 'pending' }));
    assert.ok(!matches('is:unserved'));
  });

  it('is:unstaffed while it waits in a queue whose eligible workers are all on a break or offline', () => {
    const found = (text: string, available: number, status = 'pending') => {
      const workersIn = () => ({ eligible: 50, available });
      return matches(text, { status }, { ...lookups, workersIn });
    };
    assert.ok(found('is:unstaffed', 0));
    assert.ok(!found('is:unstaffed', 1));
    assert.ok(!found('is:unstaffed', 0, 'reserved'));
    assert.ok(!found('is:unserved', 0));
    assert.ok(matches('is:unstaffed', { status: 'pending' }), 'nobody is eligible');
  });
});

describe('a task does not match', () => {
  for (const text of [
    'status:pending',
    'age>3h',
    'age<3h',
    'queue=Billing',
    'queue:sales',
    'priority>5',
    'from:+1666',
    'worker:bob',
    'attributes.vip=yes',
    'attributes.text>2',
    'attributes.deep=x',
    'attributes.deep.a.b.c=x',
    'attributes.constructor=x',
    'attributes.missing:""',
    'is:finished',
    'is:unserved',
    'milo',
    'status:reserved priority=4',
    '-status:reserved',
  ])
    it(text, () => assert.ok(!matches(text)));

  it('by what it does not have', () => {
    const none = { created: undefined, updated: undefined, priority: undefined, attributes: 'no JSON' };
    for (const text of ['age>0s', 'age<9d', 'updated<9d', 'priority<9', 'attributes.vip=true', 'is:overdue'])
      assert.ok(!matches(text, none), text);
  });
});
