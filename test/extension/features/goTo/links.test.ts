import { strict as assert } from 'node:assert';
import { consoleAddress } from '../../../../src/extension/features/goTo/consoleAddress';
import { linkTo, readLink } from '../../../../src/extension/features/goTo/link';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const [account, workspace, task, reservation] = ['AC', 'WS', 'WT', 'WR'].map(sid) as [
  string,
  string,
  string,
  string,
];
const whole = { account, workspace, sid: task };
const query = (parameters: Readonly<Record<string, string>>) =>
  Object.entries(parameters)
    .map((pair) => pair.join('='))
    .join('&');
const read = (parameters: Readonly<Record<string, string>>, rest: object = {}) =>
  readLink({ path: '/open', query: query(parameters), fragment: '', ...rest });

describe('a link', () => {
  for (const [noun, last, parentSid] of [
    ['Task', task, undefined],
    ['Worker', sid('WK'), undefined],
    ['Workspace', workspace, undefined],
    ['TaskQueue', sid('WQ'), undefined],
    ['Reservation', reservation, undefined],
    ['Reservation', reservation, task],
  ] as const)
    it(`to a ${noun}${parentSid ? ' of a task' : ''} is read as it was written`, () => {
      const target = {
        accountSid: account,
        workspaceSid: workspace,
        sid: last,
        ...(parentSid ? { parentSid } : {}),
      };
      const { protocol, host, pathname, search, hash } = new URL(linkTo('vscode', 'a.b', target));
      assert.deepEqual([protocol, host], ['vscode:', 'a.b']);
      const link = readLink({ path: pathname, query: search.slice(1), fragment: hash });
      assert.deepEqual(link, { ...target, noun });
    });

  const hostile: readonly (readonly [what: string, link: ReturnType<typeof readLink>, problem: string])[] = [
    ['another path', read(whole, { path: '/accept' }), 'other command'],
    ['no path', read(whole, { path: '' }), 'other command'],
    ['another parameter', read({ ...whole, token: 'x' }), 'other parameter'],
    ['an action', read({ ...whole, action: 'accept' }), 'other parameter'],
    ['an unnamed parameter', read({ ...whole, '': 'x' }), 'other parameter'],
    [
      'a parameter twice',
      readLink({ path: '/open', query: `${query(whole)}&sid=${task}`, fragment: '' }),
      'malformed',
    ],
    ['no account', read({ workspace, sid: task }), 'malformed'],
    ['no workspace', read({ account, sid: task }), 'malformed'],
    ['nothing', read({}), 'other parameter'],
    ['no resource', read({ account, workspace }), 'malformed'],
    ['an account instead of a resource', read({ ...whole, sid: account }), 'malformed'],
    ['a call', read({ ...whole, sid: sid('CA') }), 'malformed'],
    ['a path in a SID', read({ ...whole, sid: `${task}/../..` }), 'malformed'],
    ['a short SID', read({ ...whole, workspace: 'WS1' }), 'malformed'],
    ['two workspaces', read({ ...whole, sid: `WS${'2'.repeat(32)}` }), 'malformed'],
    ['a task of a task', read({ ...whole, task }), 'malformed'],
    ['a fragment', read(whole, { fragment: 'x' }), 'malformed'],
    ['a name of an object', read({ ...whole, __proto__x: 'y' }), 'other parameter'],
  ];
  for (const [what, link, problem] of hostile)
    it(`with ${what} leads nowhere`, () => assert.deepEqual(link, { problem }));
});

describe('the address in the Console', () => {
  const us1 = 'https://taskrouter.twilio.com';
  const root = `https://www.twilio.com/console/taskrouter/workspaces/${workspace}`;
  for (const [noun, sids, url, isExact] of [
    ['Workspace', [workspace], root, true],
    ['Task', [workspace, task], `${root}/tasks/${task}`, true],
    ['Workflow', [workspace, sid('WW')], `${root}/workflows/${sid('WW')}`, true],
    ['Reservation', [workspace, task, reservation], `${root}/tasks/${task}`, false],
    ['Reservation', [workspace, sid('WK'), reservation], `${root}/tasks`, false],
    ['Worker', [workspace, sid('WK')], `${root}/workers`, false],
    ['TaskQueue', [workspace, sid('WQ')], `${root}/taskqueues`, false],
    ['Activity', [workspace, sid('WA')], root, false],
  ] as const)
    it(`of a ${noun} under ${sids.length} SIDs`, () =>
      assert.deepEqual(consoleAddress(us1, noun, sids), { url, isExact }));

  it('in another region is that of its workspaces', () =>
    assert.deepEqual(consoleAddress('https://taskrouter.dublin.ie1.twilio.com', 'Task', [workspace, task]), {
      url: 'https://console.twilio.com/ie1/develop/taskrouter/workspaces',
      isExact: false,
    }));
});
