import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve(__dirname, '../../src');
const sources = readdirSync(src, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(path.join(src, name), 'utf8') }));

/** What may stand only in these files; most of it nowhere. */
const rules: readonly (readonly [what: string, pattern: RegExp, where: readonly string[]])[] = [
  ['a way to the network', /['"]node-fetch['"]/, ['extension/data/networkFetch.ts']],
  [
    'a server',
    /createServer/,
    [
      'extension/features/languageModel/mcpConnections.ts',
      'simulator/cli/proxy.ts',
      'simulator/server/server.ts',
    ],
  ],
  [
    'plain HTTP',
    /import \{[^}]*\} from 'node:(http|net)'/,
    [
      'callbacks/loopback.ts',
      'extension/features/languageModel/mcpConnections.ts',
      'mcp/bridge.ts',
      'taskrouter/directFetch.ts',
      'simulator/cli/proxy.ts',
      'simulator/server/server.ts',
    ],
  ],
  [
    'sentences that are joined without display/sentences.ts',
    /join\((['"`])\. \1\)|\}\. \$\{/,
    ['simulator/api/update.ts'],
  ],
  ['a global fetch', /globalThis\.fetch|window\.fetch|XMLHttpRequest|WebSocket|sendBeacon|EventSource/, []],
  [
    'another network module',
    /(from|import|require\(|import\() ?['"](node:)?(https|http2|tls|dns|dgram|undici|axios)['"]/,
    ['callbacks/loopback.ts', 'simulator/cli/proxy.ts'],
  ],
  ['a child process', /child_process|worker_threads/, []],
  ['an agent of our own, or trust in any certificate', /\bagent:|rejectUnauthorized|NODE_TLS/, []],
  ['the header with the credentials', /'Basic ' \+/, ['taskrouter/requestSender.ts']],
  ['a modal dialog, which a held key must not answer', /modal: true/, ['extension/display/modal.ts']],
  ['HTML made of text', /innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\.write/, []],
  ['code made of text', /\beval\(|new Function|setTimeout\(['"`]/, []],
  ['Markdown', /MarkdownString|isTrusted: true|supportHtml/, []],
  ['telemetry', /TelemetryLogger|createTelemetry|appinsights/i, []],
  ['a terminal', /createTerminal|ShellExecution/, []],
];

describe('the source has', () => {
  it('source files', () => assert.ok(sources.length > 50));

  for (const [what, pattern, where] of rules) {
    it(`${what} ${where.length ? `in ${where.join(', ')} and nowhere else` : 'nowhere'}`, () => {
      const found = sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
      assert.deepEqual(found.sort(), [...where].sort());
    });
  }

  it('no API for other extensions: activate returns nothing', () => {
    const { text } = sources.find(({ name }) => name === 'extension/extension.ts')!;
    assert.match(text, /export (async )?function activate\([^)]*\): (void|Promise<void>) \{/);
  });
});
