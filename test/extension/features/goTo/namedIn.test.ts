import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { NamedResource } from '../../../../src/extension/features/goTo/namedIn';
import { namedIn } from '../../../../src/extension/features/goTo/namedIn';

const sid = (prefix: string, digit = '1') => prefix + digit.repeat(32);
const [ac, ws, wt, wk, wr] = [sid('AC'), sid('WS'), sid('WT'), sid('WK'), sid('WR')] as const;
const task = { noun: 'Task', sid: wt, others: [] } as const;
const inWorkspace = { workspaceSid: ws, ...task };

/** The forms in which people have a resource at hand, and what each names. */
const cases: readonly (readonly [text: string, named: NamedResource])[] = [
  [wt, task],
  [`  "${wt}",`, task],
  [wt.toLowerCase(), task],
  [`Cannot update task ${wt}: not assigned`, task],
  [wk, { noun: 'Worker', sid: wk, others: [] }],
  [ws, { workspaceSid: ws, noun: 'Workspace', sid: ws, others: [] }],
  [ac, { accountSid: ac, noun: 'Account', sid: ac, others: [] }],
  [sid('WQ'), { noun: 'TaskQueue', sid: sid('WQ'), others: [] }],
  [sid('WW'), { noun: 'Workflow', sid: sid('WW'), others: [] }],
  [sid('WA'), { noun: 'Activity', sid: sid('WA'), others: [] }],
  [sid('TC'), { noun: 'TaskChannel', sid: sid('TC'), others: [] }],
  [sid('EV'), { noun: 'Event', sid: sid('EV'), others: [] }],
  [sid('CA'), { others: [sid('CA')] }],
  [sid('CH'), { others: [sid('CH')] }],
  [sid('SK'), { others: [] }],
  [`https://taskrouter.twilio.com/v1/Workspaces/${ws}/Tasks/${wt}`, inWorkspace],
  [`https://taskrouter.dublin.ie1.twilio.com/v1/Workspaces/${ws}/Tasks/${wt}?PageSize=50`, inWorkspace],
  [
    `https://taskrouter.twilio.com/v1/Workspaces/${ws}/Tasks/${wt}/Reservations/${wr}`,
    { workspaceSid: ws, noun: 'Reservation', sid: wr, parentSid: wt, others: [] },
  ],
  [
    `https://taskrouter.twilio.com/v1/Workspaces/${ws}/Workers/${wk}/Reservations/${wr}`,
    { workspaceSid: ws, noun: 'Reservation', sid: wr, others: [] },
  ],
  [`https://taskrouter.twilio.com/v1/Workspaces/${ws}/Events?TaskSid=${wt}&Minutes=60`, inWorkspace],
  [`http://127.0.0.1:4010/v1/Workspaces/${ws}/Tasks/${wt}`, inWorkspace],
  [`https://www.twilio.com/console/taskrouter/workspaces/${ws}/tasks/${wt}`, inWorkspace],
  [
    `https://console.twilio.com/us1/develop/taskrouter/workspaces?frameUrl=%2Fconsole%2Ftaskrouter%2Fworkspaces%2F${ws}%2Ftasks%2F${wt}%3Fx-target-region%3Dus1`,
    inWorkspace,
  ],
  [`https://console.twilio.com/?next=%252Fworkspaces%252F${ws}%252Ftasks%252F${wt}`, inWorkspace],
  [
    `https://api.twilio.com/2010-04-01/Accounts/${ac}/Calls/${sid('CA')}.json`,
    { accountSid: ac, others: [sid('CA')] },
  ],
  [`https://flex.twilio.com/agent-desktop/${wr}/`, { noun: 'Reservation', sid: wr, others: [] }],
  [
    `vscode://taskrouter-tools.taskrouter-reservations/open?account=${ac}&workspace=${ws}&sid=${wt}`,
    { accountSid: ac, ...inWorkspace },
  ],
  ['https://console.twilio.com/us1/develop/taskrouter/overview', { others: [] }],
  [wt.slice(0, 33), { others: [] }],
  [`${wt}0`, { others: [] }],
  [`x${wt}`, { others: [] }],
  ['', { others: [] }],
];

describe('the resource that a text names', () => {
  for (const [text, named] of cases) it(text || 'nothing', () => assert.deepEqual(namedIn(text), named));

  it('has no other SID than the text, and only those of its kind', () => {
    const prefixes = fc.constantFrom('AC', 'WS', 'WT', 'WK', 'WR', 'WQ', 'CA', 'SK', 'PN');
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
    const sids = fc.tuple(prefixes, hex).map(([prefix, digits]) => prefix + digits);
    const noise = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(sids, noise), { maxLength: 12 }),
        fc.constantFrom('/', ' ', '%2F'),
        (parts, by) => {
          const text = parts.join(by);
          const { sid: found, accountSid, workspaceSid, parentSid, others } = namedIn(text);
          for (const one of [found, accountSid, workspaceSid, parentSid, ...others])
            assert.ok(one === undefined || /^[A-Z]{2}[0-9a-fA-F]{32}$/.test(one), one);
          assert.ok(accountSid?.startsWith('AC') ?? true);
          assert.ok(workspaceSid?.startsWith('WS') ?? true);
        },
      ),
    );
  });

  it('is read from the beginning of a text of any length', () => {
    assert.deepEqual(namedIn(`${wt} ${'%25'.repeat(1_000_000)}`), task);
  });
});
