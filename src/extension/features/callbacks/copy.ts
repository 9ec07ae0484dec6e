import * as vscode from 'vscode';
import { answerJson } from '../../../callbacks/answerKeys';
import { decisiveAnswer } from '../../../callbacks/deliver';
import { showInformation } from '../../display/notification';
import type { BenchCall } from './benchCall';
import { callbackCurl } from './curl';

/** Copies what the application should answer, as JSON. */
export async function copyOutput(call: BenchCall | undefined): Promise<void> {
  if (!call || !('assignment' in call) || !call.delivery) return;
  const { instruction, args } = decisiveAnswer(call.delivery);
  if (!instruction) return;
  const body = call.delivery.attempts.at(-1)!.response!.body;
  await vscode.env.clipboard.writeText(expectedOutput(answerJson(instruction, args), body));
  void showInformation(vscode.l10n.t('Copied the answer as JSON.'));
}

/** The answer without what TaskRouter does not read; values are as the application wrote them, such as 20 and not "20". */
export function expectedOutput(answer: string, body: string): string {
  const given = JSON.parse(body.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  const values = Object.entries(JSON.parse(answer) as object).map(([key, value]: [string, unknown]) => [
    key,
    Object.hasOwn(given, key) ? given[key] : value,
  ]);
  return JSON.stringify(Object.fromEntries(values), null, 2);
}

/** Copies one of the requests of a callback. */
export async function copyCurl(call: BenchCall | undefined, index: number): Promise<void> {
  const attempts = call && 'attempt' in call ? [call.attempt] : call?.delivery?.attempts;
  const attempt = attempts?.[index];
  if (!attempt) return;
  await vscode.env.clipboard.writeText(callbackCurl(attempt));
  void showInformation(vscode.l10n.t('Copied the callback as curl.'));
}
