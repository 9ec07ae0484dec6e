import { l10n } from 'vscode';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import type { Fetched } from '../../../taskrouter/client';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import { differingFields } from '../../../taskrouter/preparedUpdate';
import { holdsSecret } from '../../../taskrouter/secrets';
import { comparedFields } from '../../../taskrouter/reservation';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Accounts } from '../../accounts/accounts';
import type { Actions } from '../../actions/actions';
import type { Outcome } from '../../actions/outcome';
import { notDone, outdated } from '../../actions/outcome';
import type { OnPhase, SendPhase } from '../../actions/send';
import { describeError, sentence } from '../../display/errorMessage';
import { callerDataIn } from './callerData';
import type { CallerIds } from './callerIds';
import { chosenValues } from './formModel';
import type { OpenForm } from './openForm';

export interface FormSendOptions {
  readonly accounts: Accounts;
  readonly actions: Pick<Actions, 'send' | 'show' | 'journal' | 'inProgress'>;
  readonly callerIds: CallerIds;
}

/**
 * Sends what the form shows. The form of the reservation that is open shows the outcome, else it is shown outside. Not
 * before a person can have read the last outcome: Send was then pressed twice for the same request.
 */
export async function sendForm(form: OpenForm, options: FormSendOptions): Promise<void> {
  if (form.model.sending || !form.canSendAgain || Object.keys(form.shown.problems).length) return form.post();
  const { chosen } = form.model;
  const instruction = instructionNamed(chosen);
  const args = chosenValues(form.model);
  const pressed = form.prepared(form.rows);
  const seen = form.reads.version;
  form.edit({});
  if (!pressed || !seen) return form.finish(chosen, notRead(instruction), form.model.address.sid);
  const { account } = form.model;
  const outcome = await options.actions.inProgress.follow(account, pressed, (onPhase) =>
    sendAsSeen(form, { pressed, seen, chosen, args }, onPhase, options).catch((error: unknown) =>
      notDone(instruction.title, sentence(describeError(error))),
    ),
  );
  if (outcome && !form.isOpen) {
    form.finish(chosen, outcome, pressed.about);
    return options.actions.show(outcome, { about: pressed.about, accountName: account.name });
  }
  if (!form.isDisposed && outcome?.kind === 'done')
    await rememberCallerIds(form, instruction, args, options.callerIds);
}

interface Pressed {
  readonly pressed: PreparedUpdate;
  readonly seen: Fetched;
  readonly chosen: InstructionName;
  readonly args: FormValues;
}

/** Sends what the user saw when they pressed Send: waits for a read in progress, whose result must not differ. */
async function sendAsSeen(
  form: OpenForm,
  { pressed, seen, chosen, args }: Pressed,
  onPhase: OnPhase,
  { accounts, actions }: FormSendOptions,
): Promise<Outcome | undefined> {
  await form.reads.settled();
  const { version } = form.reads;
  // A command may have chosen another action meanwhile.
  const model = { ...form.model, chosen, values: { ...form.model.values, [chosen]: args } };
  const update = form.prepared(form.rows, model);
  if (!version) return notRead(instructionNamed(chosen));
  if (differingFields(comparedFields, seen.row, version.row).length > 0 || !update)
    return outdated(pressed, version.row);
  const connection = await accounts.connect(form.model.account.id);
  let isAsking = false;
  const followFocus = (phase?: SendPhase) => {
    if (isAsking && phase !== 'confirming') form.takeFocusBack();
    isAsking = phase === 'confirming';
  };
  // Of the worker whom it calls as well, what counts is what the form showed when Send was pressed.
  return actions
    .send(connection, { ...update, calls: pressed.calls }, (phase) => {
      followFocus(phase);
      onPhase(phase);
    })
    .finally(() => followFocus());
}

const notRead = ({ title }: Instruction): Outcome =>
  notDone(title, l10n.t('Nothing was sent: the reservation could not be read. Refresh it.'));

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
