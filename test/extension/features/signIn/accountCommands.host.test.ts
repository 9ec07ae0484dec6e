import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { accountCommands } from '../../../../src/extension/features/signIn/accountCommands';
import { openWindow } from '../../window';

describe('Sign Out', () => {
  const { commands, window } = vscode;
  const real = {
    showWarningMessage: window.showWarningMessage,
    setStatusBarMessage: window.setStatusBarMessage,
    executeCommand: commands.executeCommand,
  };
  /** The questions, and what the status bar says. */
  const asked: string[] = [];
  const said: string[] = [];
  beforeEach(() => {
    asked.length = said.length = 0;
    Object.assign(window, {
      showWarningMessage: (text: string, { detail }: vscode.MessageOptions, button: string) => {
        asked.push(`${text} ${detail}`);
        return Promise.resolve(button);
      },
      setStatusBarMessage: (text: string) => void said.push(text),
    });
    Object.assign(commands, { executeCommand: () => Promise.resolve() });
  });
  after(() => {
    const { executeCommand, ...others } = real;
    Object.assign(window, others);
    Object.assign(commands, { executeCommand });
  });

  it('asks once, however fast the answer, and says what it leaves alone', async () => {
    const on = openWindow();
    const { id } = await on.signIn();
    const handlers = accountCommands(on as never);
    await handlers['taskrouter.account.signOut']({ accountId: id });
    const simulated = await on.accounts.simulate();
    await handlers['taskrouter.account.signOut']({ accountId: simulated.id });
    assert.deepEqual(on.accounts.all, []);
    assert.deepEqual(asked, [
      'Sign out of Test account? The credentials are removed from this machine. Nothing changes in Twilio.',
      'Sign out of the simulated account? The simulated contact center and its history are deleted.',
    ]);
    assert.deepEqual(said, [
      '$(sign-out) Signed out of Test account',
      '$(sign-out) Signed out of the simulated account',
    ]);
  });

  it('of an account of a TaskRouter on this machine does not name Twilio', async () => {
    const on = openWindow();
    const local = { id: 'one', kind: 'local', name: 'Local 4010' };
    const accounts = { all: [local], get: () => local, signOut: () => Promise.resolve() };
    await accountCommands({ ...on, accounts } as never)['taskrouter.account.signOut']({ accountId: 'one' });
    assert.deepEqual(asked, [
      'Sign out of Local 4010? The credentials are removed from this machine. Nothing changes in the local TaskRouter.',
    ]);
  });
});
