import { l10n } from 'vscode';
import { prepareRow, collectionOf } from '../../../bulk/action';
import type { Ending, Run } from '../../../bulk/journal';
import type { RunEffects } from '../../../bulk/run';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import { changedFields } from '../../../taskrouter/preparedUpdate';
import type { Account } from '../../accounts/account';
import { simulatedAccount } from '../../accounts/account';
import type { Connection } from '../../accounts/connections';
import type { Outcome } from '../../actions/outcome';
import { notDone, outdated, refused, unknownOutcome } from '../../actions/outcome';
import type { SendOnce } from '../../actions/sendOnce';
import { isUnknown } from '../../actions/sendOnce';
import { either } from '../../data/either';
import type { Clock } from '../../data/clock';
import { describeError, sentence } from '../../display/errorMessage';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';
import { serverName } from '../../display/serverName';
import { timeOfDay } from '../../display/times';
import { serverOf } from '../../accounts/account';

export interface RowRequestsOptions {
  readonly once: SendOnce;
  readonly connect: (accountId: string) => Promise<Connection>;
  readonly clock: Pick<Clock, 'now'>;
  readonly onOutcome: (account: Pick<Account, 'name'>, update: PreparedUpdate, outcome: Outcome) => void;
}

/** The updates of a run whose plan is not in memory any more: good for looking up, not for sending. */
export const recoveredUpdate = ({ action, rows }: Run, row: number): PreparedUpdate => {
  const { sids, shown, name } = rows[row]!;
  const nameOf = (sid: string) => sid;
  return prepareRow(action, { collection: collectionOf(action), sids, shown, name, nameOf });
};

/** Sends and looks up the rows of one run. */
export function createRowRequests(
  run: Run,
  updateOf: (row: number) => PreparedUpdate,
  { once, connect, clock, onOutcome }: RowRequestsOptions,
): Pick<RunEffects, 'send' | 'lookUp'> {
  const ended = (update: PreparedUpdate, outcome: Outcome): Ending => {
    onOutcome({ name: run.accountName }, update, outcome);
    return endingOf(outcome);
  };
  return {
    async send(index, onUnanswered, stopped) {
      const update = updateOf(index);
      let hasLeft = false;
      try {
        const connection = await connect(run.accountId);
        const outcome = await once.exclusively(connection, update, async () => {
          const problem = await problemOf(once, connection, update);
          if (problem) return problem;
          hasLeft = true;
          const response = await once.post(connection, update);
          if (isUnknown(response)) onUnanswered();
          // Where the response shows the result, reading it again is a second request for nothing.
          const row = 'row' in response ? response.row : undefined;
          if (!('row' in response) || !row || !update.settled(row))
            return lookedUp(connection, stopped, (within) =>
              once.outcomeOf(within, update, response, lookUpFirst()),
            );
          const headline = update.describe(row, serverName(serverOf(connection.account)));
          return { kind: 'done', headline, details: [], receipt: response.receipt } as const;
        });
        return ended(update, outcome);
      } catch (error) {
        const why = sentence(describeError(error));
        return ended(
          update,
          hasLeft ? unknownOutcome(update, why, { check: lookUpFirst() }) : notDone(update.title, why),
        );
      }
    },
    async lookUp(row, stopped) {
      const update = updateOf(row);
      const time = timeOfDay(clock.now(), clock.now());
      const what = l10n.t('VS Code ended before the response came. Looked up at {time}.', { time });
      const next = l10n.t('The simulation ended with its window.');
      if (run.accountId === simulatedAccount.id) return ended(update, unknownOutcome(update, what, { next }));
      const check = lookUpFirst();
      try {
        const connection = await connect(run.accountId);
        const look = (within: Connection) => once.lookUp(within, update, what, check);
        return ended(update, await lookedUp(connection, stopped, look));
      } catch (error) {
        return ended(update, unknownOutcome(update, `${what} ${describeError(error).what}`, { check }));
      }
    },
  };
}

/** Looks a row up until `stopped` aborts: then the result is unknown. */
async function lookedUp(
  connection: Connection,
  stopped: AbortSignal,
  look: (within: Connection) => Promise<Outcome>,
): Promise<Outcome> {
  const { signal, end } = either(connection.signal, stopped);
  const outcome = await look({ ...connection, signal }).finally(end);
  if (!stopped.aborted || outcome.kind !== 'unknown') return outcome;
  const [what = ''] = outcome.details;
  return { ...outcome, details: [what, `${l10n.t('You stopped looking it up.')} ${lookUpFirst()}`] };
}

/** What tells more about a row whose result is unknown. */
const lookUpFirst = () => l10n.t('Use Look Up Again before you send again.');

/** What was planned is what is sent: without an ETag, the row is read again. */
async function problemOf(
  once: SendOnce,
  connection: Connection,
  update: PreparedUpdate,
): Promise<Outcome | undefined> {
  if (update.request.ifMatch !== undefined) return undefined;
  try {
    const { row } = await once.read(connection, update.subject);
    return changedFields(update.subject, row).length > 0 ? outdated(update, row) : undefined;
  } catch (error) {
    return refused(update, error);
  }
}

function endingOf({ kind, headline, details, receipt }: Outcome): Ending {
  const shown = kind === 'not done' ? details : [localize(headline, (name) => plain(name, 60)), ...details];
  const { requestId, status, milliseconds } = receipt ?? {};
  return {
    kind,
    text: shown.join(' '),
    ...(kind === 'unknown' && details[0] ? { cause: details[0] } : {}),
    ...(requestId ? { requestId: plain(requestId, 60) } : {}),
    ...(status === undefined ? {} : { status }),
    ...(milliseconds === undefined ? {} : { milliseconds }),
  };
}
