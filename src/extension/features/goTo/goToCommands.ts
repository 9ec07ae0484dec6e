import * as vscode from 'vscode';
import type { CommandParts } from '../../actions/actions';
import type { Memory } from '../../accounts/memory';
import type { CommandHandlers } from '../../contributions';
import type { ListRef } from '../../data/listRef';
import type { ResourceTarget } from '../../data/target';
import type { GoToOptions } from './goTo';
import type { ResourceViews } from './openResource';

export interface GoToCommandsOptions
  extends CommandParts, ResourceViews, Pick<GoToOptions, 'shown' | 'place'> {
  readonly workspaceMemory: Memory;
  readonly extension: { /** `publisher.name`. */ readonly id: string };
}

const load = () => import('../../lazy');

/** Go to…, and links to resources. All of it is loaded when it is first used. */
export function goToCommands(options: GoToCommandsOptions) {
  const goTo = async () => {
    const { GoTo } = await load();
    return new GoTo({ ...options, memory: options.workspaceMemory, skew: options.skew.of });
  };
  const handlers = {
    'taskrouter.resource.goTo': async () => (await goTo()).show(),
    'taskrouter.task.search': async ({ accountId, parents: [workspaceSid] }: ListRef) =>
      workspaceSid && (await goTo()).show({ accountId, workspaceSid }),
    'taskrouter.resource.copyLink': async (target: ResourceTarget) =>
      (await load()).copyLink(options, options.extension.id, target),
    'taskrouter.resource.openInConsole': async (target: ResourceTarget) =>
      (await load()).openInConsole(options, target),
  } satisfies Partial<CommandHandlers>;
  const createFollower = async () => {
    const { followLink, LinkFollower, showSkippedLinks } = await load();
    return new LinkFollower({
      follow: async (link) => followLink(link, await goTo()),
      onSkipped: showSkippedLinks,
      clock: options.clock,
    });
  };
  let follower: ReturnType<typeof createFollower> | undefined;
  const uris = vscode.window.registerUriHandler({
    handleUri: async (uri) => (await (follower ??= createFollower())).add(uri),
  });
  return { handlers, uris };
}
