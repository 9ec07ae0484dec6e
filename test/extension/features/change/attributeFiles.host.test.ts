import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { CommandParts } from '../../../../src/extension/actions/actions';
import { attributesAddress } from '../../../../src/extension/features/change/resourceFileSystem';
import { ResourceFiles } from '../../../../src/extension/features/change/resourceFiles';
import { attributesKind, saveAttributes } from '../../../../src/extension/features/change/saveAttributes';
import { updateRequest } from '../../../../src/taskrouter/requests';
import { tasks } from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { shownDuring } from '../../actions/shownDuring';
import { clientOf, FakeMemory, findReservation, openWindow, refusal, settle } from '../../window';
import type { Answer } from './answers';
import { answering } from './answers';

const base = '{"name":"Dana Alder","vip":false,"big":12345678901234567890}';

const events = [
  'onDidOpenTextDocument',
  'onDidChangeTextDocument',
  'onDidSaveTextDocument',
  'onDidCloseTextDocument',
] as const;

/** The files, with what VS Code would report to them. */
function openFiles(parts: CommandParts, memory: FakeMemory, onChange: () => void) {
  const { workspace } = vscode;
  const real = events.map((name) => [name, workspace[name]] as const);
  const listeners = new Map<string, (event: unknown) => void>();
  for (const name of events) {
    const event = (listener: (event: unknown) => void) => {
      listeners.set(name, listener);
      return { dispose: () => undefined };
    };
    Object.assign(workspace, { [name]: event });
  }
  const files = new ResourceFiles(parts, memory, attributesAddress, attributesKind, onChange);
  Object.assign(workspace, Object.fromEntries(real));
  return { files, report: (name: (typeof events)[number], event: unknown) => listeners.get(name)!(event) };
}

/** An editor, which reads and writes a file as VS Code does. */
async function edit() {
  const on = await stage();
  const memory = new FakeMemory();
  const parts = { ...on.parts, clock: on.window.clock } as unknown as CommandParts;
  const { files, report } = openFiles(parts, memory, () => undefined);
  const path = `/${on.sids.join('/')}/Dana.attributes.json`;
  const uri = vscode.Uri.from({ scheme: 'taskrouter-attributes', path, query: on.accountId });
  const read = async () => {
    await files.stat(uri);
    return Buffer.from(await files.readFile(uri)).toString();
  };
  let text = await read();
  const document = { uri, isDirty: false, getText: () => text };
  report('onDidOpenTextDocument', document);
  const type = (from: string, to: string) => {
    text = text.replace(from, to);
    document.isDirty = true;
    report('onDidChangeTextDocument', { document });
  };
  const reload = async () => {
    text = await read();
    document.isDirty = false;
    report('onDidChangeTextDocument', { document });
  };
  const save = async (whileSaving = () => undefined as void) => {
    const written = text;
    await answering(['Save Attributes'], () => files.writeFile(uri, Buffer.from(written), false));
    whileSaving();
    document.isDirty = text !== written;
    report('onDidSaveTextDocument', document);
    if (!document.isDirty) await reload();
  };
  const reopened = async () => {
    const again = openFiles(parts, memory, () => undefined);
    return Buffer.from(await again.files.readFile(uri)).toString();
  };
  return { ...on, ...{ memory, document, report, type, reload, save, reopened, read, text: () => text } };
}

async function stage() {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const { workspaceSid, taskSid } = await findReservation(window.simulator, 'pending');
  const sids = [workspaceSid, taskSid];
  const client = clientOf(window.simulator);
  const elsewhere = (attributes: string) =>
    client.update(updateRequest(tasks, sids, [['Attributes', attributes]]));
  await elsewhere(base);
  const { actions, dialogs } = openActions(window);
  const parts = { accounts: window.accounts, store: window.store, actions };
  window.sent.length = 0;
  return {
    ...{ window, dialogs, elsewhere, parts, accountId, sids },
    save: (mine: string, answers: readonly Answer[] = ['Save Attributes']) =>
      answering(answers, () => saveAttributes(parts, { accountId, collection: tasks, sids }, base, mine)),
    attributes: async () => (await client.fetch(tasks, sids)).row['attributes'],
    posts: () => window.sent.filter(({ method }) => method === 'POST'),
  };
}

