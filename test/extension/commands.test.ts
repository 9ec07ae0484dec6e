import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { simulatedAccount } from '../../src/extension/accounts/account';
import type { RunUpdate } from '../../src/extension/actions/runUpdate';
import type { PreparedUpdate } from '../../src/taskrouter/preparedUpdate';
import type { CommandsOptions } from '../../src/extension/commands';
import { registerCommands } from '../../src/extension/commands';
import { registerLiveCommands } from '../../src/extension/features/live/liveCommands';
import type { Teller } from '../../src/extension/features/live/notifications';
import type { TreeNode } from '../../src/extension/features/explorer/tree';
import { WorkspacesTree } from '../../src/extension/features/explorer/tree';
import { FakeMemory, openWindow, settle } from './window';

const { commands: contributed } = (
  vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!.packageJSON as {
    contributes: { commands: { command: string }[] };
  }
).contributes;

/** Every function of it resolves to undefined, and is counted. */
function counting<T>(calls: string[], name: string): T {
  return new Proxy(
    {},
    {
      get: (_target, key) => () => {
        calls.push(`${name}.${String(key)}`);
        return Promise.resolve(undefined);
      },
    },
  ) as T;
}

describe('commands', () => {
  const handlers = new Map<string, (argument?: unknown) => unknown>();
  const calls: string[] = [];
  const acted: PreparedUpdate[] = [];
  let own: TreeNode;
  let account: TreeNode;

  before(async () => {
    const window = openWindow();
    await window.accounts.simulate();
    const tree = new WorkspacesTree(window.accounts, window.store, new FakeMemory());
    const first = async (node: TreeNode | undefined, at = 0) => (await tree.getChildren(node))[at];
    account = (await first(undefined))!;
    const tasks = await first(await first(account));
    own = (await first(await first(tasks)))!;
    assert.ok(own.kind === 'resource' && own.collection.noun === 'Reservation');
    const real = vscode.commands.registerCommand;
    vscode.commands.registerCommand = (id, handler: (argument?: unknown) => unknown) => {
      handlers.set(id, handler);
      return new vscode.Disposable(() => undefined);
    };
    try {
      registerCommands(
        new Proxy({} as CommandsOptions, {
          get(_target, key): unknown {
            if (key === 'owns') return (value: unknown) => tree.owns(value);
            if (key === 'accounts') return window.accounts;
            if (key === 'store') return window.store;
            if (key === 'runUpdate')
              return ((account, { sids }, prepare) => {
                acted.push(prepare(window.store.row(account.id, sids.at(-1)!)!));
                return Promise.resolve();
              }) satisfies RunUpdate;
            return counting<unknown>(calls, String(key));
          },
        }),
      );
      registerLiveCommands({
        store: window.store,
        watch: counting(calls, 'watch'),
        teller: new Proxy({} as Teller, {
          get: (_target, key) => (key === 'wanted' ? [] : () => Promise.resolve()),
        }),
        owns: (value): value is TreeNode => tree.owns(value),
        pick: () => Promise.resolve(undefined),
      });
    } finally {
      vscode.commands.registerCommand = real;
    }
  });
  beforeEach(() => {
    calls.length = 0;
    acted.length = 0;
  });

  const onReservations = contributed
    .map(({ command }) => command)
    .filter((id) => id.startsWith('taskrouter.reservation.'));

  it('are all there', () =>
    assert.deepEqual([...handlers.keys()].sort(), contributed.map(({ command }) => command).sort()));

  it('believe a row of our own tree', async () => {
    assert.equal(await handlers.get('taskrouter.reservation.accept')!(own), undefined);
    assert.equal(acted.length, 1);
    assert.equal(acted[0]!.subject.sids.at(-1), own.id.split('/').at(-1));
    assert.equal(acted[0]!.title, 'Accept');
    assert.ok(!calls.some((call) => call.startsWith('picks.')));
  });

  for (const id of onReservations) {
    it(`${id} asks the person, whatever else it is called with`, async () => {
      const { accountId, sids } = own.kind === 'resource' ? own : assert.fail();
      const foreign: unknown[] = [
        null,
        sids.at(-1),
        { ...own },
        JSON.parse(JSON.stringify({ ...own, list: undefined, collection: undefined, parent: undefined })),
        { accountId, sids },
        { account: simulatedAccount, sids },
        [own],
        { id: own.id, kind: 'resource', collection: { noun: 'Reservation' }, accountId, sids },
        account,
      ];
      for (const argument of foreign) {
        calls.length = 0;
        assert.equal(await handlers.get(id)!(argument), undefined);
        assert.deepEqual(acted, [], 'nothing is sent');
        assert.deepEqual(calls, ['picks.reservation']);
      }
      calls.length = 0;
      assert.equal(await handlers.get(id)!(), undefined);
      assert.deepEqual(calls, ['picks.reservation'], 'from the palette, with no argument at all');
    });

    it(`${id} says so when VS Code has let go of the row it was chosen on`, async () => {
      const { showInformationMessage } = vscode.window;
      const told: string[] = [];
      vscode.window.showInformationMessage = (message: string) => {
        told.push(message);
        return Promise.resolve(undefined);
      };
      try {
        await handlers.get(id)!(undefined);
      } finally {
        vscode.window.showInformationMessage = showInformationMessage;
      }
      assert.deepEqual(acted, []);
      assert.deepEqual(calls, []);
      assert.match(told.join(), /^That row changed while you chose/);
    });
  }

  it('return nothing, so that no other extension learns anything', async () => {
    const { showInformationMessage, createQuickPick, createInputBox, showInputBox, showQuickPick } =
      vscode.window;
    const { clipboard } = vscode.env;
    const before = await clipboard.readText();
    // Whoever asks the person gets no answer here.
    const nothing = () => Promise.resolve(undefined);
    const hides = (make: () => vscode.QuickInput) => () => {
      const input = make();
      input.show = () => setImmediate(() => input.dispose());
      const listeners: (() => unknown)[] = [];
      Object.defineProperty(input, 'onDidHide', {
        value: (listener: () => unknown) => {
          listeners.push(listener);
          setImmediate(listener);
          return new vscode.Disposable(() => undefined);
        },
      });
      return input;
    };
    Object.assign(vscode.window, {
      showInformationMessage: nothing,
      showInputBox: nothing,
      showQuickPick: nothing,
      createQuickPick: hides(() => createQuickPick()),
      createInputBox: hides(() => createInputBox()),
    });
    try {
      for (const [id, handler] of handlers) {
        for (const argument of [undefined, own]) {
          // Signing out would take away what the next command needs.
          if (id === 'taskrouter.account.signOut' && argument === undefined) continue;
          assert.equal(await handler(argument), undefined, id);
        }
      }
    } finally {
      Object.assign(vscode.window, {
        showInformationMessage,
        showInputBox,
        showQuickPick,
        createQuickPick,
        createInputBox,
      });
      await clipboard.writeText(before);
      await settle();
    }
  });
});
