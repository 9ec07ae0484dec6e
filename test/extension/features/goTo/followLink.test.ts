import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { followLink } from '../../../../src/extension/features/goTo/links';

const sid = (prefix: string) => prefix + '1'.repeat(32);

describe('a link that VS Code passes on', () => {
  const opened: unknown[] = [];
  const said: string[] = [];
  const { showWarningMessage } = vscode.window;
  before(() => {
    vscode.window.showWarningMessage = (text: string) => {
      said.push(text);
      return Promise.resolve(undefined);
    };
  });
  after(() => {
    vscode.window.showWarningMessage = showWarningMessage;
  });
  beforeEach(() => {
    opened.length = 0;
    said.length = 0;
  });
  const follow = (rest: string) =>
    followLink(vscode.Uri.parse(`vscode://taskrouter-tools.taskrouter-reservations${rest}`), {
      openLink: (link) => {
        opened.push(link);
        return Promise.resolve();
      },
    });

  it('opens the resource that it names, and says nothing', async () => {
    await follow(`/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}`);
    assert.deepEqual(opened, [
      { accountSid: sid('AC'), workspaceSid: sid('WS'), sid: sid('WT'), noun: 'Task' },
    ]);
    assert.deepEqual(said, []);
  });

  for (const rest of [
    '',
    '/accept?reservation=x',
    `/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}&token=secret`,
    `/open?account=${sid('AC')}&workspace=${sid('WS')}&sid=${sid('WT')}%2F..`,
    `/open?account=[x](command:y)&workspace=${sid('WS')}&sid=${sid('WT')}`,
  ])
    it(`opens nothing for ${rest || 'no path'}, and says so in words of ours`, async () => {
      await follow(rest);
      assert.deepEqual(opened, []);
      assert.equal(said.length, 1);
      assert.match(said[0]!, /^This (?:TaskRouter )?link .* Nothing was opened\.$/);
      assert.doesNotMatch(said[0]!, /command:|secret/);
    });
});
