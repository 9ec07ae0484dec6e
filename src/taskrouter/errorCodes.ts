/** Twilio's error codes for the update of a reservation. https://www.twilio.com/docs/api/errors */

/** For an invalid value, by the field's key; `invalidParameterCode` for every other field. */
export const parameterCodes: Readonly<Record<string, number>> = {
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
export const invalidParameterCode = 20001;
/** The supervisor is a worker without contact_uri. */
export const unreachableSupervisorCode = 40147;

/** For a reservation in a status that the instruction does not allow, by the instruction's name. */
export const wrongStatusCodes: Partial<Record<string, number>> = {
  call: 40114,
  redirect: 40123,
  dequeue: 40135,
  conference: 40136,
  supervise: 40146,
};

/** For a task that the instruction does not allow: it was not created by <Enqueue>, or has no "from". */
export const wrongTaskCodes = { dequeue: 40140, conference: 40142, supervise: 40148 } as const;

/** Whether TaskRouter refuses the instruction because the task has no call: it was not created by <Enqueue>. */
export function lacksCall(
  instruction: string,
  taskAttributes: Readonly<Record<string, unknown>>,
): instruction is 'dequeue' | 'conference' {
  const { call_sid: caller, outbound_to: called } = taskAttributes;
  return (instruction === 'dequeue' && !caller) || (instruction === 'conference' && !caller && !called);
}

/** What an update was refused for, as far as the code says it. */
export function refusalCause(code: number | undefined): 'value' | 'status' | 'task' | undefined {
  const isOf = (codes: object) => Object.values(codes).includes(code);
  if (isOf(wrongTaskCodes)) return 'task';
  if (isOf(wrongStatusCodes)) return 'status';
  const isValue = code === invalidParameterCode || code === unreachableSupervisorCode || isOf(parameterCodes);
  return isValue ? 'value' : undefined;
}
