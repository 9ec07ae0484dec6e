import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { CountingReporter } from '../host/reporter';
// A desktop VS Code has it from here; the server build's extension hosts have had it from their start.
import '../safety/egress.cjs';

/** What VS Code calls in its extension host: runs every *.host.test.js beside this file; rejects when a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, reporter: CountingReporter });
  // --grep does not reach this process by itself.
  if (process.env.TEST_GREP) mocha.grep(process.env.TEST_GREP);
  const files = readdirSync(__dirname, { recursive: true }).map(String);
  for (const file of files.filter((name) => name.endsWith('.host.test.js')).sort())
    mocha.addFile(path.join(__dirname, file));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
