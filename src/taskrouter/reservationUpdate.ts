import type { CalledWorker } from './calledWorker';
import { warningFor } from './fields';
import type { Instruction } from './instructions';
import type { Message } from './message';
import { message } from './message';
import type { PreparedUpdate, RelatedRef } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import { wireName } from './requests';
import type { ReservationAddress } from './reservation';
import { collectionOf, comparedFields, describeStatus, sidsOf, statusOf } from './reservation';
import type { Row } from './resources';
import { tasks, workers } from './resources';
import { isSid } from './sid';
import type { Arguments, InstructionContext } from './update';
import { describeActivity } from './workerUpdates';
import { addressFor, InvalidArgumentsError, problemsOf, updateReservationRequest } from './update';

export interface ReservationInstruction {
  readonly address: ReservationAddress;
  /** The reservation as the user saw it, and its ETag if that is known. */
  readonly shown: Row;
  readonly etag?: string | undefined;
  readonly instruction: Instruction;
  readonly args: Arguments;
  readonly multitasking?: boolean;
  /** What people call a workspace, task or worker: untrusted text; undefined when unknown. */
  readonly nameOf?: (sid: string) => string | undefined;
  /** A worker's `contact_uri`; empty when its attributes have none, undefined when they have not been read. */
  readonly contactUriOf?: (workerSid: string) => string | undefined;
}

/**
 * An instruction to a reservation, as a prepared update.
 * https://www.twilio.com/docs/taskrouter/api/reservations#update-a-reservation-resource
 * @throws InvalidArgumentsError naming every problem, TypeError for a SID of the wrong kind or shape
 */
export function prepareInstruction(given: ReservationInstruction): PreparedUpdate {
  const { address, shown, instruction, args, etag } = given;
  const { task_sid: taskSid, worker_sid: workerSid } = shown;
  const problems = problemsOf(instruction, args, contextOf(given));
  if (problems.length) throw new InvalidArgumentsError(instruction, problems);
  const { from, settlesAs } = instruction;
  const nameOf = (sid: string) => nameIn(given, sid) ?? sid;
  const resource = {
    ...{ collection: collectionOf(address), sids: sidsOf(address), shown, nameOf },
    name: [nameIn(given, taskSid), nameIn(given, workerSid)].filter(Boolean).join(' → ') || address.sid,
  };
  return prepareUpdate(resource, {
    request: updateReservationRequest(addressFor(instruction, address, taskSid), instruction, args, etag),
    title: { text: instruction.title },
    label: message('Reservation'),
    statusField: 'reservation_status',
    unchanged: comparedFields,
    from,
    settlesAs,
    related: [
      { collection: tasks, label: message('Task'), sid: taskSid },
      { collection: workers, label: message('Worker'), sid: workerSid, ...activityIn(instruction) },
    ],
    question: {
      text: instruction.question,
      args: {
        task: nameIn(given, taskSid) ?? message('the task'),
        worker: nameIn(given, workerSid) ?? message('the worker'),
      },
    },
    calls: whoIsCalled(given),
    warnings: warningsOf(given),
    risk: instruction.placesCall ? 'call' : 'routine',
    describe: (row, server) => describeAfter(instruction, row, server),
  });
}

const isIn = (statuses: readonly string[], row: Row): boolean => statuses.includes(statusOf(row) ?? '');

/** An instruction that can move the worker to another activity. */
const activityIn = ({ fields }: Instruction): Pick<RelatedRef, 'describe'> =>
  fields.some(({ key }) => key === 'workerActivitySid') ? { describe: describeActivity } : {};

/** `PreparedUpdate.describe` of an instruction. */
export const describeAfter = ({ underway, from }: Instruction, row: Row, server: Message): Message =>
  underway !== undefined && isIn(from, row) ? { text: underway, args: { server } } : describeStatus(row);

/** What decides whether an instruction to this reservation can work. */
function contextOf({ shown, multitasking, contactUriOf }: ReservationInstruction): InstructionContext {
  const contactUri = contactUriOf?.(String(shown['worker_sid']));
  return {
    status: statusOf(shown) ?? null,
    ...(contactUri === undefined ? {} : { contactUri }),
    ...(multitasking === undefined ? {} : { multitasking }),
  };
}

/** What people call a resource, or else its SID; undefined when that is missing. */
function nameIn({ nameOf, shown }: ReservationInstruction, sid: unknown): string | undefined {
  const name = nameOf?.(String(sid));
  if (name) return name;
  const workerName = shown['worker_name'];
  if (sid === shown['worker_sid'] && typeof workerName === 'string' && workerName) return workerName;
  return typeof sid === 'string' && sid ? sid : undefined;
}

/** Whom Twilio rings, the default included; undefined for an instruction that rings nobody. */
function whoIsCalled(given: ReservationInstruction): string | CalledWorker | undefined {
  const { address, instruction, args, contactUriOf, shown } = given;
  const field = instruction.fields.find(({ source }) => source === 'worker-contact' || source === 'workers');
  if (!field || !instruction.placesCall) return undefined;
  const set = args[field.key];
  if (set !== undefined && !isSid('Worker', String(set))) return String(set);
  const sid = String(set ?? shown['worker_sid']);
  return {
    collection: workers,
    sids: [address.workspaceSid, sid],
    name:
      field.source === 'workers' ? (nameIn(given, sid) ?? message('the supervisor')) : message('the worker'),
    contactUri: contactUriOf?.(sid),
  };
}

const warningsOf = ({ instruction, args }: ReservationInstruction): Message[] =>
  instruction.fields.flatMap((field) => {
    const value = args[field.key];
    const warning = typeof value === 'string' ? warningFor(field, value) : undefined;
    const parameter = wireName(field.key);
    return warning === undefined ? [] : [message('{parameter}: {problem}', { parameter, problem: warning })];
  });
