import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { PreparedUpdate, ShownResource } from '../../../taskrouter/preparedUpdate';
import type { Activity, Row } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { capacityText, setActivity, setAvailability, setCapacity } from '../../../taskrouter/workerUpdates';
import type { CommandParts } from '../../actions/actions';
import type { Item } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import { reviewUpdate } from '../../actions/reviewUpdate';
import { askActivity, askWhetherToReject } from '../../actions/updateQuestions';
import type { ResourceTarget } from '../../data/target';
import { localize } from '../../display/localize';
import { nameOf } from '../../display/names';
import { showInputBox } from '../../display/quickInput';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';

/** Asks for what an update of a worker needs, shows the request, and sends it. */
export class WorkerChanges {
  constructor(private readonly parts: Pick<CommandParts, 'accounts' | 'store' | 'actions'>) {}

  async setActivity(target: ResourceTarget): Promise<void> {
    const { accounts, actions } = this.parts;
    const { accountId } = target;
    await actions.runUpdate(target, async (worker) => {
      const title = l10n.t('Set Activity: {worker}', { worker: plain(worker.name, 60) });
      const activity = await this.pickActivity(target, worker, title);
      if (!activity) return undefined;
      const rejectPending = await this.askWhetherToReject(target, activity, title);
      const account = accounts.get(accountId);
      if (rejectPending === undefined || !account) return undefined;
      return reviewUpdate(account, setActivity(worker, activity.sid, { rejectPending }));
    });
  }

  /** Asks for a channel of the worker, and for what to change about it. */
  async setChannel({ accountId, sids }: ResourceTarget): Promise<void> {
    const { accounts, store, actions } = this.parts;
    if (!store.row(accountId, sids.at(-1)!)) await store.fetch(accountId, resources.workers, sids);
    const worker = plain(nameOf(store, accountId, sids.at(-1)!) ?? sids.at(-1)!, 60);
    const title = l10n.t('Set Channel: {worker}', { worker });
    const channel = await this.pickChannel(accountId, sids, title);
    if (!channel) return;
    const target = { accountId, collection: resources.workerChannels, sids: [...sids, channel.sid] };
    await actions.runUpdate(target, async (shown) => {
      const { task_channel_unique_name: unique } = resources.workerChannels.read(shown.shown);
      const resource = {
        ...shown,
        name: l10n.t('{worker} · {channel}', { worker, channel: plain(unique ?? channel.sid, 40) }),
      };
      const update = await askForChannel(resource, title);
      const account = accounts.get(accountId);
      return update && account && reviewUpdate(account, update);
    });
  }

  private pickChannel(accountId: string, sids: readonly string[], title: string): Promise<Row | undefined> {
    const { accounts, store } = this.parts;
    const items = async () => {
      const { client, signal } = await accounts.connect(accountId);
      const begun = store.begin(accountId, sids[0]);
      const { rows } = await client.list(resources.workerChannels, sids, {}, { pageSize: 50 }, signal);
      store.putAll(begun, rows);
      return rows.map((row): Item<Row> => {
        const { task_channel_unique_name: unique, available } = resources.workerChannels.read(row);
        return {
          label: forQuickPick(firstVisible([unique, row.sid])),
          iconPath: new vscode.ThemeIcon(available ? 'circle-large-filled' : 'circle-large'),
          description: localize(capacityText(row)),
          value: row,
        };
      });
    };
    return pick(title, l10n.t('Which channel?'), items(), {
      nothing: l10n.t('This worker has no channels.'),
    });
  }

  private pickActivity(
    { accountId, sids }: ResourceTarget,
    { shown, name }: ShownResource,
    title: string,
  ): Promise<Activity | undefined> {
    return askActivity({
      ...{ store: this.parts.store, accountId, workspaceSid: sids[0]!, title },
      placeholder: l10n.t('Which activity should {worker} move to?', { worker: plain(name, 60) }),
      except: resources.workers.read(shown).activity_sid,
    });
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
    const placeholder =
      rows.length === 1
        ? l10n.t('This worker has 1 pending reservation.')
        : l10n.t('This worker has {count} pending reservations.', { count: rows.length });
    const refusal = available ? undefined : l10n.t('TaskRouter refuses this for an unavailable activity');
    return askWhetherToReject(title, placeholder, { refusal, rejectFirst: !available });
  }
}

/** Asks whether to set the capacity of a channel, and to what, or its availability. */
async function askForChannel(channel: ShownResource, title: string): Promise<PreparedUpdate | undefined> {
  const { available } = resources.workerChannels.read(channel.shown);
  const chosen = await pick<'capacity' | 'availability'>(title, localize(capacityText(channel.shown)), [
    { label: l10n.t('Set Capacity…'), iconPath: new vscode.ThemeIcon('layers'), value: 'capacity' },
    {
      label: available ? l10n.t('Make Unavailable') : l10n.t('Make Available'),
      iconPath: new vscode.ThemeIcon(available ? 'circle-large' : 'circle-large-filled'),
      value: 'availability',
    },
  ]);
  if (chosen === 'availability') return setAvailability(channel, !available);
  if (chosen === undefined) return undefined;
  const text = await showInputBox({
    title,
    prompt: l10n.t(
      'Tasks of this channel that the worker may have at the same time. 0 stops new reservations.',
    ),
    required: l10n.t('Enter a capacity.'),
    check: (typed) =>
      /^\d{1,3}$/.test(typed) ? undefined : { problem: l10n.t('Enter a whole number from 0.') },
  });
  return text === undefined ? undefined : setCapacity(channel, Number(text));
}
