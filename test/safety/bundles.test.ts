import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { build } from 'esbuild';

const root = path.resolve(__dirname, '../..');

/** Bytes of each bundle of a release, at most. */
const limits: Readonly<Record<string, number>> = {
  'extension.js': 280_000,
  'lazy.js': 200_000,
  'networkFetch.js': 60_000,
  'shared.js': 80_000,
  'simulator.js': 200_000,
  'simulator-cli.js': 600_000,
  'reservation.js': 60_000,
  'reservation.css': 20_000,
  'task.js': 40_000,
  'task.css': 20_000,
};

/** What is loaded when it is first needed. */
const loadedLater = ['lazy.js', 'networkFetch.js', 'shared.js', 'simulator.js'];

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

  it('are these, each below its limit', () => {
    assert.deepEqual([...outputs.keys()].sort(), Object.keys(limits).sort());
    for (const [file, { bytes }] of outputs)
      assert.ok(bytes <= limits[file]!, `${file} has ${bytes} bytes; its limit is ${limits[file]}`);
  });

  it('load no library and no other file at activation', () => {
    const libraries = inputsOf('extension.js').filter(([input]) => input.includes('node_modules'));
    assert.deepEqual(libraries, []);
    const files = new Set(outputs.get('extension.js')!.imports.map((one) => one.path));
    assert.deepEqual(
      [...files].filter((file) => file.startsWith('.')).sort(),
      ['./lazy.js', './networkFetch.js', './simulator.js'],
      'imported where they are first used',
    );
  });

  it('contain no module of more than 1 kB twice', () => {
    const holders = new Map<string, string[]>();
    for (const file of loadedLater) {
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
