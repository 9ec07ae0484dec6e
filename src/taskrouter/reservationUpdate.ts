import type { CalledWorker } from './calledWorker';
import { warningFor } from './fields';
import type { Instruction } from './instructions';
import type { Message } from './message';
import { message } from './message';
import type { PreparedUpdate, ResourceRef } from './preparedUpdate';
import { wireName } from './requests';
import type { ReservationAddress } from './reservation';
import { collectionOf, comparedFields, describeStatus, sidsOf, statusOf } from './reservation';
import type { Row } from './resources';
import { tasks, workers } from './resources';
import { isSid } from './sid';
import type { Arguments, InstructionContext } from './update';
import { addressFor, InvalidArgumentsError, problemsOf, updateReservationRequest } from './update';

/** What is known about a resource that a reservation mentions. Untrusted text. */
export interface KnownResource {
  readonly name?: string;
  /** A worker's `contact_uri`; empty when its attributes have none, absent when they have not been read. */
  readonly contactUri?: string;
}

export interface ReservationInstruction {
  readonly address: ReservationAddress;
  /** The reservation as the user saw it, and its ETag if that is known. */
  readonly shown: Row;
  readonly etag?: string | undefined;
  readonly instruction: Instruction;
  readonly args: Arguments;
  readonly multitasking?: boolean;
  /** By SID: the workspace, the task, the worker, a supervisor. What is missing is named by its SID. */
  readonly known?: ReadonlyMap<string, KnownResource>;
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
  const related = (collection: ResourceRef['collection'], sid: unknown) =>
    isSid(collection.noun, String(sid)) ? [{ collection, sids: [address.workspaceSid, String(sid)] }] : [];
  const { from, settlesAs, underway } = instruction;
  const isIn = (statuses: readonly string[], row: Row) => statuses.includes(statusOf(row) ?? '');
  return {
    request: updateReservationRequest(addressFor(instruction, address, taskSid), instruction, args, etag),
    subject: {
      collection: collectionOf(address),
      sids: sidsOf(address),
      shown,
      statusField: 'reservation_status',
      unchanged: comparedFields,
      related: [...related(tasks, taskSid), ...related(workers, workerSid)],
    },
    title: instruction.title,
    question: {
      text: instruction.question,
      args: {
        task: nameOf(given, taskSid) ?? message('the task'),
        worker: nameOf(given, workerSid) ?? message('the worker'),
      },
    },
    about: [nameOf(given, taskSid), nameOf(given, workerSid)].filter(Boolean).join(' → ') || address.sid,
    facts: factsOf(given),
    calls: whoIsCalled(given),
    warnings: warningsOf(given),
    risk: instruction.placesCall ? 'call' : 'routine',
    lock: address.sid,
    settled: (row) => isIn(settlesAs, row),
    isPossible: (row) => isIn(from, row),
    describe: (row, server) =>
      underway !== undefined && isIn(from, row) ? { text: underway, args: { server } } : describeStatus(row),
  };
}

/** What decides whether an instruction to this reservation can work. */
function contextOf({ shown, multitasking, known }: ReservationInstruction): InstructionContext {
  const contactUri = known?.get(String(shown['worker_sid']))?.contactUri;
  return {
    status: statusOf(shown) ?? null,
    ...(contactUri === undefined ? {} : { contactUri }),
    ...(multitasking === undefined ? {} : { multitasking }),
  };
}

function nameOf({ known, shown }: ReservationInstruction, sid: unknown): string | undefined {
  const name = known?.get(String(sid))?.name;
  if (name) return name;
  const workerName = shown['worker_name'];
  if (sid === shown['worker_sid'] && typeof workerName === 'string' && workerName) return workerName;
  return typeof sid === 'string' && sid ? sid : undefined;
}

function factsOf(given: ReservationInstruction): PreparedUpdate['facts'] {
  const { address, shown } = given;
  const named = (sid: unknown) => {
    const name = nameOf(given, sid) ?? message('unknown');
    return typeof sid === 'string' && name !== sid ? message('{name} ({sid})', { name, sid }) : name;
  };
  return [
    [message('Workspace'), named(address.workspaceSid)],
    [message('Task'), named(shown['task_sid'])],
    [message('Worker'), named(shown['worker_sid'])],
    [message('Reservation'), address.sid],
    [message('Status'), statusOf(shown) ?? message('unknown')],
  ];
}

/** Whom Twilio rings, the default included; undefined for an instruction that rings nobody. */
function whoIsCalled(given: ReservationInstruction): string | CalledWorker | undefined {
  const { address, instruction, args, known, shown } = given;
  const field = instruction.fields.find(({ source }) => source === 'worker-contact' || source === 'workers');
  if (!field || !instruction.placesCall) return undefined;
  const set = args[field.key];
  if (set !== undefined && !isSid('Worker', String(set))) return String(set);
  const sid = String(set ?? shown['worker_sid']);
  return {
    collection: workers,
    sids: [address.workspaceSid, sid],
    name:
      field.source === 'workers' ? (nameOf(given, sid) ?? message('the supervisor')) : message('the worker'),
    contactUri: known?.get(sid)?.contactUri,
  };
}

const warningsOf = ({ instruction, args }: ReservationInstruction): Message[] =>
  instruction.fields.flatMap((field) => {
    const value = args[field.key];
    const warning = typeof value === 'string' ? warningFor(field, value) : undefined;
    const parameter = wireName(field.key);
    return warning === undefined ? [] : [message('{parameter}: {problem}', { parameter, problem: warning })];
  });
