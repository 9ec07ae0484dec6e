import { build } from 'esbuild';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** A folder for one run, in which packages are found. `dist/` and `out/` stay as they are. */
export function makeScratch(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskrouter-bench-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The files that buildWays writes. */
export type Ways = Readonly<Record<'launch' | 'activation' | 'ours' | 'filter' | 'bare' | 'helper', string>>;

/** One file per way, built as the extension is; npm twilio stays as npm installs it. */
export async function buildWays(outDir: string): Promise<Ways> {
  await build({
    absWorkingDir: root,
    entryPoints: ['ways/ours', 'ways/filter', 'ways/bare', 'ways/helper', 'launch', 'activation'].map(
      (name) => `test/bench/${name}.ts`,
    ),
    outdir: outDir,
    outbase: 'test/bench',
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', '@types/vscode', 'twilio', 'web-streams-polyfill'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const at = (name: string) => path.join(outDir, `${name}.js`);
  return {
    launch: at('launch'),
    activation: at('activation'),
    ours: at('ways/ours'),
    filter: at('ways/filter'),
    bare: at('ways/bare'),
    helper: at('ways/helper'),
  };
}
