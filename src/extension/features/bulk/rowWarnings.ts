import { l10n } from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import type { RowWarning } from '../../../bulk/plan';
import { attribute } from '../../../taskrouter/attributes';
import * as resources from '../../../taskrouter/resources';
import type { Row } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import { readsCallsAndAlerts } from '../../accounts/account';
import type { Connection } from '../../accounts/connections';
import { plain } from '../../display/safeText';

/** What is worth knowing about a row that fits: its call, or its pending reservations. */
export function warningOf(
  action: BulkAction,
  connection: Connection,
  sids: readonly string[],
  row: Row,
): Promise<RowWarning | undefined> {
  if (action.kind === 'cancel' || action.kind === 'complete') return callOf(connection, row);
  // An available activity needs no choice: pending reservations stay as they are.
  return action.kind === 'activity' && action.rejectPending !== undefined
    ? reservationsOf(connection, sids, action.rejectPending)
    : Promise.resolve(undefined);
}

/** Its call, if it is still in progress, and the user of the account allowed to read calls. */
async function callOf({ client, account, signal }: Connection, row: Row): Promise<RowWarning | undefined> {
  if (!readsCallsAndAlerts(account)) return undefined;
  const task = resources.tasks.read(row);
  const callSid = attribute(task.attributes, 'call_sid') ?? '';
  const accountSid = task.account_sid ?? '';
  if (!isSid('Account', accountSid) || !isSid('Call', callSid)) return undefined;
  try {
    const { status } = await client.call(accountSid, callSid, signal);
    if (status !== 'in-progress' && status !== 'ringing' && status !== 'queued') return undefined;
    const text = l10n.t('Its call is still in progress ({status}).', { status: plain(status, 30) });
    return { of: 'call', text };
  } catch {
    return { of: 'unread', text: l10n.t('Its call could not be read.') };
  }
}

/** The pending reservations of a worker, and what happens with them. */
async function reservationsOf(
  { client, signal }: Connection,
  worker: readonly string[],
  areRejected: boolean,
): Promise<RowWarning | undefined> {
  try {
    const pending = { reservationStatus: 'pending' };
    const { rows } = await client.list(resources.workerReservations, worker, pending, {}, signal);
    if (rows.length === 0) return undefined;
    return { of: 'reservations', text: reservationsText(rows.length, areRejected) };
  } catch {
    return { of: 'unread', text: l10n.t('Pending reservations could not be read.') };
  }
}

function reservationsText(count: number, areRejected: boolean): string {
  if (count === 1)
    return areRejected
      ? l10n.t('1 pending reservation will be rejected.')
      : l10n.t('TaskRouter will refuse this: 1 reservation is pending, and you chose to keep it.');
  return areRejected
    ? l10n.t('{count} pending reservations will be rejected.', { count })
    : l10n.t('TaskRouter will refuse this: {count} reservations are pending, and you chose to keep them.', {
        count,
      });
}
