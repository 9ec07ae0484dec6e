#!/usr/bin/env node
import { runCli, textOf } from './cli';

// Node's own exit code for these, 1, says that something differs.
process.on('uncaughtException', (error) => {
  console.error(textOf(error));
  process.exit(2);
});

void runCli(process.argv.slice(2), {
  environment: process.env,
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
}).then((code) => (process.exitCode = code));
