import type { FormInstruction, FormOutcome, FormState } from '../../../webview/reservation/protocol';
import type { FormField, FormValues } from '../../../webview/shared/protocol';
import type { Row } from '../../../taskrouter/client';
import { readRow } from '../../../taskrouter/client';
import type { Field } from '../../../taskrouter/fields';
import { groups, warningFor } from '../../../taskrouter/fields';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed, instructions } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import * as resources from '../../../taskrouter/resources';
import { snippets } from '../../../taskrouter/snippets';
import { isSid } from '../../../taskrouter/sid';
import type { ReservationAddress } from '../../../taskrouter/reservation';
import { statusOf } from '../../../taskrouter/reservation';
import type { InstructionContext } from '../../../taskrouter/update';
import { addressFor, problemsOf, updateReservationRequest } from '../../../taskrouter/update';
import type { Account } from '../../accounts/account';
import type { Outcome } from '../../actions/outcome';
import { attribute } from '../../../taskrouter/attributes';
import { taskTitle } from '../../display/attributes';
import { plain } from '../../display/safeText';

/** Everything a form knows; the page shows what `formState` makes of it. */
export interface FormModel {
  readonly account: Account;
  readonly address: ReservationAddress;
  readonly reservation: Row;
  /** The version that `reservation` is; absent until it has been read by itself, and where TaskRouter tells none. */
  readonly etag?: string | undefined;
  /** The reservation has been read by itself since the form opened. */
  readonly hasBeenRead?: boolean;
  /** It was pending when this form came to it. */
  readonly wasPending?: boolean;
  /** These are read after the form has opened, each as it comes. */
  readonly task?: Row | undefined;
  readonly worker?: Row | undefined;
  readonly workspace?: Row | undefined;
  readonly workflow?: Row | undefined;
  readonly activities: readonly Row[];
  /** Workers that stand in a field: to say who they are. */
  readonly workers: readonly Row[];
  /** The task's reservations, as far as they are known. */
  readonly ofTask?: readonly Row[];
  /** Caller ids that were used before with this account. */
  readonly callerIds?: readonly string[];
  readonly chosen: InstructionName;
  /** What was set, kept for each instruction, so that a look at another loses nothing. */
  readonly values: Readonly<Partial<Record<InstructionName, FormValues>>>;
  readonly sending: boolean;
  readonly outcome?: Outcome | undefined;
  /** What stood here when the outcome's action was sent. */
  readonly before?: Pick<FormModel, 'reservation' | 'task' | 'worker'> | undefined;
}

export function chosenValues(model: FormModel): FormValues {
  return model.values[model.chosen] ?? {};
}

/** What decides whether an instruction can work, as far as it has been read. */
export function situationOf(model: FormModel): InstructionContext {
  const worker = model.worker && readRow(resources.workers, model.worker);
  const workspace = model.workspace && readRow(resources.workspaces, model.workspace);
  const status = statusOf(model.reservation);
  return {
    ...(model.hasBeenRead || status !== undefined ? { status: status ?? null } : {}),
    ...(worker ? { contactUri: attribute(worker.attributes, 'contact_uri') ?? '' } : {}),
    ...(typeof workspace?.multi_task_enabled === 'boolean'
      ? { multitasking: workspace.multi_task_enabled }
      : {}),
  };
}

export function formState(model: FormModel): FormState {
  const instruction = instructionNamed(model.chosen);
  const values = chosenValues(model);
  const situation = situationOf(model);
  const problems = problemsOf(instruction, values, situation);
  return {
    account: {
      name: plain(model.account.name),
      ...(model.account.kind === 'simulated'
        ? { simulated: true }
        : {
            simulated: false,
            environment: model.account.environment,
            readOnly: model.account.readOnly,
          }),
    },
    reservation: reservationHead(model),
    instructions: instructions.map((one) =>
      drawnInstruction(one, unavailableIn(one, model, situation), (field) =>
        drawnField(field, model, situation),
      ),
    ),
    chosen: model.chosen,
    values: withoutPasswords(values, ''),
    problems: Object.fromEntries(problems.map(({ key, message }) => [key ?? '', message])),
    warnings: warningsOf(instruction, values),
    previews: previews(
      model,
      instruction,
      problems.some(({ key }) => key !== undefined),
    ),
    sending: model.sending,
    ...(model.outcome ? { outcome: drawnOutcome(model.outcome, model) } : {}),
    ...newsOf(model),
  };
}

