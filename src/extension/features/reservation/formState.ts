import { l10n } from 'vscode';
import type { Instruction } from '../../../taskrouter/instructions';
import { instructionNamed, instructions, isSecretParameter } from '../../../taskrouter/instructions';
import type { PreparedUpdate } from '../../../taskrouter/preparedUpdate';
import { wireName } from '../../../taskrouter/requests';
import { isOpenStatus } from '../../../taskrouter/reservation';
import { taskReservations } from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import { snippets } from '../../../taskrouter/snippets';
import type { InstructionContext } from '../../../taskrouter/update';
import { addressFor, problemsOf, updateReservationRequest } from '../../../taskrouter/update';
import type { FormOutcome, FormState } from '../../../webview/reservation/protocol';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Outcome, Receipt } from '../../actions/outcome';
import { phaseText } from '../../actions/phaseText';
import { taskTitle } from '../../display/attributes';
import { localize, localizeText } from '../../display/localize';
import { pageAccount } from '../../display/pageAccount';
import { firstVisible, plain } from '../../display/safeText';
import { timeOfDay } from '../../display/times';
import { formField, formInstruction, warningsOf } from './formFields';
import { formTexts } from './formTexts';
import type { FormModel, FormRows, Statuses } from './formModel';
import { chosenValues, contextOf, nextReservation, statusesIn } from './formModel';
import { secretKeysIn } from './secrets';

/**
 * What the page shows.
 * @param update the update that Send sends; undefined while nothing can be sent
 * @param callerIds those that were used before with this account
 * @param now milliseconds since 1970
 */
export function formState(
  model: FormModel,
  rows: FormRows,
  update: PreparedUpdate | undefined,
  callerIds: readonly string[],
  now: number,
): FormState {
  const { account, chosen, outcome } = model;
  const values = chosenValues(model);
  const instruction = instructionNamed(chosen);
  const context = contextOf(model, rows);
  const problems = problemsOf(instruction, values, context);
  return {
    texts: formTexts(),
    account: pageAccount(account),
    reservation: reservationHead(model, rows),
    instructions: instructions.map((one) =>
      formInstruction(one, unavailableIn(one, model, context, now), (field) =>
        formField(field, context, rows, callerIds),
      ),
    ),
    chosen,
    values: withoutSecrets(values),
    secret: secretKeysIn(values),
    problems: Object.fromEntries(
      problems.map(({ key, message }) => [key ?? '', plain(localize(message), 400)]),
    ),
    warnings: warningsOf(instruction, values),
    ...previewsOf(
      model,
      rows,
      update,
      problems.some(({ key }) => key !== undefined),
    ),
    reading: model.isReading,
    ...progressOf(model),
    ...(outcome ? { outcome: outcomeShown(outcome, model, rows, now) } : {}),
    ...newsOf(model, rows, now),
  };
}

/** What happens to the update that is being sent. */
function progressOf({ sending }: FormModel): Pick<FormState, 'sending' | 'progress'> {
  if (sending === undefined) return { sending: false };
  return { sending: true, progress: phaseText(sending.phase, sending.title) };
}

/** The page receives a password that is set as an empty text. */
const withoutSecrets = (values: FormValues): FormValues =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, isSecretParameter(wireName(key)) ? '' : value]),
  );

function unavailableIn(
  instruction: Instruction,
  model: FormModel,
  context: InstructionContext,
  now: number,
): string | undefined {
  if (model.account.readOnly) return l10n.t('Read-only account: changes are blocked.');
  if (model.isGone) return whyGone(model, now);
  const problem = problemsOf(instruction, {}, context).find(({ key }) => key === undefined);
  return problem && plain(localize(problem.message), 400);
}

function whyGone(model: FormModel, now: number): string {
  if (!model.isOfEarlierSimulation)
    return l10n.t('This reservation no longer exists. TaskRouter removes finished tasks after five minutes.');
  const why = l10n.t('The simulation restarted with this window, and this reservation is gone.');
  return [why, ...sentEarlier(model, now)].join(' ');
}

/** What this form sent to the simulation before this one. */
function sentEarlier({ earlier }: FormModel, now: number): readonly string[] {
  if (!earlier) return [];
  const { sent, outcome } = earlier;
  const args = {
    action: localizeText(instructionNamed(sent.instruction).title),
    time: timeOfDay(sent.at, now),
    outcome: plain(localize(outcome.headline), 200),
  };
  return [l10n.t('Sent to the earlier simulation: {action}, {time}. {outcome}', args)];
}

/**
 * The request that Send sends, or would send if the instruction were possible; after it was sent successfully, or can
 * no longer be sent, the one that was sent.
 */
function previewsOf(
  { address, chosen, account, outcome, sent, values }: FormModel,
  { version }: FormRows,
  update: PreparedUpdate | undefined,
  isIncomplete: boolean,
): Pick<FormState, 'previews' | 'wasSent'> {
  const { origin, username } = account;
  const instruction = instructionNamed(chosen);
  const to = { origin, apiKey: isSid('ApiKey', username) };
  if (isIncomplete) return { previews: [] };
  const showsSent =
    sent?.instruction === chosen && !sent.lacksSecrets && (outcome?.kind === 'done' || !update);
  const past = showsSent ? outcome?.receipt : undefined;
  const target = addressFor(instruction, address, version && taskReservations.read(version.row).task_sid);
  const build = (ifMatch: string | undefined) =>
    updateReservationRequest(target, instruction, values[chosen] ?? {}, ifMatch);
  const request = past ? build(past.ifMatch) : (update?.request ?? build(version?.etag));
  const previews = snippets.map(({ name, write }) => {
    const { text, note } = write(request, to);
    return {
      name,
      title: localizeText(name),
      ...(text === undefined ? {} : { text }),
      ...(note ? { note: localize(note) } : {}),
    };
  });
  return { previews, ...(past ? { wasSent: true } : {}) };
}

