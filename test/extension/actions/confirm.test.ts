import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../src/extension/accounts/account';
import type { Connection } from '../../../src/extension/accounts/accounts';
import type { Action } from '../../../src/extension/actions/act';
import { confirm, confirmationText, isConfirmationDue } from '../../../src/extension/actions/confirm';
import type { Instruction, InstructionName } from '../../../src/taskrouter/instructions';
import { instructionNamed, instructions } from '../../../src/taskrouter/instructions';
import type { Arguments } from '../../../src/taskrouter/update';
import { updateReservationRequest } from '../../../src/taskrouter/update';
import { productionAccount } from '../window';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const local: Account = {
  ...productionAccount,
  kind: 'local',
  name: 'Local 4010',
  origin: 'http://127.0.0.1:4010',
  environment: 'development',
};
const simulated: Account = { ...productionAccount, kind: 'simulated', name: 'Simulated account' };
const address = { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') };

function action(account: Account, name: InstructionName, args: Arguments = {}): Action {
  const connection = { account } as Connection;
  const shown = {
    sid: sid('WR'),
    reservation_status: 'pending',
    worker_name: 'Ada\u202e Wren [x](command:y)',
    task_sid: sid('WT'),
  };
  return { connection, address, shown, instruction: instructionNamed(name), args };
}
const requestOf = ({ instruction, args }: Action) => updateReservationRequest(address, instruction, args);
const textOf = (one: Action) => confirmationText(one, requestOf(one));
const call = { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' };

describe('a confirmation', () => {
  it('is due for every write in production, for calls elsewhere, and never on the simulator', () => {
    for (const { placesCall } of instructions as readonly Instruction[]) {
      for (const askForCalls of [true, false]) {
        assert.equal(isConfirmationDue(productionAccount, placesCall, askForCalls), true);
        assert.equal(isConfirmationDue(local, placesCall, askForCalls), placesCall && askForCalls);
        assert.equal(isConfirmationDue(simulated, placesCall, askForCalls), false);
      }
    }
  });

  it('counts as a call what rings or moves one', () => {
    const calls = (instructions as readonly Instruction[]).filter(({ placesCall }) => placesCall);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ['conference', 'dequeue', 'call', 'redirect', 'supervise'],
    );
  });

  it('says where, on what, for whom, and the very values that are sent', () => {
    const one = action(productionAccount, 'call', call);
    const lines = textOf(one).split('\n');
    assert.deepEqual(lines.slice(0, 5), [
      'Account: Twilio AC…1234 (production)',
      'TaskRouter: https://taskrouter.twilio.com',
      `Reservation: ${sid('WR')}`,
      'Worker: Ada Wren [x](command:y)',
      `Task: ${sid('WT')}`,
    ]);
    for (const [name, value] of requestOf(one).body!) assert.ok(lines.includes(`${name} = ${value}`), name);
  });

  it('shows a long value whole', () => {
    const callUrl = `https://example.com/?${'a=b&'.repeat(1000)}`;
    assert.ok(textOf(action(productionAccount, 'call', { ...call, callUrl })).includes(callUrl));
  });

  it('shows no password', () => {
    const text = textOf(
      action(productionAccount, 'conference', { to: 'sip:a@b', sipAuthPassword: 'canary-sip' }),
    );
    assert.ok(!text.includes('canary-sip'));
    assert.match(text, /SipAuthPassword = \*+/);
  });

  it('warns of plain http to another machine', () => {
    const warned = (callUrl: string) =>
      /plain http/.test(textOf(action(productionAccount, 'call', { ...call, callUrl })));
    assert.ok(warned('http://example.com/twiml'));
    assert.ok(warned('HTTP://example.com/twiml'));
    assert.ok(!warned('https://example.com/twiml'));
    assert.ok(!warned('http://127.0.0.1:3000/twiml'));
  });

  describe('is a modal dialog', () => {
    const asked: { text: string; options: vscode.MessageOptions; buttons: string[] }[] = [];
    const real = vscode.window.showWarningMessage;
    let press: (buttons: string[]) => string | undefined = () => undefined;
    before(() => {
      const stub = (text: string, options: vscode.MessageOptions, ...buttons: string[]) => {
        asked.push({ text, options, buttons });
        return Promise.resolve(press(buttons));
      };
      vscode.window.showWarningMessage = stub;
    });
    after(() => {
      vscode.window.showWarningMessage = real;
    });
    beforeEach(() => {
      asked.length = 0;
    });

    it('whose one button says what it does and where', async () => {
      const one = action(productionAccount, 'call', call);
      press = (buttons) => buttons[0];
      assert.equal(await confirm(one, requestOf(one)), true);
      assert.equal(asked[0]!.options.modal, true);
      assert.equal(asked[0]!.text, 'Call this reservation in production?');
      assert.equal(asked[0]!.options.detail, textOf(one));
      assert.deepEqual(asked[0]!.buttons, ['Call on Twilio AC…1234']);
    });

    it('that is declined by closing it', async () => {
      const one = action(productionAccount, 'accept');
      press = () => undefined;
      assert.equal(await confirm(one, requestOf(one)), false);
    });

    it('that does not come on the simulator', async () => {
      const one = action(simulated, 'call', call);
      assert.equal(await confirm(one, requestOf(one)), true);
      assert.equal(asked.length, 0);
    });

    it('that comes for a call on a local TaskRouter unless it was turned off', async () => {
      const one = action(local, 'call', call);
      press = () => undefined;
      assert.equal(await confirm(one, requestOf(one)), false);
      const settings = vscode.workspace.getConfiguration('taskrouter');
      await settings.update('confirmCalls', false, vscode.ConfigurationTarget.Global);
      try {
        assert.equal(await confirm(one, requestOf(one)), true);
        const atTwilio = action(productionAccount, 'call', call);
        assert.equal(await confirm(atTwilio, requestOf(atTwilio)), false, 'in production it always comes');
      } finally {
        await settings.update('confirmCalls', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });
});
