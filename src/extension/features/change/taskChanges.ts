import { l10n } from 'vscode';
import type { PreparedUpdate, ShownResource } from '../../../taskrouter/preparedUpdate';
import { tasks } from '../../../taskrouter/resources';
import {
  cancelTask,
  completeTask,
  deleteTask,
  maxPriority,
  setPriority,
  setVirtualStartTime,
} from '../../../taskrouter/taskUpdates';
import type { CommandParts } from '../../actions/actions';
import { reviewUpdate } from '../../actions/reviewUpdate';
import { askPriority, askReason } from '../../actions/updateQuestions';
import type { TaskTarget } from '../../data/target';
import { localizeText } from '../../display/localize';
import { showInformation } from '../../display/notification';
import { showInputBox } from '../../display/quickInput';
import { plain } from '../../display/safeText';

/** Asks for what an update of a task needs, shows the request, and sends it. */
export class TaskChanges {
  constructor(private readonly parts: Pick<CommandParts, 'accounts' | 'actions' | 'clock' | 'skew'>) {}

  cancel(target: TaskTarget): Promise<void> {
    return this.withReason(target, cancelTask, (status) =>
      l10n.t('Only pending or reserved tasks can be canceled. This one is {status}.', { status }),
    );
  }

  complete(target: TaskTarget): Promise<void> {
    return this.withReason(target, completeTask, (status) =>
      l10n.t('Only assigned or wrapping tasks can be completed. This one is {status}.', { status }),
    );
  }

  setPriority(target: TaskTarget): Promise<void> {
    const whyNot = () => l10n.t('The priority of a finished task cannot be changed.');
    return this.change(
      target,
      (task) => setPriority(task, 0),
      whyNot,
      async (task, title) => {
        const { priority } = tasks.read(task.shown);
        const prompt = l10n.t(
          'Priority from 0 to {max}. Higher priorities are routed first. Currently {priority}.',
          {
            max: maxPriority,
            priority: priority ?? l10n.t('unknown'),
          },
        );
        const chosen = await askPriority(title, prompt);
        return chosen === undefined ? undefined : setPriority(task, chosen);
      },
    );
  }

  setVirtualStartTime(target: TaskTarget): Promise<void> {
    const whyNot = () => l10n.t('The virtual start time of a finished task cannot be changed.');
    const sample = (task: ShownResource) => setVirtualStartTime(task, new Date(0));
    return this.change(target, sample, whyNot, async (task, title) => {
      const { clock, skew } = this.parts;
      const shown = task.shown['virtual_start_time'];
      const text = await showInputBox({
        title,
        prompt: l10n.t(
          'Date and time from which TaskRouter counts the age, such as 2026-01-31T09:30:00Z. Without Z it is local time.',
        ),
        placeholder: typeof shown === 'string' ? shown : '',
        required: l10n.t('Enter a date and time.'),
        check: (typed) => {
          const time = timeOf(typed);
          if (time === undefined)
            return { problem: l10n.t('Enter a date and time, such as 2026-01-31T09:30:00Z.') };
          if (!isDay(typed)) return { problem: l10n.t('This month does not have that many days.') };
          const isFuture = time.getTime() > clock.now() + skew.of(target.accountId);
          return isFuture ? { problem: l10n.t('Must not be in the future.') } : undefined;
        },
      });
      const time = text === undefined ? undefined : timeOf(text);
      return time && setVirtualStartTime(task, time);
    });
  }

  delete(target: TaskTarget): Promise<void> {
    return this.change(
      target,
      deleteTask,
      () => '',
      (task) => Promise.resolve(deleteTask(task)),
    );
  }

  private withReason(
    target: TaskTarget,
    prepare: (task: ShownResource, reason: string) => PreparedUpdate,
    whyNot: (status: string) => string,
  ): Promise<void> {
    return this.change(
      target,
      (task) => prepare(task, ''),
      whyNot,
      async (task, title) => {
        const reason = await askReason(title, l10n.t('Reason, stored with the task'));
        return reason === undefined ? undefined : prepare(task, reason);
      },
    );
  }

  /** `sample` is such an update with any value, which says whether it is possible before anything is asked. */
  private async change(
    { accountId, workspaceSid, taskSid }: TaskTarget,
    sample: (task: ShownResource) => PreparedUpdate,
    whyNot: (status: string) => string,
    ask: (task: ShownResource, title: string) => Promise<PreparedUpdate | undefined>,
  ): Promise<void> {
    const { accounts, actions } = this.parts;
    const target = { accountId, collection: tasks, sids: [workspaceSid, taskSid] };
    await actions.runUpdate(target, async (task) => {
      const { isPossible, title } = sample(task);
      if (!isPossible(task.shown)) {
        const status = tasks.read(task.shown).assignment_status ?? l10n.t('unknown');
        return void showInformation(whyNot(status));
      }
      const update = await ask(task, `${localizeText(title)}: ${plain(task.name, 60)}`);
      const account = accounts.get(accountId);
      return update && account && reviewUpdate(account, update);
    });
  }
}

/** Whether the text begins with a day that exists: `Date` reads February 31 as a day in March. */
const isDay = (text: string): boolean =>
  new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));

/** The time in a text as ISO 8601 has it, seconds and zone optional; undefined for any other text. */
function timeOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) || time.getTime() < Date.UTC(1900) ? undefined : time;
}
