import assert from 'node:assert/strict';
import { maskTemplates, templatesIn } from '../../src/workflow/templates';
import { read } from './workflows';

describe('Templates in a document', () => {
  const found: readonly [string, readonly string[]][] = [
    ['a ${b} c', ['${b}']],
    ['${a${b}c}', ['${a${b}c}']],
    ['${a {b} c} d}', ['${a {b} c}']],
    ['{{a}} {{{b}}}', ['{{a}}', '{{{b}}}']],
    ['<% a %><%= b %>', ['<% a %>', '<%= b %>']],
    ['#{a}# %{b}', ['#{a}', '%{b}']],
    ['${a\n} ${b}', ['${b}']],
    ['} ${${b}', ['${b}']],
    ['<% a', []],
    ['${ {{ %{ #{', []],
  ];
  for (const [text, expected] of found) {
    it(`${JSON.stringify(text)} has ${expected.length}`, () => {
      const all = templatesIn(text);
      assert.deepEqual(
        all.map(({ start, end }) => text.slice(start, end)),
        expected,
      );
      assert.equal(maskTemplates(text, all).length, text.length);
    });
  }

  const long: Readonly<Record<string, string>> = {
    'braces that nothing closes': '"x":"' + '${'.repeat(200_000) + '"',
    'tags that nothing closes': '"x":"' + '<%'.repeat(200_000) + '"',
    'templates in a string that nothing closes':
      '"task_routing":{"filters":[{"expression":"\'' + '${}'.repeat(100_000) + '"}]}',
  };
  for (const [name, text] of Object.entries(long)) {
    it(`takes no long time for ${name}`, () => {
      const before = process.cpuUsage();
      read(`{${text}}`);
      assert.ok(process.cpuUsage(before).user < 5_000_000);
    });
  }
});
