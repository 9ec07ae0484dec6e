import { strict as assert } from 'node:assert';
import { readAnswer } from '../../../../src/callbacks/answer';
import { assignmentParameters } from '../../../../src/callbacks/assignment';
import type { Attempt } from '../../../../src/callbacks/deliver';
import type { AssignmentCall } from '../../../../src/extension/features/callbacks/benchCall';
import { benchState } from '../../../../src/extension/features/callbacks/benchState';
import { emptySetup } from '../../../../src/extension/features/callbacks/setup';
import { assignment, benchCalls } from '../../../webview/callbacks/standIn';
import { account } from '../../../webview/shared/standIn';

const url = 'http://localhost:3000/assignment';
const refusal = 'The conference instruction can only be issued on a task that has a call.';

/** How the bench shows one callback that was answered so. */
function shown(answer: object, more: Partial<AssignmentCall> = {}) {
  const one = assignment(0);
  const parameters = assignmentParameters(one);
  const headers = { 'content-type': 'application/json' };
  const response = { status: 200, headers, body: JSON.stringify(answer) };
  const attempt: Attempt = { url, signedUrl: url, method: 'POST', parameters, milliseconds: 12, response };
  const delivery = { attempts: [attempt], answers: [readAnswer(attempt, parameters, false)] };
  const call: AssignmentCall = { id: '1', at: 0, assignment: one, isReplay: false, delivery, ...more };
  const { rows, detail } = benchState({
    ...{ account, workspace: 'Acme Support', setup: emptySetup, suggestions: [], shown: { from: 0, to: 9 } },
    ...{ isUrlMissing: false, deliveringTo: { url }, isRestored: false, calls: benchCalls([call], '1') },
    ...{ workerOf: () => 'Yuki Tanabe', statusOf: () => 'pending' },
  });
  const { icon, tone, result } = rows[0]!;
  return { row: { icon, tone, result }, verdict: detail!.verdict };
}

describe('the verdict of the callback bench', () => {
  it('is that TaskRouter refused a correct instruction, in the list and in the detail', () => {
    const { row, verdict } = shown({ instruction: 'conference' }, { refusal });
    const result = `Conference: TaskRouter refused it: ${refusal}`;
    assert.deepEqual(row, { icon: 'error', tone: 'not-done', result });
    const lines = [result, 'The reservation is now pending.'];
    assert.deepEqual(verdict, { icon: 'error', tone: 'not-done', lines });
  });

  it('says of a replay what the reservation is, and not that the replay did it', () => {
    const { verdict } = shown({ instruction: 'dequeu' }, { isReplay: true });
    assert.deepEqual(verdict.lines, [
      'The reservation would stay pending.',
      'Twilio does not document what TaskRouter does here; this is assumed.',
      'This was a replay: TaskRouter did not carry it out.',
      'In TaskRouter the reservation is pending.',
    ]);
  });

  it('names an instruction that is carried out', () => {
    const { row, verdict } = shown({ instruction: 'accept' });
    assert.deepEqual(row, { icon: 'pass', tone: 'done', result: 'Accept' });
    assert.equal(verdict.lines[0], 'Accept: TaskRouter carries out the instruction.');
  });

  it('gives the first error as its reason, and not a hint before it', () => {
    const { row } = shown({ instruction: 'dequeue', recrd: 'yes', timeout: 'soon', from: '+18885550100' });
    assert.equal(row.tone, 'not-done');
    assert.match(row.result, /^timeout: /);
  });
});
