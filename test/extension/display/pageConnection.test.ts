import { strict as assert } from 'node:assert';
import { Emitter } from '../../../src/extension/emitter';
import type { MessageParsers } from '../../../src/extension/display/pageConnection';
import { PageConnection, parseMessage } from '../../../src/extension/display/pageConnection';
import { parseFormMessage } from '../../../src/extension/features/reservation/pageMessage';
import type { FormMessage } from '../../../src/webview/reservation/protocol';
import type { NumberedMessage, PageMessage, StateMessage } from '../../../src/webview/shared/protocol';
import { maxPostedLength } from '../../../src/webview/shared/protocol';

interface Rename extends NumberedMessage {
  readonly type: 'rename';
  readonly name: string;
}

interface Close extends PageMessage {
  readonly type: 'close';
}

const parsers: MessageParsers<Rename | Close> = {
  rename: {
    safeParse: (message) =>
      typeof (message as Rename).name === 'string'
        ? { success: true, data: message as Rename }
        : { success: false },
  },
  close: { safeParse: (message) => ({ success: true, data: message as Close }) },
};

// @ts-expect-error: a message without a parser does not compile
export const incomplete: MessageParsers<Rename | Close> = { rename: parsers.rename };

describe('the connection to a page', () => {
  const connected = () => {
    const posted: StateMessage<string>[] = [];
    const received: unknown[] = [];
    const fromPage = new Emitter<unknown>();
    const open = (state: string, receive?: (message: unknown) => void | Promise<void>) =>
      new PageConnection<string, Rename | Close>(
        {
          onDidReceiveMessage: fromPage.event,
          postMessage: (message) => Promise.resolve(posted.push(message as StateMessage<string>) > 0),
        },
        {
          parse: (message) => parseMessage(parsers, message),
          state: () => ({ state, now: 5 }),
          receive: receive ?? ((message) => void received.push(message)),
        },
      );
    const say = async (message: unknown) => {
      fromPage.fire(message);
      await new Promise(setImmediate);
    };
    return { posted, received, open, say };
  };

  it('posts the state with its clock when the page is ready', async () => {
    const { posted, open, say } = connected();
    open('first');
    await say({ type: 'ready' });
    const [{ instance, ...rest }] = posted as [StateMessage<string>];
    assert.ok(instance.length > 8);
    assert.deepEqual(rest, { type: 'state', state: 'first', now: 5, upTo: 0 });
  });

  it('responds to each message that it refuses, and names it once', async () => {
    const { posted, received, open, say } = connected();
    const connection = open('first');
    connection.post();
    const { instance } = posted[0]!;
    for (const [message, answer] of [
      [
        { type: 'rename', instance, number: 3 },
        { upTo: 3, refused: 3 },
      ],
      [
        { type: 'unknown', instance, number: 4, name: 'x' },
        { upTo: 4, refused: 4 },
      ],
      [
        { type: 'toString', instance, number: 5 },
        { upTo: 5, refused: 5 },
      ],
      [
        { type: 'rename', instance, number: -1 },
        { upTo: 5, refused: -1 },
      ],
      [{ type: 'rename', instance, number: 'x' }, { upTo: 5 }],
      [{ type: 'rename', instance, number: NaN }, { upTo: 5 }],
      [{ type: 7, instance }, { upTo: 5 }],
    ] as const) {
      const before = posted.length;
      await say(message);
      assert.equal(posted.length, before + 1, JSON.stringify(message));
      const { upTo, refused } = posted.at(-1)!;
      assert.deepEqual({ upTo, ...(refused === undefined ? {} : { refused }) }, answer);
    }
    connection.post();
    assert.equal(posted.at(-1)!.refused, undefined);
    assert.deepEqual(received, []);
  });

  it('responds to a numbered message whose receiver posts nothing, and to no other one twice', async () => {
    const { posted, open, say } = connected();
    let connection: PageConnection<string, Rename | Close> | undefined = undefined;
    let number = 0;
    const rename = async (receive: () => void | Promise<void>) => {
      connection?.dispose();
      connection = open('first', receive);
      connection.post();
      const before = posted.length;
      await say({ type: 'rename', name: 'x', number: ++number, instance: posted.at(-1)!.instance });
      return posted.slice(before).map(({ upTo }) => upTo);
    };
    assert.deepEqual(await rename(() => {}), [1]);
    assert.deepEqual(await rename(() => Promise.resolve()), [2]);
    assert.deepEqual(await rename(() => connection!.post()), [3]);
    const closing = open('first', () => {});
    closing.post();
    const before = posted.length;
    await say({ type: 'close', instance: posted.at(-1)!.instance });
    assert.equal(posted.length, before);
  });

  it('drops what the page posts for an earlier use of the panel', async () => {
    const { posted, received, open, say } = connected();
    const first = open('first');
    first.post();
    const { instance: earlier } = posted[0]!;
    first.dispose();
    const second = open('second');
    second.post();
    const { instance } = posted[1]!;
    assert.notEqual(instance, earlier);
    const before = posted.length;
    for (const message of [
      { type: 'rename', name: 'x', number: 9, instance: earlier },
      { type: 'close', instance: earlier },
      { type: 'close' },
      { type: 'close', instance: { toString: () => instance } },
      null,
      'close',
      [],
    ])
      await say(message);
    assert.deepEqual([posted.length, received], [before, []]);
    await say({ type: 'rename', name: 'y', number: 10, instance });
    second.post();
    assert.deepEqual([posted.at(-1)!.upTo, received.length], [10, 1]);
  });

  it('receives nothing after dispose', async () => {
    const { posted, received, open, say } = connected();
    const connection = open('first');
    connection.post();
    const { instance } = posted[0]!;
    connection.dispose();
    await say({ type: 'close', instance });
    connection.post();
    assert.deepEqual([posted.length, received], [1, []]);
  });
});