const passwords = new Set<string>(
  instructions.flatMap(({ fields }: Instruction) =>
    fields.filter(({ control }) => control === 'password').map(({ key }) => key),
  ),
);

/** A password that is set goes to the page as an empty text and to the preview as asterisks. */
function withoutPasswords(values: FormValues, mask: string): FormValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, passwords.has(key) ? mask : value]),
  );
}

/** What a reservation's end means, to somebody who was about to act on it. */
const endings: Readonly<Record<string, string>> = {
  accepted: 'It has been accepted.',
  rejected: 'It has been rejected; the task goes on to the next eligible worker.',
  timeout:
    'It has timed out: nobody answered in time. The worker may have been moved to the workspace’s timeout activity.',
  canceled: 'It has been canceled: the task was canceled, the caller hung up, or nobody could be reached.',
  rescinded: 'It has been rescinded: another worker has taken the task.',
  wrapping: 'It has been accepted, and is being wrapped up.',
  completed: 'It has been completed.',
};

function newsOf(model: FormModel): Pick<FormState, 'news' | 'next'> {
  const status = statusOf(model.reservation);
  if (!model.wasPending || status === undefined || status === 'pending') return {};
  const next = nextReservation(model);
  const worker = next && readRow(resources.taskReservations, next);
  return {
    // What this form has done itself is told by its outcome.
    ...(model.outcome?.kind === 'done' ? {} : { news: endings[status] ?? `It is ${plain(status, 30)} now.` }),
    ...(worker
      ? {
          next: `${plain(worker.worker_name ?? worker.sid, 60)} (${plain(worker.reservation_status ?? '', 30)})`,
        }
      : {}),
  };
}

/** Where the task has gone on to: a pending reservation if there is one, else one that is under way; the latest. */
export function nextReservation({ ofTask = [], reservation }: FormModel): Row | undefined {
  const open = ['pending', 'accepted', 'wrapping'];
  const rank = (row: Row) => open.indexOf(String(row['reservation_status']));
  const created = (row: Row) => String(row['date_created']);
  return ofTask
    .filter((row) => row.sid !== reservation.sid && rank(row) >= 0)
    .sort((one, other) => rank(one) - rank(other) || created(other).localeCompare(created(one)))
    .at(0);
}

function drawnOutcome({ kind, headline, details, receipt }: Outcome, model: FormModel): FormOutcome {
  const changes = changesSince(model);
  const facts = receipt && [
    receipt.status === undefined ? 'no answer' : `HTTP ${receipt.status}`,
    receipt.milliseconds < 1000
      ? `${receipt.milliseconds} ms`
      : `${(receipt.milliseconds / 1000).toFixed(1)} s`,
    ...(receipt.requestId ? [`request ${plain(receipt.requestId, 60)}`] : []),
  ];
  return {
    kind,
    headline,
    details,
    ...(facts ? { facts } : {}),
    ...(receipt?.code === undefined ? {} : { errorCode: receipt.code }),
    ...(changes.length ? { changes } : {}),
  };
}

/** What an action can move, before it and now; empty until something was sent. */
function changesSince({ before, reservation, task, worker }: FormModel): NonNullable<FormOutcome['changes']> {
  if (!before) return [];
  const line = (what: string, field: string, was: Row | undefined, is: Row | undefined) => {
    const text = (row: Row | undefined) => (typeof row?.[field] === 'string' ? plain(row[field], 60) : '');
    return text(was) && text(is) ? [{ what, before: text(was), now: text(is) }] : [];
  };
  return [
    ...line('Reservation', 'reservation_status', before.reservation, reservation),
    ...line('Task', 'assignment_status', before.task, task),
    ...line('Worker’s activity', 'activity_name', before.worker, worker),
  ];
}

function reservationHead(model: FormModel): FormState['reservation'] {
  const reservation = readRow(resources.taskReservations, model.reservation);
  const task = model.task && readRow(resources.tasks, model.task);
  const workflow = model.workflow && readRow(resources.workflows, model.workflow);
  const createdAt = reservation?.date_created?.getTime();
  const timeout = workflow?.task_reservation_timeout;
  return {
    sid: model.reservation.sid,
    status: plain(reservation?.reservation_status ?? 'unknown', 30),
    worker: plain(reservation?.worker_name ?? reservation?.worker_sid ?? 'unknown worker'),
    task: plain((task && taskTitle(task.attributes)) ?? reservation?.task_sid ?? '', 60),
    queue: [task?.task_queue_friendly_name ?? '', task?.task_channel_unique_name ?? '']
      .map((part) => plain(part, 60))
      .filter(Boolean)
      .join(' · '),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(createdAt !== undefined && timeout && reservation?.reservation_status === 'pending'
      ? { expiresAt: createdAt + timeout * 1000 }
      : {}),
  };
}

