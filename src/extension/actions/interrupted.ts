import type { LogOutputChannel } from 'vscode';
import { l10n } from 'vscode';
import { timeOfDay } from '../display/times';
import type { Outcome } from './outcome';
import { done, notDone, unknownOutcome } from './outcome';
import type { SendJournal, SentUpdate } from './sendJournal';
import type { ShowOutcome } from './showOutcome';
import { outcomeLine } from './showOutcome';

/**
 * Logs and shows what was being sent when an earlier session of this window ended.
 * @param now milliseconds since 1970
 */
export function showInterrupted(
  journal: SendJournal,
  log: Pick<LogOutputChannel, 'info'>,
  show: ShowOutcome,
  now: number,
): void {
  const { interrupted } = journal;
  for (const entry of interrupted) {
    const outcome = outcomeAfterRestart(entry, now);
    log.info(outcomeLine(entry.accountName, entry.sid, outcome));
    void show(outcome, { about: entry.about ?? entry.sid, accountName: entry.accountName });
  }
  if (interrupted.length > 0) journal.reportOnceRead(interrupted);
}

/**
 * What is known of an update that an earlier session sent.
 * @param now milliseconds since 1970
 */
export function outcomeAfterRestart(entry: SentUpdate, now: number): Outcome {
  const { title, risk, sentAt, outcome, isUnsent } = entry;
  const time = timeOfDay(sentAt, now);
  if (isUnsent) {
    const why = l10n.t(
      'Nothing was sent: you started this at {time}, and the window closed before the request left.',
      { time },
    );
    return notDone(title, why);
  }
  if (outcome === 'done') {
    const before = l10n.t('It was sent at {time}, and the window closed right after its outcome was known.', {
      time,
    });
    return done(title, before);
  }
  // Its request may not have left.
  if (outcome === 'not done')
    return notDone(title, l10n.t('It failed at {time}, and the window closed right after that.', { time }));
  const what = l10n.t('It was sent at {time}, and the window closed before its outcome was known.', { time });
  return unknownOutcome({ title, risk }, what, { next: l10n.t('Check the status before you send again.') });
}
