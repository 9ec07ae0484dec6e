import { l10n } from 'vscode';
import { decisiveAnswer } from '../../../callbacks/deliver';
import { recordingOf } from '../../../callbacks/recording';
import { pick } from '../../actions/quickPick';
import { fileNameOf, saveFile } from '../../actions/saveFile';
import { taskTitle } from '../../display/attributes';
import { forQuickPick } from '../../display/safeText';
import type { BenchCall } from './benchCall';

/** Writes the assignment and its answer to a file that `taskrouter check` reads. */
export async function saveRecording(call: BenchCall | undefined): Promise<void> {
  if (!call || !('assignment' in call) || !call.delivery) return;
  const { assignment, delivery } = call;
  const replaceCustomerValues = await askToReplace();
  if (replaceCustomerValues === undefined) return;
  const answer = decisiveAnswer(delivery);
  const title = replaceCustomerValues ? undefined : taskTitle(assignment.taskAttributes);
  const url = await askForUrl(delivery.attempts.map((attempt) => attempt.url));
  if (url === undefined) return;
  const recording = recordingOf(assignment, answer, { url, replaceCustomerValues });
  await saveFile({
    title: l10n.t('Save as Recording'),
    path: `callbacks/${fileNameOf(title ?? answer.instruction ?? 'none') || 'callback'}.json`,
    filters: { JSON: ['json'] },
    text: `${JSON.stringify(recording, null, 2)}\n`,
    saved: (path) =>
      replaceCustomerValues
        ? l10n.t('Recording saved. Before you commit it, check {path} for other customer values.', { path })
        : l10n.t('The recording was saved to {path}', { path }),
    notSaved: (reason) => l10n.t('The recording was not saved. {reason}', { reason }),
  });
}

/** The answer of a fallback is also what the first URL may be meant to answer. */
const askForUrl = async ([first, fallback]: readonly string[]): Promise<string | undefined> =>
  fallback === undefined
    ? first
    : pick(l10n.t('Save as Recording'), l10n.t('Which URL does the test call?'), [
        {
          label: forQuickPick(fallback),
          detail: l10n.t('The fallback, which gave this answer'),
          value: fallback,
        },
        {
          label: forQuickPick(first!),
          detail: l10n.t('The first URL, which failed: the test fails until it gives this answer'),
          value: first!,
        },
      ]);

const askToReplace = (): Promise<boolean | undefined> =>
  pick(l10n.t('Save as Recording'), l10n.t('Does this assignment have values of real customers?'), [
    {
      label: l10n.t('Replace Customer Values'),
      detail: l10n.t('Names, phone numbers, addresses and SIDs become placeholders.'),
      value: true,
    },
    {
      label: l10n.t('Keep All Values'),
      detail: l10n.t('The attributes are saved as they are.'),
      value: false,
    },
  ]);
