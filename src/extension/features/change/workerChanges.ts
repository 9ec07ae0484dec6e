import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { ShownResource } from '../../../taskrouter/preparedUpdate';
import type { Activity } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { setActivity } from '../../../taskrouter/workerUpdates';
import type { CommandParts } from '../../actions/actions';
import type { Item } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import { reviewUpdate } from '../../actions/reviewUpdate';
import type { ResourceTarget } from '../../data/target';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';

/** Asks for what an update of a worker needs, shows the request, and sends it. */
export class WorkerChanges {
  constructor(private readonly parts: Pick<CommandParts, 'accounts' | 'store' | 'actions'>) {}

  setActivity(target: ResourceTarget): Promise<void> {
    const { accounts, actions } = this.parts;
    const { accountId } = target;
    return actions.runUpdate(target, async (worker) => {
      const title = l10n.t('Set Activity: {worker}', { worker: plain(worker.name, 60) });
      const activity = await this.pickActivity(target, worker, title);
      if (!activity) return undefined;
      const rejectPending = await this.askWhetherToReject(target, activity, title);
      const account = accounts.get(accountId);
      if (rejectPending === undefined || !account) return undefined;
      return reviewUpdate(account, setActivity(worker, activity.sid, { rejectPending }));
    });
  }

  private pickActivity(
    { accountId, sids }: ResourceTarget,
    { shown, name }: ShownResource,
    title: string,
  ): Promise<Activity | undefined> {
    const { store } = this.parts;
    const now = resources.workers.read(shown).activity_sid;
    const items = async () => {
      const list = { accountId, collection: resources.activities, parents: sids.slice(0, 1) };
      await store.all(list);
      return (store.list(list)?.sids ?? []).flatMap((sid): Item<Activity>[] => {
        const activity = store.read(resources.activities, accountId, sid);
        if (!activity || sid === now) return [];
        return [
          {
            label: forQuickPick(firstVisible([activity.friendly_name, sid])),
            iconPath: new vscode.ThemeIcon(activity.available ? 'circle-large-filled' : 'circle-large'),
            description: activity.available ? l10n.t('available') : l10n.t('unavailable'),
            detail: sid,
            value: activity,
          },
        ];
      });
    };
    const placeholder = l10n.t('Which activity should {worker} move to?', { worker: plain(name, 60) });
    return pick(title, placeholder, items(), { detailsAreSids: true });
  }

  /** Asks only where the worker has pending reservations; undefined when the user cancels. */
  private async askWhetherToReject(
    { accountId, sids }: ResourceTarget,
    { available }: Activity,
    title: string,
  ): Promise<boolean | undefined> {
    const { client, signal } = await this.parts.accounts.connect(accountId);
    const pending = { reservationStatus: 'pending' } as const;
    const { rows } = await client.list(resources.workerReservations, sids, pending, { pageSize: 50 }, signal);
    if (rows.length === 0) return false;
    const reject = {
      label: l10n.t('Reject Pending Reservations'),
      iconPath: new vscode.ThemeIcon('close'),
      value: true,
    };
    const retain = {
      label: l10n.t('Keep Pending Reservations'),
      iconPath: new vscode.ThemeIcon('bell-dot'),
      ...(available ? {} : { description: l10n.t('TaskRouter refuses this for an unavailable activity') }),
      value: false,
    };
    const placeholder =
      rows.length === 1
        ? l10n.t('This worker has 1 pending reservation.')
        : l10n.t('This worker has {count} pending reservations.', { count: rows.length });
    return pick(title, placeholder, available ? [retain, reject] : [reject, retain]);
  }
}
