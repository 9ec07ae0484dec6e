import { l10n, ThemeIcon } from 'vscode';
import { parseAttributes } from '../../../taskrouter/attributes';
import { compact, isAttributes } from '../../../taskrouter/attributesMerge';
import type { NewTask } from '../../../taskrouter/createTask';
import { createTask, likeTask, maxTimeout } from '../../../taskrouter/createTask';
import type { PreparedUpdate, ShownResource } from '../../../taskrouter/preparedUpdate';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import { maxPriority } from '../../../taskrouter/taskUpdates';
import type { CommandParts } from '../../actions/actions';
import type { Item } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import { reviewChangeable } from '../../actions/reviewUpdate';
import { askNumber, askPriority } from '../../actions/updateQuestions';
import type { ResourceTarget, TaskTarget } from '../../data/target';
import { showWarning } from '../../display/notification';
import { showInputBox } from '../../display/quickInput';
import { firstVisible, forQuickPick } from '../../display/safeText';

type Parts = Pick<CommandParts, 'accounts' | 'store' | 'actions' | 'clock' | 'skew'>;
type Named = Collection<{ sid: string; friendly_name?: string | null | undefined }>;
type Field = keyof NewTask;

interface Place {
  readonly accountId: string;
  readonly workspaceSid: string;
}

/** Keys of attributes that are suggested, at most. */
const maxKeys = 12;

/** Asks for what a new task needs, shows the request, in which every value can be changed, and sends it. */
export class NewTasks {
  constructor(private readonly parts: Parts) {}

  async create({ accountId, sids }: ResourceTarget): Promise<void> {
    const place = { accountId, workspaceSid: sids[0] ?? '' };
    if (await this.isReadOnly(place)) return;
    const workflowSid = await this.choose(place, resources.workflows, l10n.t('Which workflow?'));
    const taskChannel =
      workflowSid && (await this.choose(place, resources.taskChannels, l10n.t('Which channel?')));
    const attributes = taskChannel && (await this.askForAttributes(place, ''));
    if (workflowSid && taskChannel && attributes)
      await this.send(place, { workflowSid, taskChannel, attributes });
  }

  /** A task with the values of this one, which the user can change. */
  async createLike({ accountId, workspaceSid, taskSid }: TaskTarget): Promise<void> {
    const place = { accountId, workspaceSid };
    if (await this.isReadOnly(place)) return;
    const row = await this.parts.store.fetch(accountId, resources.tasks, [workspaceSid, taskSid]);
    const { workflowSid, attributes, ...like } = likeTask(row);
    if (!workflowSid) return;
    // Names them where the workspace is not loaded.
    await this.itemsOf(place, resources.workflows);
    await this.send(place, {
      ...{ ...like, workflowSid },
      attributes: isAttributes(attributes) ? compact(attributes) : '{}',
    });
  }

  /** What the user entered would be lost. */
  private async isReadOnly({ accountId }: Place): Promise<boolean> {
    if (!this.parts.accounts.get(accountId)?.readOnly) return false;
    await showWarning(l10n.t('Read-only account: changes are blocked. Run Change Account to allow them.'));
    return true;
  }

  /** Sends it once after each review; after a refusal it is reviewed again, with all that was entered. */
  private async send(place: Place, entered: NewTask): Promise<void> {
    const { accountId, workspaceSid } = place;
    const target = { accountId, collection: resources.workspaces, sids: [workspaceSid] };
    let task = entered;
    let refusal: string | undefined;
    do {
      const outcome = await this.parts.actions.runUpdate(target, async (workspace) => {
        const reviewed = await this.review(place, workspace, task, refusal);
        task = reviewed.task;
        return reviewed.update;
      });
      refusal = outcome?.kind === 'not done' ? outcome.details.join(' ') : undefined;
    } while (refusal !== undefined);
  }

  /** Shows the request, and asks for each value that the user wants to change. */
  private async review(
    place: Place,
    workspace: ShownResource,
    entered: NewTask,
    refusal: string | undefined,
  ): Promise<{ readonly task: NewTask; readonly update: PreparedUpdate | undefined }> {
    const { accounts, clock, skew } = this.parts;
    const { accountId } = place;
    let task = entered;
    for (;;) {
      const account = accounts.get(accountId);
      if (!account) return { task, update: undefined };
      const update = createTask(workspace, task, clock.now() + skew.of(accountId));
      const fields = fieldsOf(workspace, task);
      const chosen = await reviewChangeable(account, update, { fields, refusal });
      if (typeof chosen !== 'string') return { task, update: chosen };
      task = { ...task, ...(await this.ask(place, chosen, task)) };
    }
  }

