import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { contributes } from '../../../src/extension/manifest/manifest';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}
interface WalkthroughStep {
  readonly description: string;
  readonly completionEvents: readonly string[];
  readonly media: { readonly image: Readonly<Record<string, string>>; readonly altText: string };
}
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category?: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly views: Readonly<Record<string, readonly { id: string }[]>>;
    readonly viewsWelcome: readonly { contents: string }[];
    readonly walkthroughs: readonly { id: string; steps: readonly WalkthroughStep[] }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { scope?: string; markdownDescription?: string; order?: number }>
      >;
    };
  };
}

const extension = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
const manifest = extension.packageJSON as Manifest;
const { commands, menus, configuration, views, viewsWelcome, walkthroughs } = manifest.contributes;
const ids = commands.map(({ command }) => command);

describe('the manifest', () => {
  it('equals the contributions table (else: npm run contributions)', () => {
    const file = path.join(extension.extensionPath, 'package.json');
    assert.deepEqual((JSON.parse(readFileSync(file, 'utf8')) as Manifest).contributes, contributes);
  });

  it('contributes every command that is registered, and registers every one that is contributed', async () => {
    await extension.activate();
    const viewIds = Object.values(views)
      .flat()
      .map(({ id }) => id);
    const all = await vscode.commands.getCommands(true);
    const own = all.filter(
      (id) => id.startsWith('taskrouter.') && !viewIds.some((view) => id.startsWith(`${view}.`)),
    );
    assert.deepEqual(own.sort(), [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
  });

  it('follows the naming rules for commands', () => {
    for (const { command, title, category } of commands) {
      assert.equal(category, 'TaskRouter', command);
      assert.match(command, /^taskrouter\.[a-z]+\.[a-zA-Z]+$/);
      assert.ok(title && !title.includes('TaskRouter:'), title);
    }
  });

  const steps = walkthroughs.flatMap((one) => one.steps);

  it('uses only its own commands in menus, in the welcome view and in the walkthrough, which that view opens', () => {
    for (const item of Object.values(menus).flat()) assert.ok(ids.includes(item.command), item.command);
    const texts = [...viewsWelcome.map(({ contents }) => contents), ...steps.map((one) => one.description)];
    const linked = texts.flatMap((text) => [...text.matchAll(/command:([^)]+)/g)].map(([, link]) => link!));
    const opened = walkthroughs.map(({ id }) => encodeURIComponent(JSON.stringify(`${extension.id}#${id}`)));
    assert.deepEqual(
      linked.filter((link) => !ids.includes(link)),
      opened.map((id) => `workbench.action.openWalkthrough?${id}`),
    );
  });

  it('has a picture for each step of the walkthrough, which is completed by a success', () => {
    for (const { completionEvents, media } of steps) {
      assert.match(
        completionEvents.join(),
        /^onContext:taskrouter\.reached\.\w+( && taskrouter\.reached\.\w+)*$/,
      );
      for (const file of Object.values(media.image))
        assert.ok(existsSync(path.join(extension.extensionPath, file)), file);
    }
  });

  it('has every inline action in the context menu too, under the same condition', () => {
    const context = menus['view/item/context']!;
    const isInline = ({ group }: MenuItem) => group?.startsWith('inline') ?? false;
    for (const { command, when } of context.filter(isInline)) {
      // The row of a failure is itself the way to retry: Enter on it does the same.
      if (command === 'taskrouter.list.retry') continue;
      const same = context.filter((item) => item.command === command && !isInline(item));
      assert.ok(
        same.some((item) => item.when === when),
        command,
      );
    }
  });

  it('shows an icon for every inline action and every button in a title', () => {
    for (const place of ['view/item/context', 'view/title'])
      for (const { command, group } of menus[place] ?? [])
        if (/^(inline|navigation)/.test(group ?? ''))
          assert.ok(commands.find((one) => one.command === command)!.icon, command);
  });

  it('limits its items to its own view', () => {
    for (const place of ['view/item/context', 'view/title'])
      for (const { command, when } of menus[place] ?? [])
        assert.match(
          when ?? '',
          /view (== taskrouter\.\w+|=~ \/\^\(taskrouter\\\.workspaces\|taskrouter\\\.live\)\$\/)/,
          command,
        );
  });

  it('has no setting that a folder or a workspace can set', () => {
    for (const [name, { scope, markdownDescription }] of Object.entries(configuration.properties)) {
      assert.ok(scope === 'application' || scope === 'machine', name);
      assert.match(name, /^taskrouter\./);
      assert.ok(markdownDescription);
    }
  });

  it('has no setting for an address or a secret', () => {
    for (const name of Object.keys(configuration.properties))
      assert.ok(!/url|host|origin|address|proxy|token|secret|password|key/i.test(name), name);
  });

  it('activates for links, its pages and files, and otherwise only for what VS Code derives', () => {
    assert.deepEqual(manifest.activationEvents, [
      'onUri',
      'onWebviewPanel:taskrouter.reservation',
      'onWebviewPanel:taskrouter.task',
      'onWebviewPanel:taskrouter.table',
      'onFileSystem:taskrouter-attributes',
      'onWebviewPanel:taskrouter.bulk',
      'onLanguage:json',
      'onLanguage:jsonc',
      'onLanguage:terraform',
      'workspaceContains:**/callbacks/*.json',
      'workspaceContains:**/*.routes.json',
    ]);
  });

  it('names exact versions of packages, has none at run time, and runs nothing on installation', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies))
      assert.match(version, /^(npm:\w+@)?\d+\.\d+\.\d+$/, name);
    assert.deepEqual(manifest.dependencies ?? {}, {});
    for (const script of Object.keys(manifest.scripts)) assert.doesNotMatch(script, /install|^prepare$/);
  });

  it('exports nothing to other extensions', async () => {
    assert.equal(await extension.activate(), undefined);
    assert.equal(extension.exports, undefined);
  });
});
