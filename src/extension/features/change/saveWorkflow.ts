import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { parse, type ParseError } from 'jsonc-parser';
import { compact } from '../../../taskrouter/attributesMerge';
import { isDeeperThan, maxDepth } from '../../../taskrouter/depth';
import type { Message } from '../../../taskrouter/message';
import type { ShownResource } from '../../../taskrouter/preparedUpdate';
import type { Row } from '../../../taskrouter/resources';
import { activities, taskQueues, workflows, workspaces } from '../../../taskrouter/resources';
import {
  changedLines,
  isSame,
  setConfiguration,
  workflowStatisticsRequest,
} from '../../../taskrouter/workflowUpdate';
import { readTaskCounts } from '../../../taskrouter/workspaceStatistics';
import { diagnose } from '../../../workflow/diagnostics/diagnose';
import { readDocument } from '../../../workflow/document';
import { nothingKnown } from '../../../workflow/known';
import type { CommandParts } from '../../actions/actions';
import { pick } from '../../actions/quickPick';
import { inSlices } from '../../../slices';
import type { ResourceTarget } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { nameOf } from '../../display/names';
import { plain } from '../../display/safeText';
import type { Edited, FileKind, Saved } from './resourceFiles';
import { compared } from './resourceFiles';
import { declined, notSaved, sendReviewed, showSaved } from './saving';

type Parts = Pick<CommandParts, 'accounts' | 'store' | 'actions' | 'clock'>;

export const workflowKind: FileKind = {
  collections: [workflows],
  contentOf: configurationOf,
  onOpen: readNames,
  onlyByHand: () =>
    l10n.t('A workflow is sent only with Save to TaskRouter or File: Save, not by Auto Save.'),
  async save(parts, edited) {
    try {
      return await saveWorkflow(parts, edited);
    } catch (error) {
      if (error instanceof vscode.FileSystemError) throw error;
      throw notSaved(sentence(describeError(error)));
    }
  },
};

/** Reads the names that are shown beside the SIDs in a workflow. Without them the SIDs stay alone. */
async function readNames({ store }: CommandParts, { accountId, sids }: ResourceTarget): Promise<void> {
  for (const collection of [workspaces, taskQueues, activities]) {
    const list = { accountId, collection, parents: collection === workspaces ? [] : [sids[0]!] };
    if (store.list(list)?.readAt === undefined) await store.all(list);
  }
}

/** @throws FileSystemError for a configuration that is not JSON */
function configurationOf({ configuration }: Row): string {
  if (typeof configuration === 'string' && problemOf(configuration) === undefined) return configuration;
  throw notSaved(l10n.t('TaskRouter sent a configuration that is not JSON.'));
}

/**
 * Compares with what TaskRouter has now, which must be what the user began with, asks whether pending tasks are routed
 * again, and sends it after a confirmation: one request at most.
 * @throws FileSystemError, which says why it was not saved
 */
async function saveWorkflow(parts: Parts, { uri, target, base, mine }: Edited): Promise<Saved> {
  const problem = problemOf(mine);
  if (problem !== undefined) throw notSaved(problem);
  const { accountId, sids } = target;
  const sid = sids.at(-1)!;
  const shown = await parts.store.fetch(accountId, workflows, sids);
  const name = workflows.read(shown).friendly_name || sid;
  const current = configurationOf(shown);
  if (isSame(current, mine)) return { current };
  await vscode.commands.executeCommand(
    'vscode.diff',
    uri.with({ fragment: compared.current }),
    uri.with({ fragment: compared.mine }),
    l10n.t('{name}: TaskRouter ↔ Yours', { name: plain(name, 60) }),
    { preserveFocus: true },
  );
  if (!isSame(current, base))
    return {
      current,
      refusal: notSaved(
        l10n.t(
          'The workflow was changed in TaskRouter after you opened it. Compare that version with yours, then save again to replace it.',
        ),
      ),
    };
  try {
    return await askAndSend(parts, { uri, target, base, mine }, { shown, name });
  } finally {
    await closeComparison(uri);
  }
}

