import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import {
  createInputBox,
  createQuickPick,
  onAcceptAfterReading,
  showInputBox,
  showProblem,
  showQuickPick,
} from '../../../src/extension/display/quickInput';

/** What a customer may write, and what VS Code would make of it: a link, an icon, a line, a text from right to left. */
const hostile = 'Rosa [pay](command:workbench.action.quit) $(trash)\n\u202egnitset';
const isDead = (text: unknown) => {
  assert.equal(typeof text, 'string');
  assert.doesNotMatch(text as string, /\]\(|\$\(|[\n\u202e]/);
  assert.match(text as string, /Rosa/);
};

describe('quick inputs', () => {
  it('show what customers wrote as text, in titles, prompts and messages', () => {
    const input = createInputBox({ title: hostile, prompt: hostile, placeholder: hostile });
    showProblem(input, hostile);
    for (const text of [input.prompt, input.validationMessage]) isDead(text);
    // These draw text as text, on one line.
    for (const text of [input.title, input.placeholder]) assert.doesNotMatch(text!, /[\n\u202e]/);
    showProblem(input, undefined);
    assert.equal(input.validationMessage, undefined);
    input.dispose();

    const pick = createQuickPick({ title: hostile, placeholder: hostile });
    for (const text of [pick.title, pick.placeholder]) assert.doesNotMatch(text!, /[\n\u202e]/);
    pick.dispose();
  });

  describe('whose choice sends something', () => {
    /** What each accept at these milliseconds after the pick is shown leads to. */
    const acceptedAt = (...times: readonly number[]) => {
      let now = 5;
      let accept = () => undefined as void;
      const pick = {
        title: 'Accept Reservation',
        placeholder: 'Which reservation?',
        onDidAccept: (listener: () => void) => (accept = listener),
      } as unknown as vscode.QuickPick<vscode.QuickPickItem>;
      const accepted: number[] = [];
      const clock = { elapsed: () => now };
      onAcceptAfterReading(pick, () => void accepted.push(now - 5), clock);
      for (const time of times) {
        now = 5 + time;
        accept();
      }
      return { accepted, title: pick.title!, placeholder: pick.placeholder! };
    };

    it('take a choice that was read', () => {
      const { accepted, placeholder } = acceptedAt(1000);
      assert.deepEqual([accepted, placeholder], [[1000], 'Which reservation?']);
    });

    it('take none from a held key, however long it is held', () => {
      const repeats = Array.from({ length: 200 }, (_, i) => 500 + i * 33);
      const { accepted, title, placeholder } = acceptedAt(...repeats);
      assert.deepEqual(accepted, []);
      assert.equal(placeholder, 'Too quick to have been read. Nothing was sent: choose again.');
      // With a longer one, which may take another line, the next click would be on another item.
      assert.equal(title, 'Accept Reservation');
    });

    it('take a choice after a held key was released', () => {
      assert.deepEqual(acceptedAt(20, 520, 1500, 2500).accepted, [2500]);
    });
  });

  describe('of one step', () => {
    const { showInputBox: realInput, showQuickPick: realPick } = vscode.window;
    const asked: vscode.InputBoxOptions[] = [];
    let typed: string | undefined;
    const picked: vscode.QuickPickOptions[] = [];
    before(() =>
      Object.assign(vscode.window, {
        showInputBox: (options: vscode.InputBoxOptions) => {
          asked.push(options);
          return Promise.resolve(typed);
        },
        showQuickPick: (_items: unknown, options: vscode.QuickPickOptions) =>
          Promise.resolve(void picked.push(options)),
      }),
    );
    after(() => Object.assign(vscode.window, { showInputBox: realInput, showQuickPick: realPick }));

    it('show it as text too, and what is wrong with an answer', async () => {
      const check = (text: string) => (text === 'x' ? { warning: hostile } : { problem: hostile });
      await showInputBox({ title: hostile, prompt: hostile, required: hostile, check });
      await showQuickPick([], { title: hostile, placeholder: hostile });
      const [options] = asked;
      isDead(options!.prompt);
      for (const answer of ['', 'x', 'y']) {
        const found = (await options!.validateInput!(answer)) as vscode.InputBoxValidationMessage;
        isDead(found.message);
      }
      assert.doesNotMatch(picked[0]!.placeHolder!, /[\n\u202e]/);
    });

    it('take a trimmed text that is not empty', async () => {
      const answers: string[] = [];
      const check = (text: string) => void answers.push(text);
      const ask = () => showInputBox({ title: 'Name', prompt: 'Name', required: 'Enter a name.', check });
      typed = ' Ada ';
      assert.equal(await ask(), 'Ada');
      typed = undefined;
      assert.equal(await ask(), undefined);
      const validate = async (text: string) =>
        ((await asked.at(-1)!.validateInput!(text)) as vscode.InputBoxValidationMessage | undefined)?.message;
      assert.equal(await validate(''), 'Enter a name.');
      assert.equal(await validate(' \t'), 'Enter a name.');
      assert.equal(await validate(' Ada '), undefined);
      assert.deepEqual(answers, ['Ada']);
    });
  });
});
