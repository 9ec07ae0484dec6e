import type { Field } from '../../taskrouter/fields';
import { isEndpoint } from '../../taskrouter/fields';
import { instructions } from '../../taskrouter/instructions';
import type { Instruction, InstructionName } from '../../taskrouter/instructions';
import { wireName } from '../../taskrouter/requests';
import { reservationStatuses } from '../../taskrouter/resources';
import { problemsOf } from '../../taskrouter/update';
import type { Asked, Situation, Telephones } from '../environment/calls';
import type { AccountState } from '../state/accountState';
import type { ParameterList } from '../protocol/messages';
import { valueOf } from '../protocol/messages';
import { badRequest } from '../protocol/httpError';
import type { HttpError } from '../protocol/httpError';
import { accept, complete, reject, wrapUp } from '../state/reservations';
import { route } from '../routing/routing';

/** The numbers that Twilio's error dictionary gives to parameters; 20001 for every other one. */
const codes: Readonly<Record<string, number>> = {
  workerActivitySid: 40100,
  callTo: 40110,
  callFrom: 40111,
  callUrl: 40112,
  callStatusCallbackUrl: 40158,
  redirectUrl: 40120,
  redirectCallSid: 40121,
  dequeuePostWorkActivitySid: 40130,
  dequeueTo: 40131,
  dequeueFrom: 40132,
  dequeueStatusCallbackEvent: 40134,
  dequeueStatusCallbackUrl: 40157,
  to: 40137,
  from: 40138,
  postWorkActivitySid: 40139,
  statusCallback: 40159,
};

/** The numbers for a reservation in the wrong status. */
const notPending: Partial<Record<string, number>> = {
  call: 40114,
  redirect: 40123,
  dequeue: 40135,
  conference: 40136,
  supervise: 40146,
};

/**
 * Carries out an update of a reservation.
 * @throws HttpError
 */
export function updateReservation(
  account: AccountState,
  telephones: Telephones,
  situation: Omit<Situation, 'asked'>,
  body: ParameterList,
  throughWorker: boolean,
): void {
  const instruction = instructionIn(body);
  checkStatus(instruction, situation);
  const asked = argumentsIn(instruction, body);
  checkArguments(account, telephones, instruction, { ...situation, asked }, throughWorker);
  const { workspace, reservation } = situation;
  account.emit({ type: 'reservation.instructed', workspace, reservation });
  carryOut(account, telephones, instruction.name as InstructionName, { ...situation, asked });
  route(account, workspace);
}

function instructionIn(body: ParameterList): Instruction {
  const asked = valueOf(body, 'Instruction')?.toLowerCase();
  const status = valueOf(body, 'ReservationStatus');
  if (asked !== undefined) {
    const found = fixedTo('Instruction', asked);
    if (!found) throw badRequest(`Invalid instruction "${asked}".`, 55555);
    return found;
  }
  if (status === undefined) throw badRequest('Missing required parameter ReservationStatus or Instruction.');
  if (!reservationStatuses.some((one) => one === status)) {
    throw badRequest(
      `Invalid ReservationStatus "${status}": must be one of ${reservationStatuses.join(', ')}.`,
    );
  }
  const found = fixedTo('ReservationStatus', status);
  if (!found) throw badRequest(`ReservationStatus "${status}" is set by TaskRouter only.`);
  return found;
}

const fixedTo = (name: string, value: string): Instruction | undefined =>
  instructions.find(({ fixed }) => fixed.some((pair) => pair[0] === name && pair[1] === value));

const isInstruction = (instruction: Instruction) => instruction.fixed[0]?.[0] === 'Instruction';

function checkStatus(instruction: Instruction, { reservation }: Omit<Situation, 'asked'>): void {
  if (instruction.from.includes(reservation.status)) return;
  const { sid, status } = reservation;
  if (!isInstruction(instruction)) {
    const wanted = instruction.fixed[0]![1];
    throw badRequest(
      `Reservation ${sid} is already in state [${status}] and cannot be updated to [${wanted}]`,
    );
  }
  const reason =
    instruction.name === 'supervise'
      ? `Reservation ${sid} is in state [${status}].`
      : `Reservation ${sid} is not currently in a Pending state.`;
  throw badRequest(
    `Unable to execute ${instruction.title} instruction. ${reason}`,
    notPending[instruction.name],
  );
}

function argumentsIn(instruction: Instruction, body: ParameterList): Asked {
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
  telephones: Telephones,
  instruction: Instruction,
  { workspace, task, worker, asked }: Situation,
  throughWorker: boolean,
): void {
  const given = Object.fromEntries(
    instruction.fields
      .map(({ key }) => [key, asked.values(key)] as const)
      .filter(([, values]) => values.length)
      .map(([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  );
  const situation = {
    throughWorker,
    contactUri: telephones.contactOf(worker),
    multitasking: workspace.multitasking,
  };
  const problem = problemsOf(instruction, given, situation)[0];
  if (problem) throw refusalOf(instruction, problem.key, problem.message);

  const activity = instruction.fields.find(
    ({ key, source }) =>
      source === 'activities' && asked.value(key) && !workspace.activities.get(asked.value(key)),
  );
  if (activity) throw refusalOf(instruction, activity.key, 'There is no such Activity in this Workspace.');

  const attributes = account.attributesOf(task);
  if (instruction.name === 'dequeue' && !attributes['call_sid']) {
    throw badRequest(
      'The dequeue instruction can only be issued on a task that was created using the <Enqueue> TwiML verb.',
      40140,
    );
  }
  if (instruction.name === 'conference' && !attributes['call_sid'] && !attributes['outbound_to']) {
    throw badRequest(
      'The conference instruction can only be issued on a task that was created using the <Enqueue> TwiML verb.',
      40142,
    );
  }
  if (instruction.name === 'supervise') {
    const supervisor = asked.value('supervisor')!;
    const found = workspace.workers.get(supervisor);
    if (!isEndpoint(supervisor) && (!found || telephones.contactOf(found) === '')) {
      throw badRequest(`Supervisor ${supervisor} has no contact_uri among its attributes.`, 40147);
    }
    if (!attributes['from']) throw badRequest('The task has no "from" among its attributes.', 40148);
  }
}

function refusalOf(instruction: Instruction, key: Field['key'] | undefined, message: string): HttpError {
  if (key === undefined) return badRequest(message);
  return badRequest(`Invalid parameter ${wireName(key)}. ${message}`, codes[key]);
}

function carryOut(
  account: AccountState,
  telephones: Telephones,
  name: InstructionName,
  situation: Situation,
): void {
  const { workspace, reservation, asked } = situation;
  switch (name) {
    case 'accept':
      return accept(account, workspace, reservation);
    case 'reject':
      return reject(account, workspace, reservation, asked.value('workerActivitySid'));
    case 'wrapUp':
      return wrapUp(account, workspace, reservation);
    case 'complete':
      return complete(account, workspace, reservation);
    default:
      return telephones[name](situation);
  }
}
