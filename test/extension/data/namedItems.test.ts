import { strict as assert } from 'node:assert';
import type { Named } from '../../../src/extension/data/namedItems';
import {
  entriesInFile,
  entriesInMemory,
  NamedItems,
  UnusableListError,
} from '../../../src/extension/data/namedItems';
import { UnusableFileError } from '../../../src/extension/data/smallFile';
import { FakeMemory } from '../window';

/** A file, in memory. */
class FakeFile {
  constructor(public text?: string) {}
  read = () => Promise.resolve(this.text);
  write = (text: string) => Promise.resolve(void (this.text = text));
}

const format = {
  parse: (entry: unknown) =>
    typeof (entry as Named | null)?.name === 'string' ? (entry as Named) : undefined,
  entryOf: ({ name }: Named) => ({ name }),
};
const inFile = (file: FakeFile) => new NamedItems<Named>(entriesInFile(file, 'items'), format);

const commented = `{
  // Of our team
  "$schema": "https://example.com/items.json",
  "items": [
    { "name": "first" }, // keep this one
    { "name": "second", "since": 12345678901234567890 },
    "strange",
  ],
  "more": { "a": 1 }
}
`;

describe('items under names', () => {
  it('are saved, renamed, replaced and deleted, for the user and in a file', async () => {
    const inMemory = new NamedItems<Named>(entriesInMemory(new FakeMemory(), 'items'), format);
    for (const items of [inMemory, inFile(new FakeFile())]) {
      const names = async () => (await items.all()).map(({ name }) => name);
      for (const name of ['one', 'two', 'two', 'three']) await items.save({ name });
      assert.deepEqual(await names(), ['one', 'two', 'three']);
      await items.rename({ name: 'three' }, 'one');
      assert.deepEqual(await names(), ['two', 'one']);
      await items.remove({ name: 'two' });
      await items.remove({ name: 'gone' });
      assert.deepEqual(await names(), ['one']);
    }
  });

  it('leave comments, the schema and all else in the file as they are', async () => {
    const file = new FakeFile(commented);
    const items = inFile(file);
    await items.save({ name: 'third' });
    await items.rename({ name: 'first' }, '1st');
    await items.remove({ name: 'third' });
    for (const kept of [
      '// Of our team',
      '"$schema": "https://example.com/items.json"',
      '// keep this one',
      '{ "name": "second", "since": 12345678901234567890 }',
      '"strange"',
      '"more": { "a": 1 }',
    ])
      assert.ok(file.text!.includes(kept), `${kept} in ${file.text}`);
    assert.deepEqual(
      (await items.all()).map(({ name }) => name),
      ['1st', 'second'],
    );
  });

  for (const [what, text] of [
    ['is no JSON', '{ "items": ['],
    ['is empty', ''],
    ['is nested very deeply', '['.repeat(200_000)],
    ['has no list', '{ "items": {} }'],
    ['has another list', '{ "others": [] }'],
    ['has too many', JSON.stringify({ items: Array(201).fill(null) })],
  ] as const)
    it(`of a file that ${what} are not used, and the file is not written`, async () => {
      const file = new FakeFile(text);
      await assert.rejects(inFile(file).all(), UnusableListError);
      await assert.rejects(inFile(file).save({ name: 'one' }), UnusableListError);
      assert.equal(file.text, text);
    });

  it('are not added to a file that would then be too large or have too many', async () => {
    const full = JSON.stringify({ items: Array(200).fill(null) });
    const large = JSON.stringify({ items: ['x'.repeat(256 * 1024 - 20)] });
    for (const text of [full, large]) {
      const file = new FakeFile(text);
      assert.deepEqual(await inFile(file).all(), []);
      await assert.rejects(inFile(file).save({ name: 'one' }), UnusableFileError);
      assert.equal(file.text, text);
    }
  });
});
