import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { routingDoubts } from '../../../src/routing/options';

const readme = readFileSync(path.resolve(__dirname, '../../../src/simulator/README.md'), 'utf8');

describe('The simulator’s README', () => {
  for (const [name, { choices, about, pages }] of Object.entries(routingDoubts)) {
    it(`documents the option ${name} with its choices, effect and sources`, () => {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
      assert.ok(row);
      for (const choice of choices) assert.ok(row.includes(`\`${JSON.stringify(choice)}\``), String(choice));
      for (const text of [about, pages]) assert.ok(row.includes(text.replaceAll('|', '\\|')), text);
    });
  }
});
