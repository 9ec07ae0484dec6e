import * as vscode from 'vscode';
import type { Clock } from '../data/clock';
import { forMessage } from './safeText';

/** Asks in a modal dialog with one button beside Cancel; true when the user presses that button. */
export type ConfirmModal = (question: string, detail: string, button: string) => Promise<boolean>;

/**
 * Milliseconds. Nobody reads the account, the task and the values in less, but a held key answers that fast: VS Code's
 * buttons act on keydown, and keyboards repeat one after 250 to 1,000 ms.
 */
export const minReadingTime = 1000;

/** After so many answers that were too fast, the action counts as declined. */
export const maxFastAnswers = 3;

const readFirst = () =>
  vscode.l10n.t(
    'That answer came too quickly for anyone to have read this. Check the details, then confirm again.',
  );

/**
 * Every modal dialog of a window, which VS Code draws itself with links as text. They are shown one after another: VS
 * Code queues dialogs without saying when it shows one, and the time to read begins then.
 */
export function createConfirmModal(clock: Pick<Clock, 'elapsed'>): ConfirmModal {
  let previous: Promise<unknown> = Promise.resolve();
  return (...dialog) => {
    const answer = previous.then(() => confirm(dialog, clock));
    previous = answer.catch(() => undefined);
    return answer;
  };
}

/** Asks before what nobody but the user notices and can be repeated: any answer counts at once. */
export const askModal: ConfirmModal = async (question, detail, button) => {
  const escaped = forMessage(button, 80);
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage(forMessage(question, 300), options, escaped)) === escaped;
};

async function confirm(
  [question, detail, button]: Parameters<ConfirmModal>,
  clock: Pick<Clock, 'elapsed'>,
): Promise<boolean> {
  for (let fastAnswers = 0; fastAnswers < maxFastAnswers; fastAnswers++) {
    const shownAt = clock.elapsed();
    const text = fastAnswers ? `${readFirst()}\n\n${detail}` : detail;
    if (!(await askModal(question, text, button))) return false;
    if (clock.elapsed() - shownAt >= minReadingTime) return true;
  }
  return false;
}
