import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readAnswer } from '../../../../src/callbacks/answer';
import { assignmentParameters } from '../../../../src/callbacks/assignment';
import { Recording } from '../../../../src/callbacks/recording';
import { saveRecording } from '../../../../src/extension/features/callbacks/saveRecording';
import { assignment } from '../../../callbacks/application';
import { answering } from '../change/answers';

describe('saving a callback as a recording', () => {
  const { showSaveDialog, showInformationMessage } = vscode.window;
  let folder: string;
  let suggested: string[];
  beforeEach(async () => {
    suggested = [];
    folder = await mkdtemp(path.join(tmpdir(), 'recording-'));
    Object.assign(vscode.window, {
      showSaveDialog: ({ defaultUri }: vscode.SaveDialogOptions) => {
        suggested.push(defaultUri!.path.split('/').slice(-2).join('/'));
        return Promise.resolve(vscode.Uri.file(path.join(folder, 'saved.json')));
      },
      showInformationMessage: () => Promise.resolve(undefined),
    });
  });
  afterEach(async () => {
    Object.assign(vscode.window, { showSaveDialog, showInformationMessage });
    await rm(folder, { recursive: true });
  });

  const signature = 'never-show-me';
  const call = () => {
    const one = { ...assignment, taskAttributes: '{"name":"Rosa Hazel"}' };
    const parameters = assignmentParameters(one);
    const headers = { 'content-type': 'application/json', 'set-cookie': signature };
    const response = { status: 200, headers, body: '{"instruction":"accept"}' };
    const url = 'http://localhost:3000/assignment';
    const sent = { url, signedUrl: url, method: 'POST', parameters, signature, milliseconds: 1 } as const;
    const attempts = [{ ...sent, response }];
    const delivery = { attempts, answers: [readAnswer({ response }, parameters, false)] };
    return { id: '1', assignment: one, at: 0, isReplay: false, delivery };
  };
  const answeredByFallback = () => {
    const { delivery, ...rest } = call();
    const [first] = delivery.attempts as [(typeof delivery.attempts)[number]];
    const failed = { ...first, response: { ...first.response, status: 500 } };
    const second = { ...first, url: 'http://localhost:3000/fallback' };
    const answers = [failed, second].map((one, i) => readAnswer(one, one.parameters, i === 0));
    return { ...rest, delivery: { attempts: [failed, second], answers } };
  };
  const saved = () => readFile(path.join(folder, 'saved.json'), 'utf8');

  it('replaces what identifies customers when asked to, also in the name of the file', async () => {
    const [asked] = await answering(['Replace Customer Values'], () => saveRecording(call()));
    assert.deepEqual(asked?.offered, ['Replace Customer Values', 'Keep All Values']);
    const text = await saved();
    const { parameters, answer, url } = Recording.parse(JSON.parse(text));
    assert.equal(parameters['TaskAttributes'], '{"name":"Customer 1"}');
    assert.deepEqual([answer, url], [{ instruction: 'accept' }, 'http://localhost:3000/assignment']);
    assert.ok(!/never-show-me|Rosa/.test(text));
    assert.deepEqual(suggested, ['callbacks/accept.json']);
  });

  it('asks which URL the test calls when the fallback has answered', async () => {
    await answering(['Keep All Values', 'http://localhost:3000/fallback'], () =>
      saveRecording(answeredByFallback()),
    );
    const { url, answer } = Recording.parse(JSON.parse(await saved()));
    assert.deepEqual([url, answer], ['http://localhost:3000/fallback', { instruction: 'accept' }]);
  });

  it('keeps them when asked to, and writes nothing when nobody answers', async () => {
    await answering([undefined], () => saveRecording(call()));
    assert.deepEqual([suggested, await readdir(folder)], [[], []]);
    await answering(['Keep All Values'], () => saveRecording(call()));
    assert.match(await saved(), /Rosa Hazel/);
    assert.deepEqual(suggested, ['callbacks/rosa-hazel.json']);
    assert.ok(!(await saved()).includes(signature));
  });
});
