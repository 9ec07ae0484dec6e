#!/usr/bin/env node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { failureTexts } from '../callbacks/failureTexts';
import { hostProblem, isHttpUrl, mayBeLoopback } from '../callbacks/loopback';
import { urlHint } from '../callbacks/urlHint';
import { inEnglish } from '../taskrouter/message';
import { pacedClock, systemClock } from './state/clock';
import { callbackLines } from './cli/callbackLines';
import { commands, runCommand } from './cli/control';
import type { Proxy } from './cli/proxy';
import { proxiedOrigin, serveProxy } from './cli/proxy';
import type { FaultPlan } from './faults/faultPlan';
import type { Scenario } from './scenarios/scenario';
import { InvalidFileError } from '../jsonFile';
import { readInputFile } from '../inputFile';
import { readFaults, readScenario } from './scenarios/scenarioFile';
import { builtIn } from './scenarios/builtIn/all';
import { createSimulator } from './simulator';
import type { SimulatorOptions } from './simulator';

const usage = `Serves a simulated TaskRouter on 127.0.0.1 and [::1].

  --scenario NAME|FILE   what is there and how it lives: one of --list, or a JSON file; lively when absent
  --list                 the scenarios that are built in
  --faults FILE          what goes wrong, a JSON file
  --seed NUMBER          the same seed gives the same run, 1 when absent
  --speed FACTOR         virtual seconds in one second, 1 when absent
  --paused               time stands still until it is told to move
  --start DATE           the time at the start, as in 2026-01-05T09:00:00Z; now when absent
  --latency MS           how long every answer takes; 40-160 is from 40 to 160
  --concurrency NUMBER   requests in flight before others are refused with 429, 100 when absent
  --port NUMBER          the port to listen on, 0 (a free one) when absent
  --proxy FILE           also serves an HTTP proxy through which clients reach it as https://taskrouter.twilio.com;
                         writes the certificate that they must trust to FILE
  --proxy-port NUMBER    the proxy's port, 0 (a free one) when absent
  --callbacks URL        where to send the callback of each assignment, on this machine; also sends event callbacks and
                         status callbacks whose URLs are on this machine
  --callbacks-fallback URL
                         where to send it when that fails, on this machine
  --callbacks-signed-url URL
                         the public URL that the application validates, if it is not --callbacks
  --control              reads commands from stdin, and answers each with a line of JSON
  --help                 this text

The first line on stdout is JSON: {"url","accountSid","authToken","apiKeySid","apiKeySecret"}, and "proxy" with
--proxy. Each request is a line after it.

Commands, with --control:

${commands}`;

