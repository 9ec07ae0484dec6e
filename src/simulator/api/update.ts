import type { Field } from '../../taskrouter/fields';
import { isEndpoint } from '../../taskrouter/fields';
import { instructions } from '../../taskrouter/instructions';
import type { Instruction, InstructionName } from '../../taskrouter/instructions';
import { inEnglish } from '../../taskrouter/message';
import { wireName } from '../../taskrouter/requests';
import { reservationStatuses } from '../../taskrouter/resources';
import {
  lacksCall,
  parameterCodes,
  unreachableSupervisorCode,
  wrongStatusCodes,
  wrongTaskCodes,
} from '../../taskrouter/errorCodes';
import { problemsOf } from '../../taskrouter/update';
import type { InstructionArguments, InstructionContext, PhoneNetwork } from '../environment/phoneNetwork';
import type { AccountState } from '../state/accountState';
import type { ParameterList } from '../protocol/messages';
import { valueOf } from '../protocol/messages';
import { badRequest, HttpError } from '../protocol/httpError';
import { accept, complete, reject, wrapUp } from '../state/reservations';
import { route } from '../routing/routing';

/**
 * Updates a reservation. https://www.twilio.com/docs/taskrouter/api/reservations#update-a-taskreservation-resource
 * @throws HttpError
 */
export function updateReservation(
  account: AccountState,
  phones: PhoneNetwork,
  context: Omit<InstructionContext, 'args'>,
  body: ParameterList,
  viaWorker: boolean,
): void {
  const instruction = parseInstruction(body);
  checkStatus(instruction, context);
  const args = parseArguments(instruction, body);
  checkArguments(account, phones, instruction, { ...context, args }, viaWorker);
  const { workspace, reservation } = context;
  account.emit({ type: 'reservation.instructed', workspace, reservation });
  execute(account, phones, instruction.name as InstructionName, { ...context, args });
  route(account, workspace);
}

function parseInstruction(body: ParameterList): Instruction {
  const name = valueOf(body, 'Instruction')?.toLowerCase();
  const status = valueOf(body, 'ReservationStatus')?.toLowerCase();
  if (name !== undefined) {
    const found = instructionWith('Instruction', name);
    if (!found) throw badRequest(`Invalid instruction "${name}".`, 55555);
    return found;
  }
  if (status === undefined) throw badRequest('Missing required parameter ReservationStatus or Instruction.');
  if (!reservationStatuses.some((one) => one === status)) {
    throw badRequest(
      `Invalid ReservationStatus "${status}": must be one of ${reservationStatuses.join(', ')}.`,
    );
  }
  const found = instructionWith('ReservationStatus', status);
  if (!found) throw badRequest(`ReservationStatus "${status}" is set by TaskRouter only.`);
  return found;
}

const instructionWith = (name: string, value: string): Instruction | undefined =>
  instructions.find(({ fixed }) => fixed.some((pair) => pair[0] === name && pair[1] === value));

const isInstruction = (instruction: Instruction) => instruction.fixed[0]?.[0] === 'Instruction';

function checkStatus(instruction: Instruction, { reservation }: Omit<InstructionContext, 'args'>): void {
  if (instruction.from.includes(reservation.status)) return;
  const { sid, status } = reservation;
  if (!isInstruction(instruction)) {
    const wanted = instruction.fixed[0]![1];
    const message = `Reservation ${sid} is already in state [${status}] and cannot be updated to [${wanted}]`;
    // Another worker has accepted. https://www.twilio.com/docs/taskrouter/api/task-queue
    if (status === 'rescinded' && wanted === 'accepted') throw new HttpError(410, 20001, message);
    throw badRequest(message);
  }
  const reason =
    instruction.name === 'supervise'
      ? `Reservation ${sid} is in state [${status}].`
      : `Reservation ${sid} is not currently in a Pending state.`;
  throw badRequest(
    `Unable to execute ${instruction.title} instruction. ${reason}`,
    wrongStatusCodes[instruction.name],
  );
}

function parseArguments(instruction: Instruction, body: ParameterList): InstructionArguments {
  const values = new Map<string, string[]>();
  for (const { key } of instruction.fields) {
    const sent = body
      .filter(([name]) => name === wireName(key))
      // Twilio's older pages show `curl -d From=+1800…`, whose plus sign arrives as a space.
      .map(([, value]) => value.replace(/^ (?=\d)/, '+'));
    if (sent.length) values.set(key, sent);
  }
  return { value: (key) => values.get(key)?.[0], values: (key) => values.get(key) ?? [] };
}

function checkArguments(
  account: AccountState,
  phones: PhoneNetwork,
  instruction: Instruction,
  { workspace, task, worker, args }: InstructionContext,
  throughWorker: boolean,
): void {
  const given = Object.fromEntries(
    instruction.fields
      .map(({ key }) => [key, args.values(key)] as const)
      .filter(([, values]) => values.length)
      .map(([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  );
  const context = {
    throughWorker,
    contactUri: phones.contactOf(worker),
    multitasking: workspace.multitasking,
  };
  const problem = problemsOf(instruction, given, context)[0];
  if (problem) throw invalidParameter(instruction, problem.key, inEnglish(problem.message));

  const activity = instruction.fields.find(
    ({ key, source }) =>
      source === 'activities' && args.value(key) && !workspace.activities.get(args.value(key)),
  );
  if (activity)
    throw invalidParameter(instruction, activity.key, 'There is no such Activity in this Workspace.');

  const attributes = account.attributesOf(task);
  const { name } = instruction;
  if (lacksCall(name, attributes)) {
    throw badRequest(
      `The ${name} instruction can only be issued on a task that was created using the <Enqueue> TwiML verb.`,
      wrongTaskCodes[name],
    );
  }
  if (instruction.name === 'supervise') {
    const supervisor = args.value('supervisor')!;
    const found = workspace.workers.get(supervisor);
    if (!isEndpoint(supervisor) && (!found || phones.contactOf(found) === '')) {
      throw badRequest(
        `Supervisor ${supervisor} has no contact_uri among its attributes.`,
        unreachableSupervisorCode,
      );
    }
    if (!attributes['from'])
      throw badRequest('The task has no "from" among its attributes.', wrongTaskCodes.supervise);
  }
}

function invalidParameter(
  instruction: Instruction,
  key: Field['key'] | undefined,
  message: string,
): HttpError {
  if (key === undefined) return badRequest(message);
  return badRequest(`Invalid parameter ${wireName(key)}. ${message}`, parameterCodes[key]);
}

function execute(
  account: AccountState,
  phones: PhoneNetwork,
  name: InstructionName,
  context: InstructionContext,
): void {
  const { workspace, reservation, args } = context;
  switch (name) {
    case 'accept':
      return accept(account, workspace, reservation);
    case 'reject':
      return reject(account, workspace, reservation, args.value('workerActivitySid'));
    case 'wrapUp':
      return wrapUp(account, workspace, reservation);
    case 'complete':
      return complete(account, workspace, reservation);
    default:
      return phones[name](context);
  }
}
