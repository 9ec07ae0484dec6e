import { l10n } from 'vscode';
import { findingOf } from '../../../bulk/action';
import type { Ending, RunRecord } from '../../../bulk/journal';
import type { LookUpEffects } from '../../../bulk/lookUp';
import { ApiError } from '../../../taskrouter/errors';
import type { Row } from '../../../taskrouter/resources';
import { serverOf } from '../../accounts/account';
import { either } from '../../data/either';
import { describeError, sentence } from '../../display/errorMessage';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';
import { sentences } from '../../display/sentences';
import { serverName } from '../../display/serverName';
import { timeOfDay } from '../../display/times';
import type { RowRequestsOptions } from './rowRequests';
import { recoveredUpdate } from './rowRequests';

/** Reads rows whose result is unknown, and says what is true of them. */
export function createRowLookUps(
  { run, rows }: RunRecord,
  { once, connect, clock }: Omit<RowRequestsOptions, 'onOutcome'>,
): Pick<LookUpEffects, 'read' | 'unread'> {
  const now = () => timeOfDay(clock.now(), clock.now());
  /** With what its own response said: its request ID and status, and why it said no more. */
  const ended = (index: number, kind: Ending['kind'], ...texts: (string | undefined)[]): Ending => {
    const state = rows[index];
    const earlier = state?.phase === 'ended' ? state.ending : undefined;
    return { ...earlier, kind, text: sentences(...texts) };
  };
  return {
    async read(index, canceled) {
      const connection = await connect(run.accountId);
      const update = recoveredUpdate(run, index);
      const { signal, end } = either(connection.signal, canceled);
      try {
        const { row } = await once.read({ ...connection, signal }, update.subject);
        const finding = findingOf(run.action, update, row);
        const state = update.describe(row, serverName(serverOf(connection.account)));
        const reason = finding === 'changed' && update.settled(row) ? reasonText(row) : undefined;
        return ended(
          index,
          finding,
          localize(state, (text) => plain(text, 60)),
          reason,
          findingText(finding, now()),
        );
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
        const { what, next } = describeError(error);
        return ended(index, 'unknown', what, next, l10n.t('Looked up at {time}.', { time: now() }));
      } finally {
        end();
      }
    },
    unread: (index, error) =>
      ended(index, 'unknown', l10n.t('Not read at {time}.', { time: now() }), sentence(describeError(error))),
  };
}

/** When a row was looked up, and what that decided. */
function findingText(finding: 'done' | 'not done' | 'changed', time: string): string {
  switch (finding) {
    case 'done':
      return l10n.t('Looked up at {time}: it has the values that were sent.', { time });
    case 'not done':
      return l10n.t('Looked up at {time}: it does not have the values that were sent.', { time });
    case 'changed':
      return l10n.t('Looked up at {time}: it has changed, but not as it was sent.', { time });
  }
}

/** Why this status is not what the request of the run has set. */
const reasonText = ({ reason }: Row): string =>
  typeof reason === 'string' && reason
    ? l10n.t('The reason is “{reason}”, not the one that was sent.', { reason: plain(reason, 200) })
    : l10n.t('The task has no reason, so this request did not cause it.');
