import assert from 'node:assert/strict';
import { explain } from '../../../src/explanation/explain';
import type { OutsideFacts } from '../../../src/explanation/facts';
import { timeline } from '../../../src/explanation/timeline';
import { factsOf } from '../../explanation/simulatedFacts';
import { callSid, still, worker } from '../../simulator/driver';
import { useTasks } from './taskPage';

/** A voice task that waits, or that a worker has accepted. */
async function voiceTask(status: 'pending' | 'assigned') {
  const centre = await still({
    workers: [worker('alice', { activity: status === 'pending' ? 'Break' : 'Available' })],
  });
  if (status === 'assigned') await centre.post(await centre.first(), { ReservationStatus: 'accepted' });
  return centre;
}

/**
 * Twilio's procedure for voice tasks that are stuck, with the page only.
 * https://support.twilio.com/hc/en-us/articles/42423992053915-Stuck-Voice-Tasks-From-TaskRouter
 */
describe('Twilio’s procedure for stuck voice tasks, on the page of a task', function () {
  this.timeout(120_000);
  const open = useTasks();

  const show = async (centre: Awaited<ReturnType<typeof still>>, outside?: OutsideFacts) => {
    const taskSid = centre.task.slice(-34);
    const read = await factsOf(centre, centre.root, taskSid, centre.clock.now());
    const facts = outside ? { ...read, outside } : read;
    const { page } = await open((extension) => {
      const explanation = explain(facts);
      extension.model = { ...extension.model, taskSid, facts, explanation, timeline: timeline(facts) };
    });
    return page;
  };
  const call = (status: 'completed' | 'in-progress') => ({ call: { sid: callSid, status } });
  const over = call('completed');

  it('step 1: is the task still active in TaskRouter? One that is gone was closed, and is not stuck', async () => {
    const centre = await voiceTask('pending');
    await centre.post(centre.task, { AssignmentStatus: 'canceled', Reason: 'hangup' });
    centre.seconds(600);
    const page = await show(centre);
    await page.getByRole('heading', { level: 1, name: 'Canceled 10 min ago: “hangup”' }).waitFor();
    assert.equal(await page.getByText('Known problems').count(), 0);
  });

  it('step 2: what is its assignment status?', async () => {
    const page = await show(await voiceTask('assigned'));
    await page.getByText('Status: assigned').waitFor();
    await page.getByRole('heading', { level: 1, name: /^Assigned to alice/ }).waitFor();
  });

  it('step 3: which call is it about?', async () => {
    const page = await show(await voiceTask('pending'));
    await page.getByText(/"call_sid": "CA\w{32}"/).waitFor();
  });

  it('step 4: is that call over? Then the task is stuck', async () => {
    const page = await show(await voiceTask('pending'), over);
    await page
      .getByText('The call is over (completed), and the task is still open.', { exact: true })
      .waitFor();
  });

  it('step 4: a task whose call goes on is not stuck', async () => {
    const page = await show(await voiceTask('pending'), call('in-progress'));
    await page.getByRole('heading', { level: 1, name: /^Waiting/ }).waitFor();
    assert.equal(await page.getByText(/call (is over|ended)/).count(), 0);
  });

  it('step 5: a task that was never assigned is to be canceled', async () => {
    const page = await show(await voiceTask('pending'), over);
    await page.getByText(/^Cancel the task, unless it is a callback or voicemail/).waitFor();
  });

  it('step 5: a task that was assigned is to be completed', async () => {
    const page = await show(await voiceTask('assigned'), over);
    await page.getByText('Complete the task.', { exact: true }).waitFor();
  });
});
