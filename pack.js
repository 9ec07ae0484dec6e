// Packs the programs `taskrouter` and `taskrouter-simulator`, after the build, as an npm package with a manifest and a README
// of its own. An argument names the folder for it.
const { execFileSync } = require('node:child_process');
const { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { version, license, engines, repository } = require('./package.json');

const manifest = {
  name: 'taskrouter',
  version,
  description: 'Tests workflows and assignment callbacks of Twilio TaskRouter, and simulates it.',
  license,
  ...(repository === undefined ? {} : { repository }),
  keywords: ['twilio', 'taskrouter', 'workflow', 'simulator', 'testing', 'mcp', 'contact-center'],
  engines: { node: engines.node },
  bin: { taskrouter: 'dist/cli.js', 'taskrouter-simulator': 'dist/simulator-cli.js' },
};

/** What it holds, and where that is here. */
const files = {
  LICENSE: 'LICENSE',
  'README.md': 'src/cli/README.md',
  'SIMULATOR.md': 'src/simulator/README.md',
  'dist/ThirdPartyNotices.txt': 'dist/ThirdPartyNotices.txt',
  'dist/cli.js': 'dist/cli.js',
  'dist/mcpServer.js': 'dist/mcpServer.js',
  'dist/simulator-cli.js': 'dist/simulator-cli.js',
  'schemas/simulator-faults.schema.json': 'media/schemas/simulator-faults.schema.json',
  'schemas/simulator-scenario.schema.json': 'media/schemas/simulator-scenario.schema.json',
  'skills/taskrouter/SKILL.md': 'media/skills/taskrouter/SKILL.md',
};

const folder = mkdtempSync(path.join(tmpdir(), 'taskrouter-package-'));
try {
  for (const [to, from] of Object.entries(files)) cpSync(path.join(__dirname, from), path.join(folder, to));
  const simulator = path.join(folder, 'SIMULATOR.md');
  writeFileSync(simulator, readFileSync(simulator, 'utf8').replaceAll('](../../media/', ']('));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const isWindows = process.platform === 'win32';
  execFileSync(
    isWindows ? 'npm.cmd' : 'npm',
    ['pack', '--pack-destination', path.resolve(process.argv[2] ?? '.')],
    {
      cwd: folder,
      shell: isWindows,
      stdio: 'inherit',
    },
  );
} finally {
  rmSync(folder, { recursive: true });
}