  /** Asks for one value; without it when the user cancels. */
  private async ask(place: Place, field: Field, task: NewTask): Promise<Partial<NewTask>> {
    const value = await this.valueOf(place, field, task);
    return value === undefined ? {} : { [field]: value === '' ? undefined : value };
  }

  private valueOf(place: Place, field: Field, task: NewTask): Promise<string | number | undefined> {
    switch (field) {
      case 'workflowSid':
        return this.choose(place, resources.workflows, l10n.t('Which workflow?'));
      case 'taskChannel':
        return this.choose(place, resources.taskChannels, l10n.t('Which channel?'));
      case 'attributes':
        return this.askForAttributes(place, task.attributes);
      case 'routingTarget':
        return this.chooseTarget(place);
      case 'priority':
        return askPriority(
          title(),
          l10n.t('Priority from 0 to {max}. Higher priorities are routed first.', { max: maxPriority }),
          task.priority,
        );
      case 'timeout':
        return askNumber({
          title: title(),
          prompt: l10n.t('Seconds until the task is canceled if no worker has accepted it, at most {max}.', {
            max: maxTimeout,
          }),
          value: task.timeout,
          required: l10n.t('Enter a timeout.'),
          ...{ min: 1, max: maxTimeout },
        });
    }
  }

  /** Asks for a row of the workspace by its name; its SID. */
  private choose(place: Place, collection: Named, placeholder: string): Promise<string | undefined> {
    return pick(title(), placeholder, this.itemsOf(place, collection), { detailsAreSids: true });
  }

  /** The SID of a worker or queue, `''` for none, undefined when the user cancels. */
  private chooseTarget(place: Place): Promise<string | undefined> {
    const items = async () => {
      const [queues, workers] = await Promise.all([
        this.itemsOf(place, resources.taskQueues, 'list-unordered'),
        this.itemsOf(place, resources.workers, 'person'),
      ]);
      const none = {
        label: l10n.t('No routing target'),
        description: l10n.t('the workflow decides'),
        value: '',
      };
      return [none, ...queues, ...workers];
    };
    return pick(title(), l10n.t('For a certain worker or queue?'), items(), { detailsAreSids: true });
  }

  private async itemsOf(
    { accountId, workspaceSid }: Place,
    collection: Named,
    icon?: string,
  ): Promise<Item<string>[]> {
    const { store } = this.parts;
    const list = { accountId, collection, parents: [workspaceSid] };
    await store.all(list);
    return (store.list(list)?.sids ?? []).map((sid) => ({
      label: forQuickPick(firstVisible([store.read(collection, accountId, sid)?.friendly_name, sid])),
      ...(icon === undefined ? {} : { iconPath: new ThemeIcon(icon) }),
      detail: sid,
      value: sid,
    }));
  }

  private askForAttributes(place: Place, value: string): Promise<string | undefined> {
    const keys = this.keysIn(place).join(', ');
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
  private keysIn({ accountId, workspaceSid }: Place): readonly string[] {
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

/** What the user can change about a task before it is created, with its present value. */
function fieldsOf({ nameOf }: ShownResource, task: NewTask): Item<Field>[] {
  const { workflowSid, taskChannel, attributes, priority, timeout, routingTarget } = task;
  const fields: readonly (readonly [Field, string, string, string | number | undefined])[] = [
    ['workflowSid', 'type-hierarchy', l10n.t('Workflow'), nameOf(workflowSid)],
    ['taskChannel', 'comment-discussion', l10n.t('Channel'), taskChannel && nameOf(taskChannel)],
    ['attributes', 'json', l10n.t('Attributes'), attributes],
    ['priority', 'arrow-up', l10n.t('Priority'), priority],
    ['timeout', 'watch', l10n.t('Timeout in Seconds'), timeout],
    ['routingTarget', 'target', l10n.t('Routing Target'), routingTarget && nameOf(routingTarget)],
  ];
  return fields.map(([value, icon, label, present]) => ({
    ...{ label, value },
    iconPath: new ThemeIcon(icon),
    description:
      present === undefined || present === '' ? l10n.t('not sent') : forQuickPick(String(present), 120),
  }));
}

const title = () => l10n.t('Create Task');
