import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { assignmentParameters } from '../../../src/callbacks/assignment';
import { deliverAssignment } from '../../../src/callbacks/deliver';
import { manualClock } from '../../../src/simulator/simulator';
import { json, serveApplication } from '../../callbacks/application';
import { faults } from '../../callbacks/applicationFaults';
import { useCallbacks } from './callbacksPage';
import type { OpenCallbacks } from './callbacksPage';
import { assignment, callsOf, deliveryOf } from './standIn';

describe('the callback bench', function () {
  this.timeout(120_000);
  const open = useCallbacks();

  const button = ({ page }: OpenCallbacks, name: string) => page.getByRole('button', { name, exact: true });
  const url = ({ page }: OpenCallbacks) => page.getByLabel('Assignment callback URL');
  const row = ({ page }: OpenCallbacks, index: number) => page.locator(`[aria-posinset="${index + 1}"]`);
  const verdict = ({ page }: OpenCallbacks) => page.locator('.verdict');
  const live = ({ page }: OpenCallbacks) => page.getByRole('status');

  it('says why an address is refused at the address, and posts nothing to send', async () => {
    const bench = await open((extension) => Object.assign(extension, { calls: [], isDelivering: false }));
    await url(bench).fill('http://10.0.0.7:3000/assignment');
    await bench.page
      .getByText('10.0.0.7 is not this machine. Callbacks are sent to this machine only')
      .waitFor();
    assert.equal(await url(bench).getAttribute('aria-invalid'), 'true');
    await url(bench).fill('localhost:3000');
    await bench.page.getByText('Did you mean http://localhost:3000?').waitFor();
    await url(bench).fill('mailto:a');
    await bench.page.getByText('Enter an http or https URL, such as').waitFor();
    await url(bench).fill('http://127.0.0.1:3000/assignment');
    await bench.page.locator('#setup-url-problem').waitFor({ state: 'hidden' });
    await url(bench).press('Enter');
    await bench.eventually(() => bench.extension.got('start').length, 1);
    assert.equal(bench.extension.got('setup').at(-1)!.value, 'http://127.0.0.1:3000/assignment');
    // A URL applies once it is entered, and not for each of its characters.
    const applied = bench.extension.got('applySetup').length;
    await url(bench).press('End');
    await url(bench).pressSequentially('s');
    await bench.eventually(() => bench.extension.setup.url, 'http://127.0.0.1:3000/assignments');
    assert.equal(bench.extension.got('applySetup').length, applied);
    await url(bench).press('Tab');
    await bench.eventually(() => bench.extension.got('applySetup').length, applied + 1);
  });

  it('fits into a narrow panel, with mistakes too', async () => {
    const setup = {
      ...{ url: 'https://203.0.113.7/assignment', fallbackUrl: 'localhost:3000', signedUrl: 'mailto:a' },
      ...{ eventUrl: 'http://localhost:3000/events', eventsFilter: 'reservation created' },
    };
    const bench = await open((extension) => Object.assign(extension, { setup }), { width: 260 });
    await bench.page.getByText('Enter types of events with commas').waitFor();
    assert.equal(await bench.page.evaluate('document.documentElement.scrollWidth'), 260);
  });

  it('enters the addresses that a repository suggests, over what was typed, and starts nothing', async () => {
    const setup = {
      url: 'http://localhost:8080/desk',
      fallbackUrl: '',
      signedUrl: 'https://example.com/',
      eventUrl: '',
      eventsFilter: '',
    };
    const suggestions = [
      { folder: 'desk', setup },
      { folder: 'theirs', problem: 'it is not JSON' },
    ];
    const bench = await open((extension) => Object.assign(extension, { suggestions, isDelivering: false }));
    const { page } = bench;
    await page.getByText('taskrouter-callbacks.json in theirs is not used: it is not JSON.').waitFor();
    await url(bench).fill('http://localhost:1/typed');
    await button(bench, 'Use http://localhost:8080/desk').click();
    await page.getByText('From .vscode/taskrouter-callbacks.json in desk').waitFor();
    assert.equal(await url(bench).inputValue(), setup.url);
    assert.equal(await page.getByLabel('Signed URL').inputValue(), setup.signedUrl);
    assert.equal(bench.extension.got('start').length, 0);
  });

  it('says while it has no callbacks what is going on', async () => {
    const bench = await open((extension) => Object.assign(extension, { calls: [], chosen: undefined }));
    await bench.page.getByText('Waiting for the next assignment').waitFor();
    await bench.extension.change({ isDelivering: false });
    await bench.page.getByText('No callbacks yet').waitFor();
    await bench.extension.change({ isRestored: true });
    await bench.page
      .getByText('No callbacks since the window was reloaded. Earlier ones were not saved.')
      .waitFor();
  });

  it('starts and stops by one button, once for each press of a key, and says so', async () => {
    const bench = await open((extension) => (extension.isDelivering = false));
    await button(bench, 'Start Delivering').focus();
    await bench.page.keyboard.down('Enter');
    for (let repeat = 0; repeat < 5; repeat++) await bench.page.keyboard.down('Enter');
    assert.equal(bench.extension.got('start').length, 0);
    await bench.page.keyboard.up('Enter');
    await bench.eventually(() => bench.extension.got('start').length, 1);
    await bench.extension.change({ isDelivering: true });
    await bench.hasText(
      live(bench),
      'Delivering the assignments of this workspace to http://localhost:3000/assignment',
    );
    await button(bench, 'Stop Delivering').click();
    await bench.eventually(() => bench.extension.got('stop').length, 1);
  });

  it('shows the answer with each mistake at its place', async () => {
    const bench = await open((extension) => extension.answer('wrong values'));
    await bench.hasText(verdict(bench).locator('p').first(), 'The reservation stays pending.');
    const marks = bench.page.locator('mark');
    assert.deepEqual(await marks.allTextContents(), ['"soon"', '"recrd"']);
    assert.equal(await button(bench, 'Save as Recording…').count(), 0);
    assert.equal(await button(bench, 'Copy Expected Output').count(), 0);
    assert.deepEqual(await bench.page.locator('.mistakes li').allTextContents().then(trimmed), [
      'timeout: Must be a whole number from 1 to 999.',
      'recrd: Unknown parameter. Did you mean record?',
    ]);
    await bench.hasText(row(bench, 0).locator('.result'), 'timeout: Must be a whole number from 1 to 999.');
    await bench.page.getByRole('img', { name: 'Answered after 1,204 of 5,000 ms' }).waitFor();
  });

  it('shows every fault of an application, and what TaskRouter does', async () => {
    const clock = manualClock();
    const accept = json({ instruction: 'accept' });
    const after =
      (milliseconds: number): RequestListener =>
      (request, response) => {
        clock.advance(milliseconds);
        accept(request, response);
      };
    const [canceled, pending] = ['TaskRouter cancels the reservation.', 'The reservation stays pending.'];
    const dequeue = { instruction: 'dequeue', from: '+15550100123' };
    const all: readonly (readonly [string, RequestListener, consequence: string, says?: RegExp])[] = [
      ...Object.entries(faults).map(
        ([name, { application, says }]) => [name, application, canceled, says] as const,
      ),
      ['5.1 seconds', after(5100), canceled, /^connection: No complete answer in time/],
      ['4.9 seconds', after(4900), 'Accept: TaskRouter carries out the instruction.'],
      ['a number as the instruction', json({ instruction: 5 }), pending, /^instruction: .*must be a string/],
      ['a list', json([dequeue]), pending, /^body: The body must be a JSON object/],
      [
        'a list as a number',
        json({ ...dequeue, timeout: [20] }),
        pending,
        /^timeout: Must be a number, not array/,
      ],
      ['null as a text', json({ ...dequeue, from: null }), pending, /^from: Must be a string, not null/],
    ];
    const bench = await open((extension) => (extension.calls = []));
    const parameters = assignmentParameters(assignment(0));
    for (const [i, [name, application, consequence, says]] of all.entries()) {
      const { url, close } = await serveApplication(application);
      const delivery = await deliverAssignment({ url }, parameters, { clock });
      await close();
      const call = { id: String(i), assignment: assignment(0), at: 0, isReplay: false, delivery };
      await bench.extension.change({ calls: [call, ...bench.extension.calls], chosen: call.id });
      await bench.page.getByRole('heading', { name: `POST ${url}` }).waitFor();
      await bench.hasText(verdict(bench).locator('p').first(), consequence);
      const mistakes = await bench.page.locator('.mistakes li').allTextContents().then(trimmed);
      if (says) assert.match(mistakes[0]!, says, name);
      else assert.deepEqual(mistakes, [], name);
      const body = await bench.page.locator('.attempt pre').allTextContents();
      assert.ok(body.join().length <= 8000, name);
    }
    assert.equal(await row(bench, 0).getAttribute('aria-setsize'), String(all.length));
    // None was reachable when the application was not there at all.
    const { url, close } = await serveApplication(accept);
    await close();
    const delivery = await deliverAssignment({ url }, parameters);
    const call = { id: 'refused', assignment: assignment(0), at: 0, isReplay: false, delivery };
    await bench.extension.change({ calls: [call], chosen: call.id });
    await bench.hasText(bench.page.locator('.status'), 'Refused');
    await bench.hasText(verdict(bench).locator('p').first(), canceled);
  });

  it('shows the callback of an event with its fields and the status of the answer', async () => {
    const bench = await open((extension) => extension.report());
    await bench.hasText(row(bench, 0).locator('.result'), '204 No Content');
    await bench.hasText(row(bench, 0).locator('.kind'), 'Event callback');
    for (const index of [0, 1])
      await bench.hasText(row(bench, index).locator('.subject'), 'Milo Birch · Yuki Tanabe');
    await bench.hasText(
      verdict(bench),
      'Reservation WR00000000000000000000000000000003 created. The application answered with status 204.',
    );
    await bench.page.getByText('Request parameters').click();
    await bench.page.getByText('ResourceSid').waitFor();
    assert.equal(await button(bench, 'Replay…').count(), 0);
    assert.equal(await button(bench, 'Save as Recording…').count(), 0);
    await bench.page.getByRole('button', { name: 'Copy as curl' }).click();
    await bench.eventually(() => bench.extension.got('copyCurl').length, 1);
  });

  it('shows both attempts where the fallback was called, each with its request', async () => {
    const bench = await open((extension) => extension.answer('html', 'correct'));
    const attempts = bench.page.locator('.attempt');
    assert.deepEqual(await attempts.locator('h3').allTextContents(), [
      'POST http://localhost:3000/assignment',
      'POST http://localhost:3000/fallback',
    ]);
    await bench.hasText(attempts.first().locator('.status'), '500 Internal Server Error');
    await bench.hasText(row(bench, 0).locator('.result'), 'Dequeue (fallback)');
    assert.match((await row(bench, 0).getAttribute('class'))!, /unknown/);
    assert.deepEqual((await verdict(bench).locator('p').allTextContents()).slice(0, 2), [
      'Dequeue: TaskRouter carries out the instruction.',
      'The first URL failed: The status is 500. TaskRouter expects 200.',
    ]);
    await attempts.first().getByText('Request parameters').click();
    await attempts.first().getByText('TaskAttributes').waitFor();
    await attempts.last().getByText('Signature 2').click();
    await attempts.last().getByText('https://desk.example.com/assignment').waitFor();
    await button(bench, 'Copy Auth Token').click();
    await bench.eventually(() => bench.extension.got('copyToken').length, 1);
    await button(bench, 'Open in Form').click();
    await button(bench, 'Copy Expected Output').click();
    await button(bench, 'Save as Recording…').click();
    await attempts.last().getByRole('button', { name: 'Copy as curl' }).click();
    await bench.eventually(() => bench.extension.got('copyCurl').map(({ attempt }) => attempt), [1]);
    assert.equal(bench.extension.got('openForm').length, 1);
    assert.equal(bench.extension.got('copyOutput').length, 1);
    assert.equal(bench.extension.got('saveRecording').length, 1);
  });

  it('is a list for the keyboard, of any number of callbacks', async () => {
    const bench = await open((extension) => Object.assign(extension, { calls: callsOf(800), chosen: '800' }));
    const list = bench.page.getByRole('listbox', { name: 'Callbacks' });
    await list.focus();
    await bench.page.keyboard.press('ArrowDown');
    await bench.eventually(() => bench.extension.got('choose').map(({ index }) => index), [1]);
    await bench.page.keyboard.press('End');
    await row(bench, 799).waitFor();
    await bench.eventually(() => bench.extension.chosen, '1');
    assert.ok((await bench.page.getByRole('option').count()) < 60);
    assert.equal(await row(bench, 799).getAttribute('aria-setsize'), '800');
  });

  it('lists callbacks of one kind, chosen with the keyboard too', async () => {
    const bench = await open((extension) => extension.report());
    const { page } = bench;
    const names = () => page.locator('[role=option] .name').allTextContents();
    const kind = (name: string) => page.getByRole('radio', { name, exact: true });
    assert.equal(await kind('All 6').isChecked(), true);
    await page.getByText('Status callbacks').click();
    await bench.eventually(names, ['Conference: participant-join']);
    await kind('Status callbacks 1').press('ArrowLeft');
    await bench.eventually(names, ['reservation.created']);
    await page.locator('input[name=filter]:checked:focus').waitFor();
    assert.equal(await row(bench, 0).getAttribute('aria-setsize'), '1');
    await kind('Events 1').press('ArrowLeft');
    await bench.eventually(async () => (await names()).length, 4);
    await bench.extension.change({ calls: [], filter: 'event' });
    await page.getByText('No event callbacks yet').waitFor();
    await kind('Events 0').waitFor();
    await bench.extension.change({ calls: callsOf(2), filter: 'all' });
    await page.getByRole('radiogroup').waitFor({ state: 'detached' });
  });

  it('announces how the chosen callback ended', async () => {
    const one = assignment(0);
    const sent = { id: '1', assignment: one, at: one.at, isReplay: false };
    const bench = await open((extension) => Object.assign(extension, { calls: [sent], chosen: '1' }));
    await bench.hasText(verdict(bench), 'Waiting for the answer… Open Reservation');
    await bench.extension.change({ calls: [{ ...sent, delivery: deliveryOf(one, ['slow'], 0) }] });
    await bench.hasText(
      live(bench),
      'Callback of Rosa Hazel: TaskRouter cancels the reservation. The reservation is now accepted.',
    );
  });

  it('moves the focus into a replay, and back to its button', async () => {
    const bench = await open();
    await button(bench, 'Replay…').press('Enter');
    await bench.page.locator('#attributes:focus').waitFor();
    await button(bench, 'Cancel').press('Enter');
    await bench.page.locator('#replay:focus').waitFor();
    // A command of another view opens it, too.
    await url(bench).focus();
    await bench.extension.change({ replay: { id: '9', assignment: assignment(2), attributes: '{}' } });
    await bench.page.locator('#attributes:focus').waitFor();
    await bench.page.keyboard.press('Escape');
    await bench.eventually(() => bench.extension.got('cancelReplay').length, 2);
  });

  it('says of a replay what would follow', async () => {
    const bench = await open((extension) => {
      extension.answer('html');
      extension.calls = extension.calls.map((one, i) => (i === 0 ? { ...one, isReplay: true } : one));
    });
    await bench.hasText(row(bench, 0).locator('.kind'), 'Replay');
    assert.equal(await row(bench, 1).locator('.kind').count(), 0);
    await bench.hasText(
      verdict(bench),
      'TaskRouter would cancel the reservation. This was a replay: TaskRouter did not carry it out. In TaskRouter the reservation is pending. Open Reservation',
    );
  });

  it('says what keeps a replay from being sent', async () => {
    const bench = await open((extension) =>
      Object.assign(extension, { replay: { id: '7', assignment: assignment(2), attributes: '{}' } }),
    );
    const send = button(bench, 'Send to localhost');
    assert.equal(await send.getAttribute('aria-disabled'), 'false');
    for (const [setup, obstacle] of [
      [{ ...bench.extension.setup, url: '' }, 'Enter the assignment callback URL to send this.'],
      [{ ...bench.extension.setup, signedUrl: 'mailto:a' }, 'Correct the field “Signed URL” to send this.'],
    ] as const) {
      await bench.extension.change({ setup });
      await bench.page.getByText(obstacle).waitFor();
      await bench.page.getByRole('button', { description: obstacle }).waitFor();
      await send.press('Enter');
    }
    assert.equal(bench.extension.got('send').length, 0);
  });

  it('replays with edited attributes, which are checked, and warns about a live reservation', async () => {
    const bench = await open((extension) =>
      Object.assign(extension, {
        onAccount: { ...extension.onAccount, kind: 'twilio', environment: 'production' },
        isSigned: false,
        replay: { id: '7', assignment: assignment(2), attributes: '{"type":"returns"}' },
      }),
    );
    await bench.page.getByText('but your application may act on it').waitFor();
    await bench.page.getByText('Tess Rowan · Liam Okafor').waitFor();
    await bench.page.getByText('Callbacks have no X-Twilio-Signature').waitFor();
    assert.equal(await button(bench, 'Start Delivering').count(), 0);
    const attributes = bench.page.getByLabel('Task attributes (JSON)');
    await attributes.fill('{"type":');
    await bench.page.getByText('Not valid JSON').waitFor();
    await button(bench, 'Send to localhost').press('Enter');
    assert.equal(bench.extension.got('send').length, 0);
    await attributes.fill('{"type":"billing"}');
    await bench.page.locator('#attributes-problem').waitFor({ state: 'hidden' });
    await attributes.press('Control+Enter');
    await bench.eventually(() => bench.extension.got('send').length, 1);
    assert.equal(bench.extension.replay?.attributes, '{"type":"billing"}');
  });
});

const trimmed = (texts: readonly string[]) => texts.map((text) => text.replace(/\s+/g, ' ').trim());