function reservationHead(
  { address, isGone }: FormModel,
  { reservation, task, workflow, workspace }: FormRows,
): FormState['reservation'] {
  const createdAt = reservation?.date_created?.getTime();
  const timeout = workflow?.task_reservation_timeout;
  const isPending = reservation?.reservation_status === 'pending';
  return {
    sid: address.sid,
    status: firstVisible([reservation?.reservation_status, isGone ? l10n.t('gone') : l10n.t('unknown')], 30),
    worker: firstVisible([reservation?.worker_name, reservation?.worker_sid, l10n.t('unknown worker')]),
    task: plain(taskTitle(task?.attributes) ?? reservation?.task_sid ?? '', 60),
    workspace: plain(workspace?.friendly_name ?? '', 60),
    queue: [task?.task_queue_friendly_name ?? '', task?.task_channel_unique_name ?? '']
      .map((part) => plain(part, 60))
      .filter(Boolean)
      .join(' · '),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(createdAt !== undefined && timeout && isPending ? { expiresAt: createdAt + timeout * 1000 } : {}),
  };
}

/** Explains the end of a reservation to a user who was about to act on it. */
const endings: Readonly<Record<string, string>> = {
  accepted: l10n.t('This reservation was accepted.'),
  rejected: l10n.t('This reservation was rejected. TaskRouter offers the task to the next eligible worker.'),
  timeout: l10n.t(
    'This reservation timed out. The worker may have been moved to the workspace’s timeout activity.',
  ),
  canceled: l10n.t(
    'This reservation was canceled: the task was canceled, the caller hung up, or the call failed.',
  ),
  rescinded: l10n.t('This reservation was rescinded: another worker accepted the task.'),
  wrapping: l10n.t('This reservation was accepted and is now wrapping up.'),
  completed: l10n.t('This reservation was completed.'),
};

function newsOf(
  model: FormModel,
  rows: FormRows,
  now: number,
): Pick<FormState, 'news' | 'next' | 'notice' | 'offersAnother'> {
  if (model.isGone) return { offersAnother: true };
  const restarted = l10n.t(
    'The simulation restarted with this window. Check the reservation before you send.',
  );
  const notice =
    model.isOfEarlierSimulation && !model.outcome
      ? { notice: [restarted, ...sentEarlier(model, now)].join(' ') }
      : {};
  const changes = changesOf(model, rows);
  const status = rows.reservation?.reservation_status;
  const hasEnded = !!status && !isOpenStatus(status) && model.outcome?.kind !== 'done';
  return {
    ...notice,
    ...changes,
    ...(hasEnded && changes.next === undefined ? { offersAnother: true } : {}),
  };
}

/** What has happened to a reservation that was pending. */
function changesOf(model: FormModel, rows: FormRows): Pick<FormState, 'news' | 'next'> {
  const status = rows.reservation?.reservation_status;
  if (!model.wasPending || !status || status === 'pending') return {};
  const next = nextReservation(model, rows);
  const { worker_name, reservation_status, sid } = next ? taskReservations.read(next) : { sid: '' };
  const ending = Object.hasOwn(endings, status) ? endings[status] : undefined;
  return {
    // The outcome already describes what this form has done.
    ...(model.outcome?.kind === 'done'
      ? {}
      : { news: ending ?? l10n.t('This reservation is now {status}.', { status: plain(status, 30) }) }),
    ...(next ? { next: `${plain(worker_name ?? sid, 60)} (${plain(reservation_status ?? '', 30)})` } : {}),
  };
}

function outcomeShown(
  { kind, headline, describe, details, receipt }: Outcome,
  { before, sent }: FormModel,
  rows: FormRows,
  now: number,
): FormOutcome {
  const { version } = rows;
  const changes = before ? changesBetween(before, statusesIn(rows)) : [];
  const facts = [
    ...(sent ? [localizeText(instructionNamed(sent.instruction).title), timeOfDay(sent.at, now)] : []),
    ...(receipt ? factsOf(receipt) : []),
  ];
  return {
    kind,
    headline: plain(localize(version && describe ? describe(version.row) : headline), 200),
    details,
    ...(facts.length ? { facts } : {}),
    ...(receipt?.code === undefined ? {} : { errorCode: receipt.code }),
    // A table of statuses that are all the same would only repeat that nothing has changed yet.
    ...(changes.some((one) => one.before !== one.now) ? { changes } : {}),
  };
}

const factsOf = ({ status, milliseconds, requestId }: Receipt): readonly string[] => [
  status === undefined ? l10n.t('no response') : `HTTP ${status}`,
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`,
  ...(requestId ? [l10n.t('request {id}', { id: plain(requestId, 60) })] : []),
];

function changesBetween(before: Statuses, now: Statuses): NonNullable<FormOutcome['changes']> {
  const names = {
    reservation: l10n.t('Reservation'),
    task: l10n.t('Task'),
    worker: l10n.t('Worker’s activity'),
  };
  return (['reservation', 'task', 'worker'] as const).flatMap((key) => {
    const [was, is] = [before[key], now[key]].map((text) => plain(text ?? '', 60));
    return was && is ? [{ what: names[key], before: was, now: is }] : [];
  });
}