describe('messages of the form’s page', () => {
  const common = { instance: 'one', number: 1, instruction: 'call' } as const;
  const samples: { readonly [Type in FormMessage['type']]: Extract<FormMessage, { type: Type }> } = {
    choose: { type: 'choose', ...common },
    set: { type: 'set', ...common, key: 'callTo', value: ['a'.repeat(maxPostedLength)] },
    send: { type: 'send', ...common },
    copy: { type: 'copy', instance: 'one', preview: 'HTTP' },
    edit: { type: 'edit', instance: 'one', preview: 'HTTP' },
    presets: { type: 'presets', instance: 'one' },
    pick: { type: 'pick', instance: 'one', instruction: 'call', key: 'callTo' },
    explain: { type: 'explain', instance: 'one' },
    next: { type: 'next', instance: 'one' },
    another: { type: 'another', instance: 'one' },
    refresh: { type: 'refresh', instance: 'one' },
  };
  const long = 'x'.repeat(20_000);
  const replacements = [
    undefined,
    null,
    '',
    long,
    7,
    -1,
    1.5,
    NaN,
    true,
    [],
    ['x'],
    [long],
    [7],
    {},
  ] as const;
  /** Which of them a part may be. */
  const accepted: Readonly<Record<string, readonly unknown[]>> = {
    number: [7],
    instance: ['', long],
    preview: [''],
    key: [''],
    value: [undefined, '', [], ['x']],
  };

  for (const [type, sample] of Object.entries(samples)) {
    it(`${type} parses, without what is added to it, and not with a part of another shape`, () => {
      assert.deepEqual(parseFormMessage(sample), sample);
      assert.deepEqual(parseFormMessage({ ...sample, confirmed: true, command: 'x' }), sample);
      for (const key of Object.keys(sample)) {
        const parsed = replacements.filter((value) => parseFormMessage({ ...sample, [key]: value }));
        assert.deepEqual(parsed, accepted[key] ?? [], key);
      }
    });
  }
});
