import { checkRecording } from '../callbacks/check';
import type { DeliveryOptions } from '../callbacks/deliver';
import { isHttpUrl, mayBeLoopback } from '../callbacks/loopback';
import type { Recording } from '../callbacks/recording';
import { readRecording } from '../callbacks/recording';
import { urlHint } from '../callbacks/urlHint';
import { readInputFile } from '../inputFile';
import { InvalidFileError } from '../jsonFile';
import { inEnglish } from '../taskrouter/message';
import type { CheckedCase, LocatedRoutes } from './checkRoutes';
import { checkRoutes, isRouteFile, routesIn } from './checkRoutes';
import type { Command, Given, Surroundings } from './command';
import { UsageError } from './command';

/** Sends recorded assignments to an application on this machine and compares its answers, and runs routing tests. */
export const check: Command = {
  name: 'check',
  summary:
    'Sends recorded assignments to your application on this machine and compares its answers; tests workflows (*.routes.json).',
  operands: 'FILE…',
  hasReport: true,
  epilog: `Exits with 0 when all is as expected, with 1 when something differs, and with 2 when the command line or a file is wrong,
or this tool has an error.`,
  options: {
    url: {
      value: 'URL',
      description: 'the assignment callback, on this machine; that of each file when absent',
    },
    'token-env': {
      value: 'NAME',
      description: 'the environment variable with the Auth Token that signs; not signed when absent',
    },
    'signed-url': {
      value: 'URL',
      description: 'the public URL that the application validates, if it is not the one that is called',
    },
  },
  async run({ operands: files, options }, { environment, print, printError }) {
    if (files.length === 0) throw new UsageError('Name the files to check.');
    // A command line that is wrong is found before anything is sent.
    const opened: Opened[] = [];
    for (const file of files) opened.push(await open(file, options));
    const delivery = signingOf(options, environment);
    const results: CheckedCase[] = [];
    for (const one of opened)
      for (const result of await resultsOf(one, options['signed-url'], delivery)) {
        for (const line of linesOf(result)) (result.isInvalid ? printError : print)(line);
        results.push(result);
      }
    const invalid = results.filter(({ isInvalid }) => isInvalid).length;
    const failed = results.filter(({ failures }) => failures.length > 0).length - invalid;
    const counts = `${results.length - invalid} checked, ${failed} failed`;
    print(invalid > 0 ? `${counts}, ${invalid} not checked` : counts);
    return results;
  },
};

/** A file that is wrong has its result. It does not keep others from being checked. */
type Opened = LocatedRecording | LocatedRoutes | CheckedCase;

async function open(file: string, options: Given['options']): Promise<Opened> {
  try {
    return isRouteFile(file) ? await routesIn(file) : recordingIn(file, options);
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    const failures = error.message.split('\n');
    return { name: file, seconds: 0, state: 'invalid', isInvalid: true, failures };
  }
}

async function resultsOf(
  one: Opened,
  signedUrl: string | undefined,
  delivery: DeliveryOptions,
): Promise<readonly CheckedCase[]> {
  if ('state' in one) return [one];
  return 'tests' in one ? checkRoutes(one) : [await checkOne(one, signedUrl, delivery)];
}

interface LocatedRecording {
  readonly file: string;
  readonly url: string;
  readonly recording: Recording;
}

function recordingIn(file: string, { url: given }: Given['options']): LocatedRecording {
  const recording = readRecording(readInputFile(file), file);
  const url = given ?? recording.url;
  if (url === undefined) throw new UsageError(`${file} has no URL. Add --url.`);
  if (mayBeLoopback(url)) return { file, url, recording };
  const text = `${file} cannot be sent to ${url}, which is not an http or https URL on this machine.${hintFor(url)}`;
  throw given === undefined ? new InvalidFileError(text) : new UsageError(text);
}

function hintFor(url: string): string {
  const hint = urlHint(url);
  return hint ? ` ${inEnglish(hint)}` : '';
}

function signingOf(
  { 'token-env': name, 'signed-url': signedUrl }: Given['options'],
  environment: Surroundings['environment'],
): DeliveryOptions {
  if (signedUrl !== undefined && !isHttpUrl(signedUrl))
    throw new UsageError(`--signed-url must be an http or https URL, not ${signedUrl}.${hintFor(signedUrl)}`);
  if (name === undefined) {
    if (signedUrl !== undefined) throw new UsageError('--signed-url needs --token-env.');
    return {};
  }
  const authToken = environment[name];
  if (!authToken) throw new UsageError(`The environment variable ${name} is not set.`);
  return { authToken };
}

async function checkOne(
  { file, url, recording }: LocatedRecording,
  signedUrl: string | undefined,
  options: DeliveryOptions,
): Promise<CheckedCase> {
  const target = { url, ...(signedUrl !== undefined && { signedUrl }) };
  const { milliseconds, isAnswered, differences } = await checkRecording(recording, target, options);
  const failures = differences.map(({ at, message }) => `${at}: ${inEnglish(message)}`);
  const state = !isAnswered ? 'no answer' : failures.length === 0 ? 'ok' : 'differs';
  return { name: file, seconds: milliseconds / 1000, failures, state };
}

/** A mistake in a file already names the file. */
const linesOf = ({ state, name, seconds, failures, isInvalid }: CheckedCase): readonly string[] =>
  isInvalid
    ? failures
    : [
        `${state.padEnd(11)}${name} (${Math.round(seconds * 1000)} ms)`,
        ...failures.map((text) => `           ${text}`),
      ];
