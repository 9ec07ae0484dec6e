import type { LiveWindow } from './liveWindow';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import { commands } from '../../contributions';
import type { ResourceTarget } from '../../data/target';
import { localizeText } from '../../display/localize';

export interface LiveCommandsOptions extends CommandParts {
  readonly live: Pick<LiveWindow, 'notifications' | 'filter' | 'open' | 'nameOf'>;
}

/** Which workspaces are polled, and which offers the user is notified about. */
export function liveCommands({ accounts, store, polled, live }: LiveCommandsOptions) {
  const { notifications } = live;
  const choose =
    (isPolled: boolean) =>
    ({ accountId, sids }: ResourceTarget) =>
      polled.choose(accountId, sids[0]!, isPolled);

  return {
    'taskrouter.workspace.watch': choose(true),
    'taskrouter.workspace.unwatch': choose(false),
    'taskrouter.resource.notify': async (target) => {
      const title = localizeText(commands['taskrouter.resource.notify'].title);
      await (await import('../../lazy')).subscribe(title, store, target, notifications);
    },
    'taskrouter.reservations.filter': async () => {
      const { pickFilter } = await import('../../lazy');
      const title = localizeText(commands['taskrouter.reservations.filter'].title);
      const chosen = await pickFilter(title, { accounts, live });
      if (chosen) await live.filter(chosen.filter);
    },
    'taskrouter.notifications.manage': async () => {
      const title = localizeText(commands['taskrouter.notifications.manage'].title);
      await (await import('../../lazy')).unsubscribe(title, notifications);
    },
  } satisfies Partial<CommandHandlers>;
}
