#!/usr/bin/env node
import { runCli, textOf } from './cli';

// Node's own exit code for these, 1, says that something differs. Output that cannot be written, as on a full disk, is one.
process.on('uncaughtException', (error) => {
  console.error(textOf(error));
  process.exit(2);
});

void runCli(process.argv.slice(2), {
  environment: process.env,
  // console.log ignores errors.
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => console.error(line),
}).then((code) => (process.exitCode = code));
