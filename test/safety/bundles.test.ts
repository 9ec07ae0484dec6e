import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { build } from 'esbuild';

const root = path.resolve(__dirname, '../..');

/** Bytes of each bundle of a release, at most. What several of them import is in chunks, each named shared. */
const limits: Readonly<Record<string, number>> = {
  'extension.js': 160_000,
  'lazy.js': 720_000,
  'mcpBridge.js': 2_000,
  'mcpConnections.js': 160_000,
  'networkFetch.js': 60_000,
  'shared.js': 110_000,
  'simulator.js': 200_000,
  'simulator-cli.js': 600_000,
  'cli.js': 210_000,
  'mcpServer.js': 620_000,
  'reservation.js': 60_000,
  'reservation.css': 20_000,
  'task.js': 40_000,
  'task.css': 20_000,
  'table.js': 75_000,
  'table.css': 20_000,
  'bulk.js': 60_000,
  'bulk.css': 20_000,
  'callbacks.js': 70_000,
  'callbacks.css': 22_000,
  'try.js': 40_000,
  'try.css': 20_000,
};

/** Bytes that activation loads, at most. */
const atActivation = 250_000;

describe('the bundles of a release', function () {
  this.timeout(60_000);

  const scratch = mkdtempSync(path.join(tmpdir(), 'bundles-'));
  const outputs = new Map<string, Metafile['outputs'][string]>();
  before(async () => {
    const { builds } = createRequire(__filename)('../../esbuild.js') as { builds: BuildOptions[] };
    for (const options of builds) {
      const release = { minify: true, sourcemap: false, metafile: true, absWorkingDir: root } as const;
      const { metafile } = await build({ ...options, ...release, outdir: scratch });
      for (const [file, output] of Object.entries(metafile.outputs)) outputs.set(path.basename(file), output);
    }
  });
  after(() => rmSync(scratch, { recursive: true }));

  const inputsOf = (file: string) =>
    Object.entries(outputs.get(file)!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);

  /** A bundle and the chunks that it loads with itself. */
  const loadedWith = (file: string, found = new Set([file])): ReadonlySet<string> => {
    for (const { path: imported, kind } of outputs.get(file)!.imports) {
      const name = path.basename(imported);
      if (kind === 'import-statement' && outputs.has(name) && !found.has(name))
        loadedWith(name, found.add(name));
    }
    return found;
  };

  it('are these, each below its limit', () => {
    const named = [...outputs].map(
      ([file, { bytes }]) => [file.replace(/^shared-\w+/, 'shared'), bytes] as const,
    );
    assert.deepEqual([...new Set(named.map(([file]) => file))].sort(), Object.keys(limits).sort());
    for (const [file, bytes] of named)
      assert.ok(bytes <= limits[file]!, `${file} has ${bytes} bytes; its limit is ${limits[file]}`);
  });

  it('load no library, at most two chunks and few bytes at activation', () => {
    const files = [...loadedWith('extension.js')];
    const libraries = files.flatMap(inputsOf).filter(([input]) => input.includes('node_modules'));
    assert.deepEqual(libraries, []);
    assert.ok(files.length <= 3, `each further file costs about a millisecond: ${files.join(', ')}`);
    const bytes = files.reduce((sum, file) => sum + outputs.get(file)!.bytes, 0);
    assert.ok(bytes <= atActivation, `${bytes} bytes; the limit is ${atActivation}`);
    const later = files.flatMap((file) => outputs.get(file)!.imports).filter((one) => one.external);
    assert.deepEqual(
      [...new Set(later.map((one) => one.path))].filter((file) => file.startsWith('.')).sort(),
      ['./lazy.js', './networkFetch.js', './simulator.js'],
      'imported where they are first used',
    );
  });

  it('contain no module of more than 1 kB twice', () => {
    const holders = new Map<string, string[]>();
    const files = new Set(
      ['extension.js', 'lazy.js', 'simulator.js'].flatMap((file) => [...loadedWith(file)]),
    );
    for (const file of [...files, 'networkFetch.js']) {
      for (const [input, { bytesInOutput }] of inputsOf(file))
        if (bytesInOutput > 1000) holders.set(input, [...(holders.get(input) ?? []), file]);
    }
    assert.deepEqual(
      [...holders].filter(([, files]) => files.length > 1),
      [],
    );
    assert.equal(holders.get('src/taskrouter/instructions.ts')?.length, 1);
  });
});
