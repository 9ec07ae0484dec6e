import { l10n } from 'vscode';
import type { Instruction } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import { differingFields } from '../../../taskrouter/preparedUpdate';
import { holdsSecret } from '../../../taskrouter/secrets';
import { comparedFields } from '../../../taskrouter/reservation';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Accounts } from '../../accounts/accounts';
import type { Actions } from '../../actions/actions';
import type { Outcome } from '../../actions/outcome';
import { notDone, outdated } from '../../actions/outcome';
import type { SendPhase } from '../../actions/send';
import { describeError, sentence } from '../../display/errorMessage';
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
  const { about } = form;
  form.edit({ sending: 'checking', before: undefined });
  const outcome = await sendAsSeen(form, instruction, options).catch((error: unknown) =>
    notDone(instruction.title, sentence(describeError(error))),
  );
  await form.finish(outcome, before, about);
  if (!form.isDisposed && outcome?.kind === 'done')
    await rememberCallerIds(form, instruction, args, options.callerIds);
}

/** Sends what the user saw when they pressed Send: waits for a read in progress, whose result must not differ. */
async function sendAsSeen(
  form: OpenForm,
  instruction: Instruction,
  { accounts, actions }: FormSendOptions,
): Promise<Outcome | undefined> {
  // A command may choose another action while a read is in progress.
  const { model } = form;
  const seen = form.reads.version;
  const pressed = form.prepared(form.rows, model);
  await form.reads.settled();
  const { version } = form.reads;
  const update = form.prepared(form.rows, model);
  if (!seen || !version || differingFields(comparedFields, seen.row, version.row).length > 0 || !update) {
    if (pressed && version) return outdated(pressed, version.row);
    return notDone(
      instruction.title,
      l10n.t('Nothing was sent: the reservation could not be read. Refresh it.'),
    );
  }
  const connection = await accounts.connect(form.model.account.id);
  let isAsking = false;
  const follow = (sending: SendPhase | undefined) => {
    if (isAsking && sending !== 'confirming') form.takeFocusBack();
    isAsking = sending === 'confirming';
    if (sending) form.change({ sending });
  };
  // Of the worker whom it calls as well, what counts is what the form showed when Send was pressed.
  const asSeen = pressed ? { ...update, calls: pressed.calls } : update;
  return actions.send(connection, asSeen, follow).finally(() => follow(undefined));
}

/** Remembers the user's own numbers only: never the caller's, even if it was typed. */
async function rememberCallerIds(
  form: OpenForm,
  { fields }: Instruction,
  args: FormValues,
  callerIds: CallerIds,
): Promise<void> {
  const isCallerData = callerDataIn(form.rows.task?.attributes);
  const used = fields.flatMap(({ key, source }) => {
    const value = source === 'caller-ids' ? args[key] : undefined;
    return typeof value === 'string' && !isCallerData(value) && !holdsSecret(value) ? [value] : [];
  });
  await callerIds.add(form.model.account.id, used);
  form.change({});
}
