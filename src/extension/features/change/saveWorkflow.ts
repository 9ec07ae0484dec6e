import { commands, FileSystemError, l10n, window } from 'vscode';
import { parse, type ParseError } from 'jsonc-parser';
import { compact } from '../../../taskrouter/attributesMerge';
import type { Message } from '../../../taskrouter/message';
import type { Row } from '../../../taskrouter/resources';
import { workflows } from '../../../taskrouter/resources';
import { isSame, setConfiguration, workflowStatisticsRequest } from '../../../taskrouter/workflowUpdate';
import { readTaskCounts } from '../../../taskrouter/workspaceStatistics';
import { diagnose } from '../../../workflow/diagnostics/diagnose';
import { readDocument } from '../../../workflow/document';
import { nothingKnown } from '../../../workflow/known';
import type { CommandParts } from '../../actions/actions';
import { pick } from '../../actions/quickPick';
import { inSlices } from '../../data/slices';
import type { ResourceTarget } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { nameOf } from '../../display/names';
import { showInformation } from '../../display/notification';
import { plain } from '../../display/safeText';
import type { Edited, FileKind, Saved } from './resourceFiles';
import { currentFragment } from './resourceFiles';
import { workflowAddress } from './resourceFileSystem';
import { notSaved, sendReviewed, showSaved } from './saving';

type Parts = Pick<CommandParts, 'accounts' | 'store' | 'actions' | 'clock'>;

export const workflowKind: FileKind = {
  collections: [workflows],
  contentOf: configurationOf,
  onlyByHand: () =>
    l10n.t('A workflow is sent only with Save to TaskRouter or File: Save, not by Auto Save.'),
  async save(parts, edited) {
    try {
      return await saveWorkflow(parts, edited);
    } catch (error) {
      if (error instanceof FileSystemError) throw error;
      throw notSaved(sentence(describeError(error)));
    }
  },
};

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
  const named = (one: string) => nameOf(parts.store, accountId, one) ?? one;
  const name = named(sid);
  const shown = await parts.store.fetch(accountId, workflows, sids);
  const current = configurationOf(shown);
  if (isSame(current, mine)) return { current };
  await commands.executeCommand(
    'vscode.diff',
    uri.with({ fragment: currentFragment }),
    uri.with({ fragment: '' }),
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
  const reEvaluates = await askToReEvaluate(parts, target, name);
  if (reEvaluates === undefined) throw notSaved(l10n.t('Nothing was sent.'));
  const update = setConfiguration(
    { collection: workflows, sids, shown, name, nameOf: named },
    { configuration: compact(mine), reEvaluates, problems: await refusalsOf(parts, mine) },
  );
  showSaved(parts, target, await sendReviewed(parts, accountId, update));
  const saved = parts.store.row(accountId, sid);
  return { current: saved ? configurationOf(saved) : mine };
}

/** Why this is not the JSON of a workflow; translated. */
function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? undefined : l10n.t('A workflow’s configuration must be a JSON object.');
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
  const counts = readTaskCounts(await client.send(workflowStatisticsRequest(sids)));
  const pending = counts?.['pending'];
  if (pending === 0) return false;
  const workspace = plain(nameOf(store, accountId, sids[0]!) ?? sids[0]!, 60);
  return pick<boolean>(
    l10n.t('Save Workflow: {name}', { name: plain(name, 60) }),
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

/** Saves the workflow in the active editor, as File: Save does. */
export async function saveActiveWorkflow(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document?.uri.scheme !== workflowAddress.scheme) return;
  if (!document.isDirty) return void showInformation(l10n.t('TaskRouter has what is in this editor.'));
  await document.save();
}
