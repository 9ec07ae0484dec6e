import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  readSuggestions,
  suggestionsFile,
  suggestionsSchema,
} from '../../../../src/extension/features/callbacks/suggestions';

/** From here, or from out/ when it runs inside VS Code. */
const up = __dirname.includes(`${path.sep}out${path.sep}`) ? '../../../../..' : '../../../..';

describe('callback addresses that a repository suggests', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'callbacks-'));
  after(() => rmSync(root, { recursive: true }));

  it('have the schema of their file', () => {
    const file = path.resolve(__dirname, up, 'media/taskrouter-callbacks.schema.json');
    if (process.env.UPDATE_SCHEMA) writeFileSync(file, `${JSON.stringify(suggestionsSchema(), null, 2)}\n`);
    assert.deepEqual(
      JSON.parse(readFileSync(file, 'utf8')),
      suggestionsSchema(),
      'run it with UPDATE_SCHEMA=1',
    );
  });

  describe('in VS Code', function () {
    before(function () {
      if (!('Uri' in vscode)) this.skip();
    });

    const folder = (name: string, text?: string) => {
      const file = path.join(root, name, suggestionsFile);
      mkdirSync(path.dirname(file), { recursive: true });
      if (text !== undefined) writeFileSync(file, text);
      return { name, uri: vscode.Uri.file(path.join(root, name)) };
    };

    it('are those of every folder, and none before the folders are trusted', async () => {
      const folders = [
        folder('desk', '{ // ours\n "url": "http://localhost:3000/assignment", }'),
        folder('empty'),
        folder(
          'all',
          JSON.stringify({
            url: 'https://127.0.0.1/a?b=c',
            fallback: 'http://[::1]:3000/fallback',
            signedUrl: 'https://desk.example.com/assignment',
            events: 'http://localhost:3000/events',
            eventsFilter: 'task.created',
          }),
        ),
      ];
      assert.deepEqual(await readSuggestions(folders, true), [
        {
          folder: 'desk',
          setup: {
            url: 'http://localhost:3000/assignment',
            ...{ fallbackUrl: '', signedUrl: '', eventUrl: '', eventsFilter: '' },
          },
        },
        {
          folder: 'all',
          setup: {
            url: 'https://127.0.0.1/a?b=c',
            fallbackUrl: 'http://[::1]:3000/fallback',
            signedUrl: 'https://desk.example.com/assignment',
            eventUrl: 'http://localhost:3000/events',
            eventsFilter: 'task.created',
          },
        },
      ]);
      assert.deepEqual(await readSuggestions(folders, false), []);
    });

    it('are refused where they lead elsewhere or are damaged, and say why', async () => {
      const refused: readonly (readonly [file: string, problem: RegExp])[] = [
        ['{ "url": ', /^it is not JSON$/],
        ['['.repeat(16_000), /^it is not JSON$/],
        [' '.repeat(20_000), /^it is larger than 16 KiB$/],
        ...[
          [],
          {},
          { url: 'https://example.com/assignment' },
          { url: 'http://localhost.example.com/' },
          { url: 'http://localhost@example.com/' },
          { url: 'http://127.0.0.1:80@example.com/' },
          { url: 'http://10.0.0.7:3000/' },
          { url: 'file:///etc/passwd' },
          { url: 'http://localhost/\u202e' },
        ].map((json) => [JSON.stringify(json), /^its url must be on this machine/] as const),
        ...(
          [
            [{ fallback: 'https://example.com/' }, /^its fallback must be on this machine/],
            [{ signedUrl: 'command:quit' }, /^its signedUrl must be an http or https URL/],
            [{ events: 'https://example.com/' }, /^its events must be on this machine/],
            [{ eventsFilter: 'all of them' }, /^its eventsFilter must be types of events/],
            [{ start: true }, /^it has the key start, but only \$schema, url, .+ are known$/],
          ] as const
        ).map(([more, problem]) => [JSON.stringify({ url: 'http://localhost/', ...more }), problem] as const),
      ];
      for (const [text, problem] of refused) {
        const [suggestion] = await readSuggestions([folder('theirs', text)], true);
        assert.match((suggestion as { problem: string }).problem, problem, text.slice(0, 80));
      }
    });
  });
});
