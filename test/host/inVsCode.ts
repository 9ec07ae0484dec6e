/**
 * Runs the *.host.test.ts of test/extension in VS Code's extension host: `newest` or `oldest`, the only argument. Where the
 * server build does not run (Windows), or with `VSCODE_TEST_DESKTOP=1`, in a desktop VS Code that @vscode/test-electron
 * downloads.
 */
import { runTests } from '@vscode/test-electron';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VersionName } from './builds';

const root = path.resolve(__dirname, '../..');

async function main(version: VersionName): Promise<void> {
  const desktop = process.platform === 'win32' || process.env.VSCODE_TEST_DESKTOP === '1';
  process.exitCode = await runTests({
    ...(desktop
      ? { version: version === 'newest' ? 'stable' : oldestPromised() }
      : { vscodeExecutablePath: path.join(__dirname, 'code') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/test/extension/index'),
    // A folder of its own: what a run leaves open would be open again in the next.
    launchArgs: ['--user-data-dir', path.join(tmpdir(), version)],
    extensionTestsEnv: { VSCODE_TEST_VERSION: version },
  });
}

/** The version that package.json's `engines` names. */
function oldestPromised(): string {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    engines: { vscode: string };
  };
  return manifest.engines.vscode.replace(/[^\d.]/g, '');
}

main(process.argv[2] as VersionName).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
