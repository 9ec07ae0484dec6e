import * as vscode from 'vscode';
import { inEnglish } from '../../taskrouter/message';
import { localize } from '../display/localize';
import { showError, showStatus, showWarning } from '../display/notification';
import { plain } from '../display/safeText';
import type { Outcome } from './outcome';

type Log = Pick<vscode.LogOutputChannel, 'info' | 'show'>;

/** The subject of an outcome, by the names that the user knows. Untrusted text. */
export interface OutcomeSubject {
  /** `Rosa Hazel → Yuki Tanabe` */
  readonly about: string;
  readonly accountName: string;
}

/**
 * Shows an outcome where no form does: in the status bar when all is well, else as a notification. Once: both the command
 * that caused it and a form in the background report it.
 */
export type ShowOutcome = (outcome: Outcome, subject: OutcomeSubject) => Promise<void>;

/** Characters. VS Code cuts a status bar item at two fifths of the window, also where the rest of the bar is empty. */
const maxStatusLength = 85;

export function createShowOutcome(log: Log): ShowOutcome {
  const known = new WeakSet<Outcome>();
  return async (outcome, { about, accountName }) => {
    if (known.has(outcome)) return;
    known.add(outcome);
    const { kind, headline, details, isMinor } = outcome;
    // The rest of a refusal is the server's message, which may repeat what the user typed.
    const shown = kind === 'not done' ? details.slice(0, 1) : details;
    const result = plain(localize(headline), 200);
    const subject = `${plain(about, 80)} (${plain(accountName, 40)}).`;
    if (kind === 'done' || isMinor) {
      const subjects = [[subject], [`${plain(about, 80)}.`], []];
      const texts = [shown, []].flatMap((rest) => subjects.map((one) => [result, ...rest, ...one].join(' ')));
      const fitting = texts.find(({ length }) => length <= maxStatusLength);
      return showStatus(kind === 'done' ? 'pass' : 'info', fitting ?? result, 8);
    }
    const text = [result, subject, ...shown].join(' ');
    const showLog = vscode.l10n.t('Show Log');
    const choice = await (kind === 'unknown' ? showWarning : showError)(text, showLog);
    if (choice) log.show();
  };
}

/** One line for the log, in English: of the translated details, only the server's message. `sid` is the subject's. */
export function outcomeLine(accountName: string, sid: string, outcome: Outcome): string {
  const { kind, headline, details, receipt } = outcome;
  const said = kind === 'not done' ? details.slice(1) : [];
  const { status, code, requestId, milliseconds } = receipt ?? {};
  const facts = [
    receipt && (status === undefined ? 'no response' : `HTTP ${status}`),
    code === undefined ? undefined : `error ${code}`,
    requestId && `request ${plain(requestId, 60)}`,
    receipt && `${milliseconds} ms`,
  ].filter(Boolean);
  const end = facts.length ? ` (${facts.join(', ')})` : '';
  const line = `${plain(accountName)}: ${sid}: ${plain(inEnglish(headline), 200)}${end}`;
  return [line, ...said].join(' ');
}