/** An invalid flag. Its message is printed with the usage. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

function whole(name: string, text: string | undefined, max: number, min = 0): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) <= max && Number(text) >= min) return Number(text);
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}

function factor(text = '1'): number {
  const value = Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new UsageError(`--speed must be a number above 0 and up to 10000, not "${text}".`);
}

function date(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`--start must be a date like 2026-01-05T09:00:00Z, not "${text}".`);
  return time;
}

function latencyOf(text: string | undefined): SimulatorOptions['latency'] {
  const [, min, max] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text ?? '0') ?? [];
  if (min === undefined || Number(max ?? min) < Number(min)) {
    throw new UsageError(`--latency must be milliseconds like 80, or 40-160, not "${text}".`);
  }
  if (text === undefined) return undefined;
  return max === undefined ? Number(min) : [Number(min), Number(max)];
}

function contentOf(flag: string, file: string, hint = ''): string {
  try {
    return readInputFile(file);
  } catch (error) {
    throw new UsageError(`--${flag}: ${(error as Error).message}${hint}`, { cause: error });
  }
}

function scenarioOf(text: string): Scenario {
  const known = builtIn.find(({ name }) => name === text);
  if (known) return known;
  const names = builtIn.map(({ name }) => name).join(', ');
  const beside = (name: string) => contentOf('scenario', path.resolve(path.dirname(text), name));
  return readScenario(contentOf('scenario', text, ` Built in are ${names}.`), text, beside);
}

function proxyOf(file: string | undefined, port: number | undefined) {
  if (file !== undefined) return { file, port: port ?? 0 };
  if (port !== undefined) throw new UsageError('--proxy-port needs --proxy.');
  return undefined;
}

function callbacksOf(
  url?: string,
  fallback?: string,
  signedUrl?: string,
): Pick<SimulatorOptions, 'callbacks'> {
  if (url === undefined) {
    if (fallback ?? signedUrl)
      throw new UsageError('--callbacks-fallback and --callbacks-signed-url need --callbacks.');
    return {};
  }
  const here = (flag: string, text: string) => {
    if (mayBeLoopback(text)) return text;
    throw new UsageError(
      `--${flag} must be an http or https URL on this machine, not "${text}".${hintFor(text)}`,
    );
  };
  if (signedUrl !== undefined && !isHttpUrl(signedUrl))
    throw new UsageError(
      `--callbacks-signed-url must be an http or https URL, not "${signedUrl}".${hintFor(signedUrl)}`,
    );
  return {
    callbacks: {
      url: here('callbacks', url),
      ...(signedUrl === undefined ? {} : { signedUrl }),
      ...(fallback === undefined ? {} : { fallback: { url: here('callbacks-fallback', fallback) } }),
    },
  };
}

function hintFor(text: string): string {
  const hint = urlHint(text);
  return hint ? ` ${inEnglish(hint)}` : '';
}

/** Overwrites an earlier certificate, but no other file. */
function writeCertificate(file: string, pem: string): void {
  try {
    if (existsSync(file) && !readFileSync(file, 'utf8').startsWith('-----BEGIN CERTIFICATE-----')) {
      throw new UsageError(`--proxy: ${file} exists and is not a certificate. Name another file.`);
    }
    writeFileSync(file, pem);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--proxy: ${file} cannot be written (${code}).`, { cause: error });
  }
}

const faultsOf = (file: string): readonly FaultPlan[] => readFaults(contentOf('faults', file), file);

function flags() {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  const options = {
    ...{ scenario: text, faults: text, seed: text, speed: text, start: text, latency: text },
    ...{
      concurrency: text,
      port: text,
      proxy: text,
      'proxy-port': text,
      callbacks: text,
      'callbacks-fallback': text,
      'callbacks-signed-url': text,
      list: yes,
      paused: yes,
      control: yes,
      help: yes,
    },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  const start = date(values.start);
  const latency = latencyOf(values.latency);
  return {
    help: values.help ?? false,
    list: values.list ?? false,
    control: values.control ?? false,
    port: whole('port', values.port, 65_535),
    proxy: proxyOf(values.proxy, whole('proxy-port', values['proxy-port'], 65_535)),
    pace: {
      speed: factor(values.speed),
      paused: values.paused ?? false,
      ...(start === undefined ? {} : { start }),
    },
    simulator: {
      ...(values.scenario === undefined ? {} : { scenario: scenarioOf(values.scenario) }),
      ...(values.faults === undefined ? {} : { faults: faultsOf(values.faults) }),
      ...(latency === undefined ? {} : { latency }),
      ...callbacksOf(values.callbacks, values['callbacks-fallback'], values['callbacks-signed-url']),
      seed: whole('seed', values.seed, 2 ** 32 - 1) ?? 1,
      concurrency: whole('concurrency', values.concurrency, 1_000_000, 1),
    },
  };
}

/** A host name is looked up at the start: a callback to another machine would only fail. */
async function checkHosts({ callbacks }: Pick<SimulatorOptions, 'callbacks'>): Promise<void> {
  const targets = [
    ['callbacks', callbacks],
    ['callbacks-fallback', callbacks?.fallback],
  ] as const;
  for (const [flag, target] of targets) {
    const problem = target && (await hostProblem(target.url));
    if (problem) throw new UsageError(`--${flag} ${target.url}: ${inEnglish(failureTexts[problem])}`);
  }
}

async function main(): Promise<void> {
  const given = flags();
  if (given.help) return console.log(usage);
  if (given.list) {
    for (const { name, description } of builtIn) console.log(`${name.padEnd(14)}${description}`);
    return;
  }
  await checkHosts(given.simulator);
  const clock = pacedClock(given.pace);
  // Latency follows the machine's time, not the simulated one.
  const simulator = createSimulator({
    ...given.simulator,
    clock,
    network: systemClock(),
    onError: (error) => console.error(error),
  });
  const lines = given.control ? createInterface({ input: process.stdin }) : undefined;
  let proxy: Proxy | undefined;
  const stop = () => {
    simulator.stop();
    void proxy?.close();
    lines?.close();
    if (lines) process.stdin.destroy();
  };
  try {
    const onRequest = (line: string) => console.log(line);
    simulator.delivery.observe((callback) => {
      for (const line of callbackLines(callback)) console.log(line);
    });
    const { url } = await simulator.listen(given.port, onRequest);
    if (given.proxy) {
      proxy = await serveProxy(given.proxy.port, simulator.listener(proxiedOrigin, onRequest));
      writeCertificate(given.proxy.file, proxy.ca);
    }
    const { accountSid, authToken, apiKeySid, apiKeySecret } = simulator;
    const credentials = { accountSid, authToken, apiKeySid, apiKeySecret };
    console.log(JSON.stringify({ url, ...credentials, ...(proxy && { proxy: proxy.url }) }));
  } catch (error) {
    stop();
    throw error;
  }
  const { faults } = simulator;
  lines?.on('line', (line) => console.log(JSON.stringify(runCommand(line, { clock, faults, stop }))));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

main().catch((error: NodeJS.ErrnoException) => {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else if (error instanceof InvalidFileError) console.error(error.message);
  else if (error.code === 'EADDRINUSE') console.error('That port is in use. Choose another one, or 0.');
  else console.error(error);
  process.exitCode = 1;
});
