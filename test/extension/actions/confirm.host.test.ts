import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { localize } from '../../../src/extension/display/localize';
import type { Account } from '../../../src/extension/accounts/account';
import type { Connection } from '../../../src/extension/accounts/connections';
import { isConfirmationDue } from '../../../src/extension/accounts/account';
import { confirmationText, createModalConfirmation } from '../../../src/extension/actions/confirm';
import { createConfirmModal, maxFastAnswers, minReadingTime } from '../../../src/extension/display/modal';
import type { Instruction, InstructionName } from '../../../src/taskrouter/instructions';
import { instructionNamed, instructions } from '../../../src/taskrouter/instructions';
import type { ReservationInstruction } from '../../../src/taskrouter/reservationUpdate';
import { prepareInstruction } from '../../../src/taskrouter/reservationUpdate';
import type { Arguments } from '../../../src/taskrouter/update';
import { productionAccount } from '../window';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const staging: Account = { ...productionAccount, environment: 'staging', name: 'Acme staging' };
const local: Account = {
  ...productionAccount,
  kind: 'local',
  name: 'Local 4010',
  origin: 'http://127.0.0.1:4010',
  environment: 'development',
};
const simulated: Account = { ...productionAccount, kind: 'simulated', name: 'Simulated account' };
const address = { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') };
const shown = {
  sid: sid('WR'),
  reservation_status: 'pending',
  worker_name: 'Ada\u202e Wren [x](command:y)',
  worker_sid: sid('WK'),
  task_sid: sid('WT'),
};
const names = new Map([
  [sid('WT'), 'Rosa Hazel'],
  [sid('WS'), 'Acme Support'],
]);
const nameOf = (one: string) => names.get(one);

const prepared = (name: InstructionName, args: Arguments = {}, rest: Partial<ReservationInstruction> = {}) =>
  prepareInstruction({ address, shown, instruction: instructionNamed(name), args, nameOf, ...rest });
const call = { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' };

describe('a confirmation', () => {
  const risks = [{ risk: 'routine' }, { risk: 'call' }] as const;

  it('is due by the account, and for calls on a local TaskRouter', () => {
    const due = (account: Account) => risks.map((update) => isConfirmationDue(account, update));
    assert.deepEqual(due(productionAccount), [true, true]);
    assert.deepEqual(due({ ...productionAccount, confirmWrites: false }), [true, true]);
    assert.deepEqual(due(staging), [true, true]);
    assert.deepEqual(due({ ...staging, confirmWrites: false }), [false, false]);
    assert.deepEqual(due(local), [false, true]);
    assert.deepEqual(due({ ...local, environment: 'production' }), [true, true]);
    assert.deepEqual(due(simulated), [false, false]);
  });

  it('counts as a call what rings or moves one', () => {
    const calls = (instructions as readonly Instruction[]).filter(({ placesCall }) => placesCall);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ['conference', 'dequeue', 'call', 'redirect', 'supervise'],
    );
  });

  it('names the account, the subject, who is called, and the values that are sent', () => {
    const update = prepared('call', call);
    const lines = confirmationText(productionAccount, update).split('\n');
    assert.deepEqual(lines, [
      'Account: Twilio AC…1234 (production)',
      'TaskRouter: https://taskrouter.twilio.com',
      `Workspace: Acme Support (${sid('WS')})`,
      `Task: Rosa Hazel (${sid('WT')})`,
      `Worker: Ada Wren [x](command:y) (${sid('WK')})`,
      `Reservation: ${sid('WR')}`,
      'Status: pending',
      'Calls: unknown (the contact_uri of the worker could not be read)',
      '',
      'Instruction = call',
      'CallFrom = +15550100142',
      'CallUrl = https://example.com/twiml',
    ]);
  });

  it('shows a long value whole', () => {
    const callUrl = `https://example.com/?${'a=b&'.repeat(1000)}`;
    assert.ok(confirmationText(productionAccount, prepared('call', { ...call, callUrl })).includes(callUrl));
  });

  it('shows each SID and name, however long another name is', () => {
    const long = 'x'.repeat(3000);
    const update = prepared('call', call, { nameOf: (one) => nameOf(one) && long });
    const text = confirmationText(productionAccount, update);
    for (const prefix of ['WS', 'WT', 'WK', 'WR']) assert.ok(text.includes(sid(prefix)), prefix);
    const { question } = prepared('accept', {}, { nameOf: (one) => (one === sid('WT') ? long : undefined) });
    const asked: string[] = [];
    const confirmation = createModalConfirmation((one) => Promise.resolve(asked.push(one) > 0));
    const connection = { account: productionAccount } as Connection;
    void confirmation.ask(connection, { ...update, question });
    assert.match(asked[0]!, /^Accept x+… for .*Ada Wren.* in production\?$/);
  });

  it('shows no password', () => {
    const update = prepared('conference', { to: 'sip:a@b', sipAuthPassword: 'canary-sip' });
    const text = confirmationText(productionAccount, update);
    assert.ok(!text.includes('canary-sip'));
    assert.match(text, /SipAuthPassword = \*+/);
  });

  it('warns of plain http to another machine', () => {
    const warned = (callUrl: string) =>
      /CallUrl: Plain http/.test(confirmationText(productionAccount, prepared('call', { ...call, callUrl })));
    assert.ok(warned('http://example.com/twiml'));
    assert.ok(warned('HTTP://example.com/twiml'));
    assert.ok(!warned('https://example.com/twiml'));
    assert.ok(!warned('http://127.0.0.1:3000/twiml'));
  });

  it('names what people know in production', () => {
    const { question } = prepared('conference', { to: 'client:ada' });
    assert.equal(localize(question), 'Start a conference for Rosa Hazel');
  });

  it('shows exactly what is sent, invisible characters by their codes', () => {
    const { request, ...rest } = prepared('call', call);
    const body = [...request.body!, ['Extra', 'a\u200b\nTo = +15550100199 '] as const];
    const text = confirmationText(productionAccount, { ...rest, request: { ...request, body } });
    assert.ok(text.includes('\nExtra = a⟨U+200B⟩⟨U+000A⟩To = +15550100199⟨U+0020⟩'));
  });

  describe('is a modal dialog', () => {
    const asked: { text: string; options: vscode.MessageOptions; buttons: string[] }[] = [];
    const real = vscode.window.showWarningMessage;
    let press: (buttons: string[]) => string | undefined = () => undefined;
    /** Milliseconds until the user answers. */
    let reading = minReadingTime;
    let elapsed = 0;
    before(() => {
      const stub = (text: string, options: vscode.MessageOptions, ...buttons: string[]) => {
        asked.push({ text, options, buttons });
        elapsed += reading;
        return Promise.resolve(press(buttons));
      };
      vscode.window.showWarningMessage = stub;
    });
    after(() => {
      vscode.window.showWarningMessage = real;
    });
    beforeEach(() => {
      asked.length = 0;
      reading = minReadingTime;
      press = (buttons) => buttons[0];
    });
    const confirmation = createModalConfirmation(createConfirmModal({ elapsed: () => elapsed }));
    const ask = (account: Account, name: InstructionName, args: Arguments = {}) =>
      confirmation.ask({ account } as Connection, prepared(name, args));

    it('whose one button says what it does and where', async () => {
      assert.equal(await ask(productionAccount, 'call', call), true);
      assert.equal(asked.length, 1);
      assert.equal(asked[0]!.options.modal, true);
      assert.equal(asked[0]!.text, 'Call Ada Wren [x] (command: y) about Rosa Hazel in production?');
      assert.equal(asked[0]!.options.detail, confirmationText(productionAccount, prepared('call', call)));
      assert.deepEqual(asked[0]!.buttons, ['Call on Twilio AC…1234']);
    });

    it('that is declined by closing it, however fast', async () => {
      press = () => undefined;
      for (reading of [0, minReadingTime]) assert.equal(await ask(productionAccount, 'accept'), false);
      assert.equal(asked.length, 2);
    });

    it('that asks again after an answer that was too fast, and says why', async () => {
      reading = minReadingTime - 1;
      press = (buttons) => {
        reading = minReadingTime;
        return buttons[0];
      };
      assert.equal(await ask(productionAccount, 'accept'), true);
      assert.equal(asked.length, 2);
      assert.match(asked[1]!.options.detail!, /^That answer came too quickly for anyone to have read this\./);
      assert.ok(asked[1]!.options.detail!.endsWith(asked[0]!.options.detail!));
    });

    it('that appears only after the previous one is answered, and has its own reading time', async () => {
      const both = [ask(productionAccount, 'accept'), ask(productionAccount, 'call', call)];
      await both[0];
      // The key that answered the first is still down.
      reading = 33;
      assert.deepEqual(await Promise.all(both), [true, false]);
      assert.equal(asked.length, 1 + maxFastAnswers);
    });

    it('that appears even if the previous one failed', async () => {
      press = () => {
        press = (buttons) => buttons[0];
        throw new Error('The window is closing.');
      };
      const both = [ask(productionAccount, 'accept'), ask(productionAccount, 'call', call)];
      await assert.rejects(both[0]!, /closing/);
      assert.equal(await both[1], true);
    });

    it('that is declined after three answers that were too fast', async () => {
      reading = 33;
      assert.equal(await ask(productionAccount, 'call', call), false);
      assert.equal(asked.length, maxFastAnswers);
    });
  });
});
