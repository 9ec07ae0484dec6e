import * as vscode from 'vscode';
import { answerJson } from '../../../callbacks/answerKeys';
import { decisiveAnswer } from '../../../callbacks/deliver';
import { isRecordable } from '../../../callbacks/recording';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { showInformation } from '../../display/notification';
import type { BenchCall } from './benchCall';
import { callbackCurl } from './curl';

/** Copies what the application should answer, as JSON. */
export async function copyOutput(call: BenchCall | undefined): Promise<void> {
  if (!call || !('assignment' in call) || !call.delivery) return;
  const answer = decisiveAnswer(call.delivery);
  const { instruction, args } = answer;
  if (!instruction || !isRecordable(answer)) return;
  const body = call.delivery.attempts.at(-1)!.response!.body;
  await vscode.env.clipboard.writeText(expectedOutput(answerJson(instruction, args), body));
  void showInformation(vscode.l10n.t('Copied the answer as JSON.'));
}

/** The application's answer without what TaskRouter does not read. Values are as it wrote them, such as 20 and not "20". */
export function expectedOutput(answer: string, body: string): string {
  const given = JSON.parse(body.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  const values = Object.keys(JSON.parse(answer) as object)
    .filter((key) => Object.hasOwn(given, key))
    .map((key) => [key, given[key]]);
  return JSON.stringify(Object.fromEntries(values), null, 2);
}

/** Copies the Auth Token of the simulated account, which the simulator of this window has made up. */
export async function copyToken({ kind, id }: Account, accounts: Accounts): Promise<void> {
  const token = kind === 'simulated' ? await accounts.authToken(id) : undefined;
  if (token === undefined) return;
  await vscode.env.clipboard.writeText(token);
  void showInformation(vscode.l10n.t('Copied the Auth Token of the simulated account.'));
}

/** Copies one of the requests of a callback. */
export async function copyCurl(call: BenchCall | undefined, index: number): Promise<void> {
  const attempts = call && 'attempt' in call ? [call.attempt] : call?.delivery?.attempts;
  const attempt = attempts?.[index];
  if (!attempt) return;
  await vscode.env.clipboard.writeText(callbackCurl(attempt));
  void showInformation(vscode.l10n.t('Copied the callback as curl.'));
}
