import { build } from 'esbuild';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const outDir = path.join(root, 'out/bench');

/** One file per way, built as the extension is; npm twilio stays as npm installs it. */
export async function buildWays() {
  mkdirSync(outDir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['ours', 'bare', 'helper']
      .map((name) => `test/bench/ways/${name}.ts`)
      .concat('test/bench/launch.ts'),
    outdir: outDir,
    outbase: 'test/bench',
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'twilio', 'web-streams-polyfill'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const at = (name: string) => path.join(outDir, `${name}.js`);
  return {
    launch: at('launch'),
    ours: at('ways/ours'),
    bare: at('ways/bare'),
    helper: at('ways/helper'),
    kilobytes: statSync(at('ways/ours')).size / 1000,
  };
}
