#!/usr/bin/env node
import { runCli } from './cli';

void runCli(process.argv.slice(2), {
  environment: process.env,
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
}).then((code) => (process.exitCode = code));
