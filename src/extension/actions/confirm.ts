import * as vscode from 'vscode';
import { isSecretParameter } from '../../taskrouter/instructions';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import { confirmationRule } from '../accounts/account';
import type { Clock } from '../data/clock';
import { localize, localizeText } from '../display/localize';
import { confirmModal } from '../display/notification';
import { environmentName } from '../display/rows';
import { plain } from '../display/safeText';
import { visibleText } from '../display/visibleText';
import type { Confirmation } from './send';

/**
 * Milliseconds. Nobody reads the account, the task and the values in less, but a held key answers that fast: VS Code's
 * buttons act on keydown, and keyboards repeat one after 250 to 1,000 ms.
 */
export const minReadingTime = 1000;

/** After so many answers that were too fast, the action counts as declined. */
export const maxFastAnswers = 3;

const readFirst = () =>
  vscode.l10n.t('You answered faster than anyone can read. Check this before you confirm.');

/** Whether this account asks before this update. */
export function isConfirmationDue(account: Account, { risk }: Pick<PreparedUpdate, 'risk'>): boolean {
  const rule = confirmationRule(account);
  return rule === 'every write' || (rule === 'calls' && risk === 'call');
}

/** Where the update goes, what it changes, and exactly what is sent. For a modal dialog, which shows links as text. */
export function confirmationText(account: Account, { facts, request, warnings }: PreparedUpdate): string {
  return [
    vscode.l10n.t('Account: {name} ({environment})', {
      name: plain(account.name),
      environment: environmentName(account.environment),
    }),
    `TaskRouter: ${account.origin}`,
    ...facts.map(([label, value]) => {
      const text = typeof value === 'string' ? value : localize(value);
      return `${localize(label)}: ${plain(text, 300)}`;
    }),
    '',
    ...(request.body ?? []).map(
      ([name, value]) => `${name} = ${isSecretParameter(name) ? '********' : visibleText(value)}`,
    ),
    ...(warnings.length ? ['', ...warnings.map(localize)] : []),
  ].join('\n');
}

/** Asks in a modal dialog, drawn by VS Code itself. */
export function createModalConfirmation(clock: Pick<Clock, 'elapsed'>): Confirmation {
  // VS Code queues dialogs without saying when it shows one, and the time to read begins then.
  let previous: Promise<unknown> = Promise.resolve();
  return {
    isDue: ({ account }, update) => isConfirmationDue(account, update),
    ask({ account }, update) {
      const answer = previous.then(() => askOne(account, update, clock));
      previous = answer.catch(() => undefined);
      return answer;
    },
  };
}

async function askOne(
  account: Account,
  update: PreparedUpdate,
  clock: Pick<Clock, 'elapsed'>,
): Promise<boolean> {
  const button = vscode.l10n.t('{action} on {account}', {
    action: localizeText(update.title),
    account: plain(account.name, 40),
  });
  const asked = plain(localize(update.question), 200);
  const question =
    account.environment === 'production'
      ? vscode.l10n.t('{question} in production?', { question: asked })
      : vscode.l10n.t('{question}?', { question: asked });
  const detail = confirmationText(account, update);
  for (let fastAnswers = 0; fastAnswers < maxFastAnswers; fastAnswers++) {
    const shown = fastAnswers ? `${readFirst()}\n\n${detail}` : detail;
    const shownAt = clock.elapsed();
    if (!(await confirmModal(question, shown, button))) return false;
    if (clock.elapsed() - shownAt >= minReadingTime) return true;
  }
  return false;
}