export function warningsOf({ fields }: Instruction, values: FormValues): FormState['warnings'] {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.key];
      const warning = typeof value === 'string' ? warningFor(field, value) : undefined;
      return warning ? [[field.key, warning]] : [];
    }),
  );
}

function unavailableIn(
  instruction: Instruction,
  { account }: FormModel,
  situation: InstructionContext,
): string | undefined {
  return account.readOnly
    ? 'This account is read-only here: nothing is sent that changes something.'
    : problemsOf(instruction, {}, situation).find(({ key }) => key === undefined)?.message;
}

export function drawnInstruction(
  instruction: Instruction,
  unavailable: string | undefined,
  draw: (field: Field) => FormField,
): FormInstruction {
  return {
    name: instruction.name as InstructionName,
    title: instruction.title,
    help: instruction.help,
    ...(unavailable ? { unavailable } : {}),
    groups: groups
      .map((title) => ({
        title,
        fields: instruction.fields.filter(({ group }) => group === title).map(draw),
      }))
      .filter(({ fields }) => fields.length > 0),
  };
}

function drawnField(field: Field, model: FormModel, situation: InstructionContext): FormField {
  const { key, label, help, control, choices, unit } = field;
  const contact = field.source === 'worker-contact' ? situation.contactUri : undefined;
  const twilioDefault = contact ? `${plain(contact, 60)} (the worker’s contact_uri)` : field.twilioDefault;
  const suggestions = suggestionsFor(field, model);
  return {
    key,
    name: wireName(key),
    label,
    help,
    control,
    ...(choices ? { choices } : {}),
    ...(unit ? { unit } : {}),
    ...(twilioDefault ? { twilioDefault } : {}),
    required:
      field.required === true || (field.requiredWithoutContactUri === true && situation.contactUri === ''),
    ...(field.source === 'workers' ? { pick: 'Choose Worker…' } : {}),
    ...(suggestions.length ? { suggestions } : {}),
  };
}

function suggestionsFor(field: Field, model: FormModel): NonNullable<FormField['suggestions']> {
  switch (field.source) {
    case 'activities':
      return model.activities.flatMap((row) => {
        const { sid, friendly_name, available } = readRow(resources.activities, row);
        const name = plain(friendly_name ?? sid, 60);
        const takes = available ? 'takes tasks' : 'takes no tasks';
        return [{ value: sid, label: available === undefined ? name : `${name} (${takes})` }];
      });
    case 'workers':
      return model.workers.flatMap((row) => {
        const worker = readRow(resources.workers, row);
        if (!worker) return [];
        const told = [
          plain(worker.activity_name ?? '', 60),
          worker.attributes && !attribute(worker.attributes, 'contact_uri') ? 'no contact_uri' : '',
        ].filter(Boolean);
        const name = plain(worker.friendly_name ?? worker.sid, 60);
        return [{ value: worker.sid, label: told.length ? `${name} (${told.join(', ')})` : name }];
      });
    case 'task-call': {
      const task = model.task && readRow(resources.tasks, model.task);
      const callSid = attribute(task?.attributes, 'call_sid');
      return callSid
        ? [
            {
              value: plain(callSid, 34),
              label: 'call_sid of the task, from its attributes',
              callerData: true,
            },
          ]
        : [];
    }
    case 'caller-ids':
      return (model.callerIds ?? []).map((value) => ({ value: plain(value), label: plain(value) }));
    default:
      return [];
  }
}

/** With problems in it a request cannot be built; the preview then says so instead of showing another one. */
function previews(model: FormModel, instruction: Instruction, wrong: boolean): FormState['previews'] {
  if (wrong) return [];
  const values = withoutPasswords(chosenValues(model), '********');
  const address = addressFor(instruction, model.address, model.reservation['task_sid']);
  const request = updateReservationRequest(address, instruction, values, model.etag);
  const { origin, username } = model.account;
  const to = { origin, apiKey: isSid('ApiKey', username) };
  return snippets.map(({ name, write }) => ({ name, ...write(request, to) }));
}