/** @throws FileSystemError, which says why it was not saved */
async function askAndSend(
  parts: Parts,
  { target, mine }: Edited,
  { shown, name }: Pick<ShownResource, 'shown' | 'name'>,
): Promise<Saved> {
  const { accountId, sids } = target;
  const reEvaluates = await askToReEvaluate(parts, target, name);
  if (reEvaluates === undefined) throw declined();
  const update = setConfiguration(
    { collection: workflows, sids, shown, name, nameOf: (one) => nameOf(parts.store, accountId, one) ?? one },
    {
      ...{ configuration: compact(mine), reEvaluates, problems: await refusalsOf(parts, mine) },
      lines: changedLines(configurationOf(shown), mine),
    },
  );
  showSaved(parts, target, await sendReviewed(parts, accountId, update));
  const saved = parts.store.row(accountId, sids.at(-1)!);
  return { current: saved ? configurationOf(saved) : mine };
}

/** It would show two equal sides, or what was not sent. */
async function closeComparison(uri: vscode.Uri): Promise<void> {
  const mine = uri.with({ fragment: compared.mine }).toString();
  const isOfThis = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputTextDiff && input.modified.toString() === mine;
  const { tabGroups } = vscode.window;
  await tabGroups.close(
    tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOfThis)),
    true,
  );
}

/** Why this is not the JSON of a workflow; translated. */
function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) return l10n.t('A workflow’s configuration must be a JSON object.');
    return isDeeperThan(value, maxDepth) ? l10n.t('The configuration is nested too deeply.') : undefined;
  } catch {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
    const line = text.slice(0, errors[0]?.offset ?? 0).split('\n').length;
    return l10n.t('Line {line} is not JSON. Comments and trailing commas are not allowed either.', { line });
  }
}

/** Errors of the file that TaskRouter refuses, at most as many as a confirmation has room for. */
async function refusalsOf({ clock }: Parts, text: string): Promise<readonly Message[]> {
  const isWanted = () => true;
  const document = await inSlices(readDocument(text, new Map()), clock, isWanted);
  const found = document && (await inSlices(diagnose(document, nothingKnown), clock, isWanted));
  return (found ?? [])
    .filter(({ severity }) => severity === 'error')
    .slice(0, 3)
    .map(({ message }) => message);
}

/** Whether pending tasks enter the new configuration; undefined when the user cancels. Not asked where there are none. */
async function askToReEvaluate(
  { accounts, store }: Parts,
  { accountId, sids }: ResourceTarget,
  name: string,
): Promise<boolean | undefined> {
  const { client } = await accounts.connect(accountId);
  // These credentials may not be allowed to read statistics: then the question has no number.
  const statistics = await client.send(workflowStatisticsRequest(sids)).catch(() => undefined);
  const pending = statistics && readTaskCounts(statistics)?.['pending'];
  if (pending === 0) return false;
  const workspace = plain(nameOf(store, accountId, sids[0]!) ?? sids[0]!, 60);
  return pick<boolean>(
    // As the steps after it are called.
    l10n.t('Save the workflow {name}', { name: plain(name, 60) }),
    pending === undefined
      ? l10n.t('What about the tasks that are pending in this workflow?')
      : pending === 1
        ? l10n.t('What about the task that is pending in this workflow?')
        : l10n.t('What about the {count} tasks that are pending in this workflow?', { count: pending }),
    [
      {
        label: l10n.t('Leave Pending Tasks as They Are'),
        detail: l10n.t('They stay in their queues, and follow the present configuration to its end.'),
        value: false,
      },
      {
        label: l10n.t('Re-evaluate Pending Tasks'),
        detail: l10n.t('In {workspace}, they enter the new configuration from its beginning.', { workspace }),
        value: true,
      },
    ],
  );
}
