import * as vscode from 'vscode';
import { answerJson } from '../../../callbacks/answerKeys';
import { decisiveAnswer } from '../../../callbacks/deliver';
import { showInformation } from '../../display/notification';
import type { BenchCall } from './benchCall';
import { callbackCurl } from './curl';

/** Copies what the application should answer, as JSON. */
export async function copyOutput(call: BenchCall | undefined): Promise<void> {
  const { instruction, args } = call?.delivery ? decisiveAnswer(call.delivery) : {};
  if (!instruction || !args) return;
  await vscode.env.clipboard.writeText(answerJson(instruction, args));
  void showInformation(vscode.l10n.t('Copied the answer as JSON.'));
}

/** Copies one of the requests of a callback. */
export async function copyCurl(call: BenchCall | undefined, index: number): Promise<void> {
  const attempt = call?.delivery?.attempts[index];
  if (!attempt) return;
  await vscode.env.clipboard.writeText(callbackCurl(attempt));
  void showInformation(vscode.l10n.t('Copied the callback as curl.'));
}
