import { l10n } from 'vscode';
import type { RecordingCheck } from '../../../callbacks/check';
import { checkRecording } from '../../../callbacks/check';
import { mayBeLoopback } from '../../../callbacks/loopback';
import type { Recording } from '../../../callbacks/recording';
import { pathInRecording, readRecording } from '../../../callbacks/recording';
import type { Place } from '../../../jsonFile';
import { InvalidFileError, rangesIn } from '../../../jsonFile';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Memory } from '../../accounts/memory';
import { testPatterns } from '../../actions/testFiles';
import type { CheckedFile, TestFile, TestKind } from '../../actions/testKind';
import { localize } from '../../display/localize';
import { showInputBox } from '../../display/quickInput';
import { plain } from '../../display/safeText';
import { setupProblem } from './setup';
import { withoutUser } from './attemptView';
import { indented } from './benchCall';

export interface RecordingTestsOptions {
  readonly accounts: Accounts;
  readonly workspaceMemory: Memory;
}

const key = 'recordingsUrl';

/** Recorded assignments as tests: each is sent to the application as `taskrouter check` sends it. */
export const recordingTests = ({ accounts, workspaceMemory }: RecordingTestsOptions): TestKind => ({
  ...{ id: 'recordings', pattern: testPatterns.recordings, isPure: false },
  list: (text) => (/"parameters"\s*:/.test(text) ? [] : undefined),
  begin() {
    let asked: Promise<string | undefined> | undefined;
    return async (file, signal) => {
      let recording;
      try {
        recording = readRecording(file.text, file.name);
      } catch (error) {
        if (!(error instanceof InvalidFileError)) throw error;
        return failed(error.message, error.place);
      }
      const url = recording.url ?? (await (asked ??= askForUrl(workspaceMemory)));
      if (url === undefined) return undefined;
      if (!mayBeLoopback(url)) return notHere(file, url);
      const authToken = await tokenOf(recording, accounts);
      const options = { signal, ...(authToken !== undefined && { authToken }) };
      const result = await checkRecording(recording, { url }, options);
      return resultOf(file, recording, result, authToken !== undefined);
    };
  },
});

const notHere = ({ text }: TestFile, url: string): CheckedFile =>
  failed(
    l10n.t('Not sent to {url}, which is not an http or https URL on this machine.', { url: plain(url, 200) }),
    rangesIn(text)(['url']).start,
  );

const failed = (message: string, place: Place): CheckedFile => ({
  results: { state: 'error', failures: [{ message, place }] },
});

function resultOf(
  { text }: TestFile,
  { answer }: Recording,
  { milliseconds, isAnswered, differences, body }: RecordingCheck,
  isSigned: boolean,
): CheckedFile {
  const rangeOf = rangesIn(text);
  // An application that validates signatures refuses it, and says no more than its status.
  const unsigned = isAnswered || isSigned ? '' : ` ${l10n.t('The callback was not signed.')}`;
  const outputs = { expected: JSON.stringify(answer, null, 2), actual: indented(body) };
  const results = {
    milliseconds,
    state: differences.length === 0 ? 'passed' : isAnswered ? 'failed' : 'error',
    failures: differences.map(({ at, message }) => ({
      message:
        l10n.t('{field}: {mistake}', {
          field: plain(at, 200),
          mistake: localize(message, (data) => plain(data, 200)),
        }) + unsigned,
      place: rangeOf(isAnswered ? pathInRecording(at) : ['url']).start,
      ...(isAnswered && { outputs }),
    })),
  } as const;
  return { results };
}

/** The last one that was entered is offered again. */
async function askForUrl(memory: Memory): Promise<string | undefined> {
  const last = memory.get<unknown>(key);
  const url = await showInputBox({
    title: l10n.t('Run Recordings'),
    prompt: l10n.t('URL of the assignment callback on this machine, for recordings that name none'),
    placeholder: 'http://localhost:3000/assignment',
    value: typeof last === 'string' ? last : '',
    required: l10n.t('Enter the URL of your application on this machine.'),
    check(text) {
      const problem = setupProblem('url', text);
      return problem === undefined ? undefined : { problem };
    },
  });
  if (url !== undefined) await memory.update(key, withoutUser(url));
  return url;
}

/** That of the recorded account; else that of the simulated account, as recordings with placeholders name none. */
async function tokenOf({ parameters }: Recording, accounts: Accounts): Promise<string | undefined> {
  const simulated = accounts.all.find(({ kind }) => kind === 'simulated');
  const isRecorded = ({ accountSid, username }: Account) =>
    (accountSid ?? username) === parameters['AccountSid'];
  const account = accounts.all.find((one) => one !== simulated && isRecorded(one)) ?? simulated;
  return account && accounts.authToken(account.id).catch(() => undefined);
}
