import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { copySources } from '../host/sourceCopy';
import { foundIn } from '../safety/canary';
import { openWorkbench } from './driver';

/** All that may be in the package: what runs, what is shown, and what says what it is. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/ThirdPartyNotices.txt',
  'dist/extension.js',
  'dist/lazy.js',
  'dist/mcpBridge.js',
  'dist/mcpConnections.js',
  'dist/networkFetch.js',
  'dist/shared.js',
  'dist/simulator.js',
  'dist/webview/bulk.css',
  'dist/webview/bulk.js',
  'dist/webview/callbacks.css',
  'dist/webview/callbacks.js',
  'dist/webview/codicon.css',
  'dist/webview/codicon.ttf',
  'dist/webview/reservation.css',
  'dist/webview/reservation.js',
  'dist/webview/table.css',
  'dist/webview/table.js',
  'dist/webview/task.css',
  'dist/webview/task.js',
  'dist/webview/try.css',
  'dist/webview/try.js',
  'media/icon.png',
  'media/languages/taskrouter-json.json',
  'media/reservation-dark.svg',
  'media/reservation-light.svg',
  'media/reservation.svg',
  'media/skills/taskrouter/SKILL.md',
  'media/syntaxes/taskrouter-expression.tmLanguage.json',
  'media/syntaxes/taskrouter-json.tmLanguage.json',
  'media/task-dark.svg',
  'media/task-light.svg',
  'media/taskrouter-callbacks.schema.json',
  'media/taskrouter-presets.schema.json',
  'media/taskrouter-queries.schema.json',
  'media/taskrouter-recording.schema.json',
  'media/taskrouter-routes.schema.json',
  'media/taskrouter.svg',
  'media/walkthrough/accept-dark.png',
  'media/walkthrough/accept-light.png',
  'media/walkthrough/conference-dark.png',
  'media/walkthrough/conference-light.png',
  'media/walkthrough/explain-dark.png',
  'media/walkthrough/explain-light.png',
  'media/walkthrough/signIn-dark.png',
  'media/walkthrough/signIn-light.png',
  'media/walkthrough/simulate-dark.png',
  'media/walkthrough/simulate-light.png',
  'package.json',
  'package.nls.json',
];

const root = path.resolve(__dirname, '../..');

describe('the packaged extension', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'package-'));
  const vsix = path.join(scratch, 'taskrouter-reservations.vsix');

  const sources = path.join(scratch, 'sources');

  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: sources, encoding: 'utf8' });

  before(() => {
    copySources(sources);
    npm('run', '--silent', 'package', '--', '--out', vsix);
  });
  after(() => rmSync(scratch, { recursive: true }));

  it('holds what it needs and nothing else, in less than a megabyte', () => {
    const files = npm('exec', '--silent', '--', 'vsce', 'ls', '--no-dependencies').trim().split('\n').sort();
    const listed = [...new Set(files.map((file) => file.replace(/shared-\w+/, 'shared')))];
    assert.deepEqual(listed, shipped);
    assert.ok(statSync(vsix).size < 1_000_000);
  });

  it('is packaged for the galleries without a warning, and links and pictures of its README lead to the repository', () => {
    const release = readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8');
    const [, options] = /npx vsce package (.*) \$pre_release --githubBranch "\$GITHUB_REF_NAME" --out/.exec(
      release,
    )!;
    const manifest = path.join(sources, 'package.json');
    const before = readFileSync(manifest, 'utf8');
    const file = path.join(scratch, 'gallery.vsix');
    npm('pkg', 'set', 'repository.type=git', 'repository.url=https://github.com/owner/name.git');
    const vsce = ['exec', '--', 'vsce', 'package', ...options!.split(' ')];
    const { status, stdout, stderr } = spawnSync(
      'npm',
      [...vsce, '--pre-release', '--githubBranch', 'v1.2.3', '--out', file],
      { cwd: sources, encoding: 'utf8' },
    );
    writeFileSync(manifest, before);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /WARN/);
    const packed = new Map(filesIn(readFileSync(file)));
    assert.match(
      String(packed.get('extension.vsixmanifest')),
      /Microsoft\.VisualStudio\.Code\.PreRelease" Value="true"/,
    );
    const readme = String(packed.get('extension/readme.md'));
    const links = [...readme.matchAll(/\]\(([^)#]*)\)/g)].map(([, link]) => link!);
    assert.ok(links.some((link) => link.startsWith('https://github.com/owner/name/raw/v1.2.3/media/')));
    for (const link of links) assert.match(link, /^https:\/\//);
  });

  it('holds the licence of each library in it', () => {
    const packed = new Map(filesIn(readFileSync(vsix)));
    const notices = String(packed.get('extension/dist/ThirdPartyNotices.txt')).split(
      `\n${'-'.repeat(80)}\n\n`,
    );
    for (const name of [
      'node-fetch',
      'data-uri-to-buffer',
      'zod',
      'lit-html',
      'jsonc-parser',
      '@modelcontextprotocol/sdk',
      '@vscode/codicons',
    ])
      assert.match(
        notices.find((one) => one.startsWith(`${name} `)) ?? '',
        /^\S+ [\d.]+\n\n[^]*(Copyright|Creative Commons)/,
        name,
      );
  });

  it('holds no secret of a test, nor anything like one, in any encoding', () => {
    const packed = [...filesIn(readFileSync(vsix))];
    assert.ok(
      packed.some(([name, bytes]) => name === 'extension/package.json' && bytes.includes('taskrouter')),
    );
    for (const [name, bytes] of packed) {
      for (const canary of ['never-show-me', 'Canary-token', 'canary-never'])
        assert.deepEqual(foundIn(bytes, canary, ''), [], name);
      assert.ok(!/\b(AC|SK)[0-9a-f]{32}\b|BEGIN [A-Z ]*PRIVATE KEY/.test(bytes.toString('latin1')), name);
    }
  });

  it('is installed, and a reservation is accepted with it', async () => {
    const workbench = await openWorkbench({ extension: vsix });
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await workbench.treeItem(/^Workspace Acme Support/).click();
    await workbench.treeItem('Tasks').click();
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/));
    const pending = workbench.treeItem(/^Reservation, pending/).first();
    await pending.waitFor();
    await workbench.inlineAction(pending, 'Accept Reservation', workbench.treeItem(/^Reservation, accepted/));
    await workbench.close();
  });
});

/** What a zip archive holds, read by its directory at the end. */
function* filesIn(zip: Buffer): Generator<readonly [name: string, bytes: Buffer]> {
  const end = zip.lastIndexOf('PK\x05\x06');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, start] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ];
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const bytes = zip.subarray(data, data + size);
    yield [zip.toString('utf8', at + 46, at + 46 + name), method === 0 ? bytes : inflateRawSync(bytes)];
    at += 46 + name + extra + comment;
  }
}
