import { strict as assert } from 'node:assert';
import { inEnglish, message } from '../../src/taskrouter/message';
import type { Change } from '../../src/taskrouter/preparedUpdate';
import { changedFields, prepareUpdate } from '../../src/taskrouter/preparedUpdate';
import { updateRequest } from '../../src/taskrouter/requests';
import { tasks, taskStatuses, workers } from '../../src/taskrouter/resources';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const sids = [sid('WS'), sid('WT')];
const names: Readonly<Record<string, string>> = { [sid('WS')]: 'Acme', [sid('WK')]: 'Ada Wren' };
const nameOf = (one: string) => names[one] ?? one;
const resource = {
  ...{ collection: tasks, sids, nameOf, name: 'Rosa Hazel' },
  shown: { sid: sid('WT'), assignment_status: 'pending' },
};
const change: Change = {
  request: updateRequest(tasks, sids, [['AssignmentStatus', 'canceled']]),
  title: message('Cancel Task'),
  label: message('Task'),
  question: message('Cancel task {task}', { task: resource.name }),
  statusField: 'assignment_status',
  from: ['pending', 'reserved'],
  settlesAs: ['canceled'],
};
const prepare = (more: Partial<Change> = {}) => prepareUpdate(resource, { ...change, ...more });
const factsOf = (...args: Parameters<typeof prepare>) =>
  prepare(...args).facts.map(([label, value]) => [
    inEnglish(label),
    typeof value === 'string' ? value : inEnglish(value),
  ]);

describe('a prepared update', () => {
  it('needs no more than its request, texts and statuses', () => {
    const { request, subject, title, about, question, calls, warnings, risk, lock } = prepare();
    assert.deepEqual(
      { request, title, about, question, calls, warnings, risk, lock },
      {
        request: change.request,
        title: 'Cancel Task',
        about: 'Rosa Hazel',
        question: change.question,
        calls: undefined,
        warnings: [],
        risk: 'routine',
        lock: sid('WT'),
      },
    );
    assert.deepEqual(subject, {
      ...{ collection: tasks, sids, shown: resource.shown, statusField: 'assignment_status' },
      unchanged: ['assignment_status'],
      related: [],
    });
    assert.deepEqual(changedFields(subject, { sid: sid('WT'), assignment_status: 'reserved' }), [
      'assignment_status',
    ]);
  });

  it('is possible and settled in its statuses, and describes any', () => {
    const among = (holds: ReturnType<typeof prepare>['settled']) =>
      [...taskStatuses, undefined, 7].filter((status) =>
        holds({ sid: sid('WT'), assignment_status: status }),
      );
    const { isPossible, settled, describe: described } = prepare();
    assert.deepEqual(among(isPossible), ['pending', 'reserved']);
    assert.deepEqual(among(settled), ['canceled']);
    const textFor = (assignment_status: unknown) =>
      inEnglish(described({ sid: sid('WT'), assignment_status }, message('Twilio')));
    assert.equal(textFor('canceled'), 'The status is now canceled.');
    assert.equal(textFor(7), 'The status is now unknown.');
  });

  it('names the workspace, what is related, the subject and its status, each with its SID', () => {
    const named = { Workspace: `Acme (${sid('WS')})`, Task: sid('WT'), Status: 'pending' };
    assert.deepEqual(factsOf(), Object.entries(named));
    const related = (workerSid: unknown) => ({
      related: [{ collection: workers, label: message('Worker'), sid: workerSid }],
    });
    for (const [workerSid, fact, isRead] of [
      [sid('WK'), `Ada Wren (${sid('WK')})`, true],
      [sid('WR'), sid('WR'), false],
      ['', 'unknown', false],
      [undefined, 'unknown', false],
      [7, 'unknown', false],
    ] as const) {
      const more = related(workerSid);
      const { Workspace, ...rest } = named;
      assert.deepEqual(factsOf(more), Object.entries({ Workspace, Worker: fact, ...rest }));
      const read = prepare(more).subject.related.map((one) => [one.collection, one.sids]);
      assert.deepEqual(read, isRead ? [[workers, [sid('WS'), sid('WK')]]] : []);
    }
  });
});
