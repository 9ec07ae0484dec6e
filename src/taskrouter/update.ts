import type { Field } from './fields';
import type { Instruction } from './instructions';
import type { Message } from './message';
import { inEnglish, message } from './message';
import { updateRequest, wireName } from './requests';
import type { TaskRouterRequest } from './requests';
import type { ReservationAddress } from './reservation';
import { collectionOf, isThroughWorker, sidsOf, throughTask } from './reservation';

/** Values for an instruction's fields. What is absent or undefined is not sent. */
export type Arguments = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Where an instruction goes: some are taken only through the task, wherever the reservation was opened. */
export function addressFor(
  instruction: Instruction,
  address: ReservationAddress,
  taskSid: unknown,
): ReservationAddress {
  return instruction.through === 'task' ? throughTask(address, taskSid) : address;
}

/** What is known about a reservation that decides whether an instruction can work. Unknown is absent. */
export interface InstructionContext {
  /** Null when the reservation was read and has no status that is a string: then nothing can be sent. */
  readonly status?: string | null;
  readonly contactUri?: string;
  readonly multitasking?: boolean;
  /** The reservation is reached through its worker, where Twilio takes two parameters fewer. */
  readonly throughWorker?: boolean;
}

/** Something that keeps an instruction from being sent. Without a key it is about the instruction itself. */
export interface Problem {
  readonly key?: string;
  readonly message: Message;
}

const valuesOf = (value: Arguments[string]): readonly string[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [String(value)];

/** Everything that is wrong with these arguments; an empty list means that they can be sent. */
export function problemsOf(
  instruction: Instruction,
  args: Arguments,
  context: InstructionContext = {},
): Problem[] {
  const problems: Problem[] = [];
  const { status } = context;
  if (status !== undefined && !instruction.from.some((from) => from === status)) {
    const rule = { text: instruction.onlyFor };
    problems.push({
      message:
        status === null
          ? message('{rule} The status of this one is unknown.', { rule })
          : message('{rule} This one is {status}.', { rule, status }),
    });
  }
  if (instruction.through === 'task' && context.throughWorker) {
    problems.push({
      message: message('{instruction} is available only through the task’s reservation.', {
        instruction: { text: instruction.title },
      }),
    });
  }
  const known = new Set(instruction.fields.map((field) => field.key));
  for (const key of Object.keys(args)) {
    if (!known.has(key) && args[key] !== undefined) {
      const args = { parameter: wireName(key), instruction: { text: instruction.title } };
      problems.push({ key, message: message('{parameter} is not a parameter of {instruction}.', args) });
    }
  }
  for (const field of instruction.fields) {
    const problem = problemOf(field, args, context);
    if (problem !== undefined) problems.push({ key: field.key, message: problem });
  }
  return problems;
}

/** In characters. Twilio documents no limit; this is longer than a useful value, and can be shown and saved. */
export const maxValueLength = 4096;

function problemOf(field: Field, args: Arguments, context: InstructionContext): Message | undefined {
  const values = valuesOf(args[field.key]);
  if (values.length === 0) {
    if (field.required) return message('Required.');
    // An unknown contact_uri is not a missing one: Twilio answers for itself then.
    if (field.requiredWithoutContactUri && context.contactUri === '') {
      return message('Required: this worker’s attributes have no contact_uri.');
    }
    return undefined;
  }
  if (values.length > 1 && field.control !== 'choices') return message('Takes one value only.');
  if (field.refusedInMultitasking && context.multitasking)
    return message('Cannot be used in a multitasking workspace.');
  for (const value of values) {
    const excess = value.length - maxValueLength;
    if (excess > 0) {
      return message('Must be at most {max} characters. Remove {excess}.', {
        max: count(maxValueLength),
        excess: count(excess),
      });
    }
    const problem = field.problemOf(value);
    if (problem !== undefined) return problem;
  }
  if (field.key === 'dequeueTimeout' && Number(values[0]) > 600 && ringsSip(args, context)) {
    return message('Must be at most 600 for a sip: address.');
  }
  return undefined;
}

const count = (characters: number) => characters.toLocaleString('en-US');

const ringsSip = (args: Arguments, context: InstructionContext) =>
  /^sips?:/.test(String(args['dequeueTo'] ?? context.contactUri ?? ''));

/** The problem, with the parameter that it is about. */
export const describeProblem = ({ key, message: problem }: Problem): Message =>
  key === undefined ? problem : message('{parameter}: {problem}', { parameter: wireName(key), problem });

/** Arguments that do not fit their instruction, before anything was sent. */
export class InvalidArgumentsError extends Error {
  override readonly name = 'InvalidArgumentsError';
  constructor(
    readonly instruction: Instruction,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map((problem) => inEnglish(describeProblem(problem))).join(' '));
  }
}

/**
 * Update a reservation with one instruction, through its task or through its worker.
 * https://www.twilio.com/docs/taskrouter/api/reservations#update-a-reservation-resource
 * @throws InvalidArgumentsError naming every problem, TypeError for a SID of the wrong kind or shape
 */
export function updateReservationRequest(
  address: ReservationAddress,
  instruction: Instruction,
  args: Arguments = {},
  ifMatch?: string,
): TaskRouterRequest {
  const throughWorker = isThroughWorker(address);
  const problems = problemsOf(instruction, args, { throughWorker });
  if (problems.length) throw new InvalidArgumentsError(instruction, problems);
  const body = [
    ...instruction.fixed,
    ...instruction.fields.flatMap((field) =>
      valuesOf(args[field.key]).map((value) => [wireName(field.key), value] as const),
    ),
  ];
  return updateRequest(collectionOf(address), sidsOf(address), body, ifMatch);
}
