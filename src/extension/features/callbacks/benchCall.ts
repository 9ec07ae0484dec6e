import type { Assignment } from '../../../callbacks/assignment';
import type { Attempt, Delivery } from '../../../callbacks/deliver';
import type { Parameters } from '../../../taskrouter/requests';
import type { CallFilter, CallKind } from '../../../webview/callbacks/protocol';

export const callFilters = ['all', 'assignment', 'event', 'status'] as const satisfies readonly CallFilter[];

/** One callback that the bench shows. */
export type BenchCall = AssignmentCall | ReportCall;

export const kindOf = (call: BenchCall): CallKind => ('assignment' in call ? 'assignment' : call.kind);

interface SentCall {
  readonly id: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
}

/** Of an event of the workspace, or of the status of a call, a conference or a recording. */
export interface ReportCall extends SentCall {
  readonly kind: Exclude<CallKind, 'assignment'>;
  readonly attempt: Attempt;
  /** The assignment whose instruction asked for this status, where the bench has it. */
  readonly cause?: Assignment | undefined;
}

export interface AssignmentCall extends SentCall {
  readonly assignment: Assignment;
  /** Sent by the user, and not because TaskRouter made a reservation. */
  readonly isReplay: boolean;
  /** Why TaskRouter did not carry out a correct instruction. */
  readonly refusal?: string | undefined;
  /** Absent until the application has answered or failed. */
  readonly delivery?: Delivery;
}

/** The assignment that is about to be replayed, with the attributes as they are edited. */
export interface Replay {
  /** Distinguishes it from the one before. */
  readonly id: string;
  readonly assignment: Assignment;
  readonly attributes: string;
}

/** The assignment with these parameters, which an application received at this time in milliseconds since 1970. */
export function assignmentWith(parameters: Parameters, at: number): Assignment {
  const values = new Map(parameters);
  const text = (name: string) => values.get(name) ?? '';
  return {
    accountSid: text('AccountSid'),
    workspaceSid: text('WorkspaceSid'),
    workflowSid: text('WorkflowSid'),
    taskQueueSid: text('TaskQueueSid'),
    workerSid: text('WorkerSid'),
    workerAttributes: text('WorkerAttributes'),
    taskSid: text('TaskSid'),
    taskAttributes: text('TaskAttributes'),
    taskAge: Number(text('TaskAge')),
    taskPriority: Number(text('TaskPriority')),
    reservationSid: text('ReservationSid'),
    at,
  };
}

/** Control characters and others that change how text looks; joiners are part of words and emoji. */
const unseen = /(?![\u200c\u200d])[^\P{C}\n]|[\u2028\u2029]/gu;

/** JSON as people read it, with what they would not see escaped; as it is where it cannot be parsed. */
export function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2).replace(unseen, (text) =>
      // By UTF-16 units, as JSON escapes.
      text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
  } catch {
    return json;
  }
}

export const compact = (json: string): string => JSON.stringify(JSON.parse(json));