describe('attributes that the user saves', () => {
  it('are sent once for the version that was read, after a confirmation', async () => {
    const on = await stage();
    const shown = await shownDuring(() => on.save(base.replace('false', 'true')));
    assert.equal(await on.attributes(), base.replace('false', 'true'));
    const [post, ...others] = on.posts();
    assert.deepEqual(others, []);
    assert.ok(post!.headers['If-Match']);
    assert.deepEqual(
      on.dialogs.shown.map(([question]) => question),
      ['Save the attributes of Dana Alder in production?'],
    );
    assert.deepEqual(shown, ['$(pass) Attributes saved. Dana Alder (Test account).']);
  });

  it('are shown as the request that saves them, which can be copied as code instead', async () => {
    const on = await stage();
    await on.elsewhere(base.replace('}', ',"first":1}'));
    await assert.rejects(on.save(base.replace('false', 'true'), ['curl']), /Nothing was sent/);
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /^curl -X POST '.*Attributes=.*\$TWILIO/s);
    assert.ok(decodeURIComponent(copied).includes('"vip":true,"big":12345678901234567890,"first":1'));
    await assert.rejects(on.save(base.replace('false', 'true'), [undefined]), /Nothing was sent/);
    assert.deepEqual([on.posts(), on.dialogs.shown], [[], []]);
  });

  it('keep what somebody else wrote in the meantime', async () => {
    const on = await stage();
    await on.elsewhere(base.replace('}', ',"first":1}'));
    await on.save(base.replace('false', 'true'));
    assert.equal(on.posts().length, 1);
    assert.equal(
      await on.attributes(),
      '{"name":"Dana Alder","vip":true,"big":12345678901234567890,"first":1}',
    );
  });

  it('are not sent again when they are refused', async () => {
    for (const [status, why] of [
      [412, /changed in the meantime, and yours were not saved\. Save again\./],
      [400, /not done/],
    ] as const) {
      const on = await stage();
      on.window.wire = async ({ method }, pass) => {
        if (method !== 'POST') return pass();
        await on.elsewhere(base.replace('}', ',"first":1}'));
        return refusal(status, 20001, 'Refused');
      };
      await assert.rejects(on.save(base.replace('false', 'true')), why);
      assert.deepEqual([on.posts().length, on.dialogs.shown.length], [1, 1]);
    }
  });

  it('ask only for a key that both changed', async () => {
    const on = await stage();
    await on.elsewhere('{"name":"Dana","vip":"gold","big":12345678901234567890}');
    const mine = '{"name":"Dana Alder","vip":true,"big":12345678901234567890}';
    const [asked] = await on.save(mine, ['Yours', 'Save Attributes']);
    assert.deepEqual(asked?.offered, ['Yours', 'Theirs']);
    assert.equal(await on.attributes(), '{"name":"Dana","vip":true,"big":12345678901234567890}');
    await assert.rejects(on.save(mine.replace('true', '1'), [undefined]), /Nothing was sent/);
  });

  it('show where two values differ, exactly, and which key it is', async () => {
    const on = await stage();
    const long = 'y'.repeat(500);
    const texts = async (from: string, mine: string, theirs: string) => {
      await on.elsewhere(theirs);
      const { createQuickPick } = vscode.window;
      let shown: readonly (string | undefined)[] = [];
      const saving = answering([undefined], async () => {
        const answered = vscode.window.createQuickPick;
        const recorded = () => {
          const pick = answered();
          pick.onDidHide(() => (shown = [pick.placeholder, ...pick.items.map(({ detail }) => detail)]));
          return pick;
        };
        Object.assign(vscode.window, { createQuickPick: recorded });
        await saveAttributes(
          on.parts,
          { accountId: on.accountId, collection: tasks, sids: on.sids },
          from,
          mine,
        );
      });
      await assert.rejects(saving, /Nothing was sent/);
      assert.equal(vscode.window.createQuickPick, createQuickPick);
      return shown;
    };
    const [, mine, theirs] = await texts('{"t":1}', `{"t":"${long}A"}`, `{"t":"${long}B"}`);
    assert.deepEqual([mine, theirs], [`…${'y'.repeat(30)}A"`, `…${'y'.repeat(30)}B"`]);
    const invisible = await texts('{"a.b":1}', '{"a.b":"$(x)"}', '{"a.b":"$ (\u200bx)"}');
    assert.match(invisible[0]!, /^\["a\.b"\] was changed/);
    assert.deepEqual(invisible.slice(1), ['"⟨U+0024⟩(x)"', '"$ (⟨U+200B⟩x)"']);
    assert.match((await texts('{"a":{"b":1}}', '{"a":{"b":2}}', '{"a":{"b":3}}'))[0]!, /^a\.b was/);
    assert.match((await texts('{"":1}', '{"":2}', '{"":3}'))[0]!, /^\[""\] was/);
  });

  it('are not saved when the user declines, when they are no object, or when the outcome is unknown', async () => {
    const on = await stage();
    for (const wrong of ['', '[]', '{"a":}']) await assert.rejects(on.save(wrong), /must be a JSON object/);
    on.dialogs.confirms = false;
    await assert.rejects(on.save('{}'), (error) => error instanceof vscode.FileSystemError);
    assert.deepEqual(on.posts(), []);
  });
});

describe('attributes in an editor that VS Code does not read again', () => {
  const others = base.replace('}', ',"callId":"CA1"}');

  it('keep what somebody else wrote when the user types on during a save', async () => {
    const on = await edit();
    await on.elsewhere(others);
    on.type('false', 'true');
    await on.save(() => on.type('Alder', 'Ash'));
    assert.ok(!on.text().includes('CA1'));
    await on.save();
    assert.equal(await on.attributes(), others.replace('false', 'true').replace('Alder', 'Ash'));
    assert.ok(on.text().includes('CA1'));
    on.type('"CA1"', '"CA2"');
    await on.save();
    assert.ok(String(await on.attributes()).includes('CA2'));
  });

  it('are compared with the same ones when the language of the editor changes', async () => {
    const on = await edit();
    on.type('false', 'true');
    await on.elsewhere(others);
    on.report('onDidCloseTextDocument', on.document);
    on.report('onDidOpenTextDocument', on.document);
    await settle();
    await on.save();
    assert.equal(await on.attributes(), others.replace('false', 'true'));
  });

  it('are the current ones when they are reverted or opened again', async () => {
    const on = await edit();
    on.type('false', 'true');
    await on.elsewhere(others);
    assert.ok((await on.reopened()).includes('CA1'));
    await on.reload();
    assert.ok(on.text().includes('CA1'));
    on.type('"CA1"', '"CA2"');
    await on.save();
    assert.equal(await on.attributes(), others.replace('CA1', 'CA2'));
  });

  it('are forgotten when the user signs out', async () => {
    const on = await edit();
    on.type('false', 'true');
    assert.match(on.memory.dump(), /Dana Alder/);
    await on.window.accounts.signOut(on.accountId);
    await settle();
    assert.doesNotMatch(on.memory.dump(), /Dana Alder/);
    await assert.rejects(on.read(), vscode.FileSystemError);
  });
});
