import { l10n } from 'vscode';
import { customerValuesIn } from '../../../customerValues';
import { placeholdersFor } from '../../../placeholders';
import type { ExplanationFacts } from '../../../explanation/facts';
import { RoutingModel } from '../../../explanation/model';
import type { RoutingRules } from '../../../explanation/routingRules';
import { nameOf } from '../../../explanation/texts';
import { openRouteTests } from '../../../routes/check';
import type { RoutedTask } from '../../../routes/saved';
import { savedTest, withoutUnread } from '../../../routes/saved';
import { pick } from '../../actions/quickPick';
import { fileNameOf, saveFile } from '../../actions/saveFile';
import { taskTitle } from '../../display/attributes';
import { showError } from '../../display/notification';

/** As `taskrouter check` and VS Code's Testing view read them. */
const maxBytes = 1024 * 1024;

/** Whether the workflow alone routes the task, and is known. */
export const canBeTested = ({ task, workflow, queues }: ExplanationFacts): boolean =>
  Boolean(task && workflow?.configuration && queues.length > 0) && !/^W[KQ]/.test(task?.routing_target ?? '');

/** Writes a task, its workflow and the workers as they are to a file of routing tests. */
export async function saveTest(facts: ExplanationFacts, rules: RoutingRules): Promise<void> {
  const { task } = facts;
  if (!task || !canBeTested(facts)) return;
  const replaces = await askToReplace();
  if (replaces === undefined) return;
  const title = replaces ? undefined : taskTitle(task.attributes);
  const text = await testText(facts, rules, { title, replaces });
  if (text === undefined)
    return void showError(
      l10n.t(
        'The test was not saved: with placeholders, the task is routed differently. Try again with Keep All Values.',
      ),
    );
  if (Buffer.byteLength(text) > maxBytes)
    return void showError(
      l10n.t('The test was not saved: with all workers, it is larger than 1 MB, and cannot be run.'),
    );
  await saveFile({
    title: l10n.t('Save as Test'),
    path: `${fileNameOf(title ?? nameOf(facts.workflow, '')) || 'task'}.routes.json`,
    filters: { [l10n.t('Routing tests')]: ['routes.json'] },
    text,
    saved: (path) =>
      replaces
        ? l10n.t('Test saved. Before you commit it, check {path} for other values of real people.', { path })
        : l10n.t('The test was saved to {path}', { path }),
    notSaved: (reason) => l10n.t('The test was not saved. {reason}', { reason }),
  });
}

const askToReplace = (): Promise<boolean | undefined> =>
  pick(l10n.t('Save as Test'), l10n.t('Does this task or a worker contain data of real people?'), [
    {
      label: l10n.t('Replace Personal Values'),
      detail: l10n.t(
        'Names, phone numbers, addresses and SIDs become placeholders. Attributes that no expression reads are left out.',
      ),
      value: true,
    },
    {
      label: l10n.t('Keep All Values'),
      detail: l10n.t('All attributes of the task and of all workers are saved as they are.'),
      value: false,
    },
  ]);

function routedTask(facts: ExplanationFacts, rules: RoutingRules, title: string | undefined): RoutedTask {
  const task = facts.task!;
  const model = new RoutingModel(facts, task, rules);
  const configuration = facts.workflow!.configuration!;
  return {
    name: title ?? l10n.t('A task of {workflow}', { workflow: nameOf(facts.workflow, '') }),
    configuration,
    queues: facts.queues
      .filter(({ sid }) => configuration.includes(sid))
      .map((queue) => ({
        ...{ sid: queue.sid, name: nameOf(queue, queue.sid), targetWorkers: queue.target_workers ?? '' },
        maxReservedWorkers: queue.max_reserved_workers ?? 1,
      })),
    workers: [...model.workers()],
    areAllWorkers: facts.hasAllWorkers,
    task: {
      attributes: model.attributes,
      channel: task.task_channel_unique_name ?? 'default',
      priority: task.priority ?? 0,
    },
  };
}

/** Undefined if replacing values, such as names that expressions compare, would change where the task goes. */
export async function testText(
  facts: ExplanationFacts,
  rules: RoutingRules,
  { title, replaces }: { readonly title?: string | undefined; readonly replaces: boolean },
): Promise<string | undefined> {
  const routed = routedTask(facts, rules, title);
  const textOfTest = (one: RoutedTask) => `${JSON.stringify(savedTest(one), null, 2)}\n`;
  if (!replaces) return textOfTest(routed);
  const { workers, task } = routed;
  const valuesIn = (attributes: unknown) => customerValuesIn(JSON.stringify(attributes ?? {}));
  const { inJson } = placeholdersFor(valuesIn(task.attributes), [
    ...workers.map(({ friendlyName }) => ({ text: friendlyName, kind: 'name' as const })),
    ...workers.flatMap(({ attributes }) => valuesIn(attributes)),
  ]);
  const text = inJson(textOfTest(withoutUnread(routed)));
  return (await passes(text)) ? text : undefined;
}

async function passes(text: string): Promise<boolean> {
  try {
    const named = { name: 'test', text };
    const { tests } = await openRouteTests(named, () => Promise.reject(new Error('names no file')));
    return tests.every((test) => test.check().length === 0);
  } catch {
    return false;
  }
}
