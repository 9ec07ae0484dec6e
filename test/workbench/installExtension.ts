import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Installs another extension for a VS Code with this folder of user data: a program that runs from the start. */
export function installExtension(userDataDir: string, program: string): void {
  const folder = path.join(userDataDir, 'extensions', 'other.other-0.0.1');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'main.js'), program);
  const manifest = { name: 'other', publisher: 'other', version: '0.0.1', main: './main.js' };
  const rest = { engines: { vscode: '^1.100.0' }, activationEvents: ['onStartupFinished'] };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, ...rest }));
}
