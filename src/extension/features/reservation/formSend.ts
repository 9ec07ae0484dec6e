import { l10n } from 'vscode';
import type { Instruction } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import { differingFields } from '../../../taskrouter/preparedUpdate';
import { comparedFields, statusOf } from '../../../taskrouter/reservation';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Accounts } from '../../accounts/accounts';
import type { Actions } from '../../actions/actions';
import type { Outcome } from '../../actions/outcome';
import { notDone } from '../../actions/outcome';
import { describeError, sentence } from '../../display/errorMessage';
import { firstVisible } from '../../display/safeText';
import { callerDataIn } from './callerData';
import type { CallerIds } from './callerIds';
import { chosenValues, statusesIn } from './formModel';
import type { OpenForm } from './openForm';

export interface FormSendOptions {
  readonly accounts: Accounts;
  readonly actions: Pick<Actions, 'send' | 'show' | 'journal'>;
  readonly callerIds: CallerIds;
}

/**
 * Sends what the form shows, and shows the outcome in it, or outside when it has been closed meanwhile. Not before a
 * person can have read the last outcome: Send was then pressed twice for the same request.
 */
export async function sendForm(form: OpenForm, options: FormSendOptions): Promise<void> {
  if (form.model.sending || !form.isOutcomeRead || Object.keys(form.shown.problems).length)
    return form.post();
  const instruction = instructionNamed(form.model.chosen);
  const args = chosenValues(form.model);
  const before = statusesIn(form.rows);
  form.edit({ sending: true, before: undefined });
  const outcome = await sendAsSeen(form, instruction, options).catch((error: unknown) =>
    notDone(instruction.title, sentence(describeError(error))),
  );
  await form.finish(outcome, before);
  if (!form.isDisposed && outcome?.kind === 'done')
    await rememberCallerIds(form, instruction, args, options.callerIds);
}

/** What is sent is what the user saw as they pressed Send: a read in progress is awaited, and must not differ. */
async function sendAsSeen(
  form: OpenForm,
  instruction: Instruction,
  { accounts, actions }: FormSendOptions,
): Promise<Outcome | undefined> {
  // What is sent was on the screen as Send was pressed: a command may show another action while a read is in progress.
  const { model } = form;
  const seen = form.reads.version;
  await form.reads.settled();
  const { version } = form.reads;
  const update = form.prepared(form.rows, model);
  if (!seen || !version || differingFields(comparedFields, seen.row, version.row).length > 0 || !update) {
    const [before, now] = [seen, version].map((one) =>
      firstVisible([statusOf(one?.row), l10n.t('unknown')], 30),
    );
    const why =
      before === now
        ? l10n.t('Not sent: the reservation was just updated. Check it and try again.')
        : l10n.t('Not sent: the status just changed from {before} to {now}. Check it and try again.', {
            before: before!,
            now: now!,
          });
    return notDone(instruction.title, why);
  }
  return actions.send(await accounts.connect(form.model.account.id), update);
}

/** Numbers of the user's own only: not the caller's, even when somebody typed that one. */
async function rememberCallerIds(
  form: OpenForm,
  { fields }: Instruction,
  args: FormValues,
  callerIds: CallerIds,
): Promise<void> {
  const isCallerData = callerDataIn(form.rows.task?.attributes);
  const used = fields.flatMap(({ key, source }) => {
    const value = source === 'caller-ids' ? args[key] : undefined;
    return typeof value === 'string' && !isCallerData(value) ? [value] : [];
  });
  await callerIds.add(form.model.account.id, used);
  form.change({});
}
