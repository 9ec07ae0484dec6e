import { l10n } from 'vscode';
import { parseAttributes } from '../../../taskrouter/attributes';
import { compact, isAttributes } from '../../../taskrouter/attributesMerge';
import type { NewTask } from '../../../taskrouter/createTask';
import { createTask, likeTask } from '../../../taskrouter/createTask';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { CommandParts } from '../../actions/actions';
import type { Item } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import { reviewUpdate } from '../../actions/reviewUpdate';
import type { ResourceTarget, TaskTarget } from '../../data/target';
import { showWarning } from '../../display/notification';
import { showInputBox } from '../../display/quickInput';
import { firstVisible, forQuickPick } from '../../display/safeText';

type Parts = Pick<CommandParts, 'accounts' | 'store' | 'actions' | 'clock' | 'skew'>;

/** Keys of attributes that are suggested, at most. */
const maxKeys = 12;

/** Asks for what a new task needs, shows the request, and sends it. */
export class NewTasks {
  constructor(private readonly parts: Parts) {}

  create({ accountId, sids }: ResourceTarget): Promise<void> {
    const [workspaceSid = ''] = sids;
    return this.send(accountId, workspaceSid, async () => {
      const workflowSid = await this.choose(
        accountId,
        workspaceSid,
        resources.workflows,
        l10n.t('Which workflow?'),
      );
      if (!workflowSid) return undefined;
      const taskChannel = await this.choose(
        accountId,
        workspaceSid,
        resources.taskChannels,
        l10n.t('Which channel?'),
      );
      if (!taskChannel) return undefined;
      const routingTarget = await this.chooseTarget(accountId, workspaceSid);
      if (routingTarget === undefined) return undefined;
      const attributes = await this.askForAttributes(accountId, workspaceSid, '');
      return attributes === undefined
        ? undefined
        : { workflowSid, taskChannel, attributes, routingTarget: routingTarget || undefined };
    });
  }

  /** A task with the values of this one, whose attributes the user can change. */
  async createLike({ accountId, workspaceSid, taskSid }: TaskTarget): Promise<void> {
    const { store } = this.parts;
    const row = await store.fetch(accountId, resources.tasks, [workspaceSid, taskSid]);
    const { workflowSid, ...like } = likeTask(row);
    if (!workflowSid) return;
    await this.send(accountId, workspaceSid, async () => {
      const current = isAttributes(like.attributes) ? compact(like.attributes) : '';
      const attributes = await this.askForAttributes(accountId, workspaceSid, current);
      return attributes === undefined ? undefined : { ...like, workflowSid, attributes };
    });
  }

  private async send(
    accountId: string,
    workspaceSid: string,
    ask: () => Promise<NewTask | undefined>,
  ): Promise<void> {
    const { accounts, actions, clock, skew } = this.parts;
    // What the user enters would be lost.
    if (accounts.get(accountId)?.readOnly)
      return void (await showWarning(
        l10n.t('Read-only account: changes are blocked. Run Change Account to allow them.'),
      ));
    const target = { accountId, collection: resources.workspaces, sids: [workspaceSid] };
    await actions.runUpdate(target, async (workspace) => {
      const task = await ask();
      const account = accounts.get(accountId);
      if (!task || !account) return undefined;
      return reviewUpdate(account, createTask(workspace, task, clock.now() + skew.of(accountId)));
    });
  }

  /** Asks for a row of the workspace by its name; its SID. */
  private choose(
    accountId: string,
    workspaceSid: string,
    collection: Collection<{ sid: string; friendly_name?: string | null | undefined }>,
    placeholder: string,
  ): Promise<string | undefined> {
    const items = () => this.itemsOf(accountId, workspaceSid, collection);
    return pick(title(), placeholder, items(), { detailsAreSids: true });
  }

  /** The SID of a worker, `''` for none, undefined when the user cancels. */
  private chooseTarget(accountId: string, workspaceSid: string): Promise<string | undefined> {
    const items = async () => [
      { label: l10n.t('No routing target'), description: l10n.t('the workflow decides'), value: '' },
      ...(await this.itemsOf(accountId, workspaceSid, resources.workers)),
    ];
    return pick(title(), l10n.t('For a certain worker?'), items(), { detailsAreSids: true });
  }

  private async itemsOf(
    accountId: string,
    workspaceSid: string,
    collection: Collection<{ sid: string; friendly_name?: string | null | undefined }>,
  ): Promise<Item<string>[]> {
    const { store } = this.parts;
    const list = { accountId, collection, parents: [workspaceSid] };
    await store.all(list);
    return (store.list(list)?.sids ?? []).map((sid) => ({
      label: forQuickPick(firstVisible([store.read(collection, accountId, sid)?.friendly_name, sid])),
      detail: sid,
      value: sid,
    }));
  }

  private askForAttributes(
    accountId: string,
    workspaceSid: string,
    value: string,
  ): Promise<string | undefined> {
    const keys = this.keysIn(accountId, workspaceSid).join(', ');
    return showInputBox({
      title: title(),
      prompt: keys
        ? l10n.t('Attributes as a JSON object. Keys in this workspace: {keys}', { keys })
        : l10n.t('Attributes as a JSON object.'),
      placeholder: '{ "name": "Rosa Hazel" }',
      value,
      required: l10n.t('Enter a JSON object, which may be empty.'),
      check: (typed) =>
        isAttributes(typed) ? undefined : { problem: l10n.t('Attributes must be a JSON object.') },
    });
  }

  /** The keys of the attributes of loaded tasks, the most frequent first. */
  private keysIn(accountId: string, workspaceSid: string): readonly string[] {
    const { store } = this.parts;
    const list = store.list({ accountId, collection: resources.tasks, parents: [workspaceSid] });
    const counts = new Map<string, number>();
    for (const sid of list?.sids ?? [])
      for (const key of Object.keys(
        parseAttributes(store.read(resources.tasks, accountId, sid)?.attributes) ?? {},
      ))
        counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts]
      .sort(([, one], [, other]) => other - one)
      .slice(0, maxKeys)
      .map(([key]) => key);
  }
}

const title = () => l10n.t('Create Task');
