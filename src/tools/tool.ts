import * as z from 'zod';
import type { WithReads } from '../query/workspaceFacts';
import { isTaskRouterError } from '../taskrouter/errors';
import { ApiError, ConnectionError } from '../taskrouter/errors';
import type { InstructionName } from '../taskrouter/instructions';
import type { PreparedUpdate, ResourceRef, ShownResource } from '../taskrouter/preparedUpdate';
import { MalformedSidError } from '../taskrouter/sid';
import type { ResultOptions } from './result';
import { resultText } from './result';
import { ours, quoted } from './text';
import type { Value } from './text';

/** An account as tools see it. */
export interface ToolAccount {
  readonly id: string;
  readonly name: string;
  readonly kind: 'twilio' | 'local' | 'simulated';
  readonly environment: string;
  readonly readOnly: boolean;
  /** Reads until the call ends. The reads wait for the request limit, and count. */
  readonly withReads: WithReads;
  /** TaskRouter's time, in milliseconds since 1970. */
  readonly now: () => number;
}

/** What a call of a tool reads from. */
export interface ToolCall {
  readonly accounts: readonly ToolAccount[];
  readonly requests: () => RequestUse;
  /** Opens a prepared change for the user, who alone can send it. Absent where nobody can. */
  readonly open?: (preparation: Preparation) => void;
  /** Aborts when nobody wants the result any more. */
  readonly signal: AbortSignal;
}

/** A change that somebody may make. */
export interface Preparation {
  readonly accountId: string;
  readonly subject: ResourceRef;
  readonly prepare: (resource: ShownResource) => PreparedUpdate;
  /** For a reservation: the instruction with the values to fill in. */
  readonly form?: {
    readonly instruction: InstructionName;
    readonly values: Readonly<Record<string, string | readonly string[]>>;
  };
}

export interface RequestUse {
  /** Requests that tools have made since they were started. */
  readonly made: number;
  /** Background requests of the last minute, and how many are allowed. Absent where there is no limit. */
  readonly lastMinute?: number;
  readonly perMinute?: number;
}

/** A tool for language models: plain data, and a function that answers. It never sends anything that changes something. */
export interface Tool {
  readonly name: string;
  /** How people name it in a chat: `#taskrouterFindTasks`. */
  readonly toolReferenceName: string;
  readonly title: string;
  /** What people read about it. */
  readonly summary: string;
  /** What models read about it. */
  readonly description: string;
  /** It prepares a change, which the user may send. */
  readonly prepares?: true;
  readonly input: z.ZodObject;
  readonly answer: (input: never, call: ToolCall) => Promise<Value>;
}

export const tool = <Input extends z.ZodObject>(
  one: Omit<Tool, 'input' | 'answer'> & {
    readonly input: Input;
    readonly answer: (input: z.infer<Input>, call: ToolCall) => Promise<Value>;
  },
): Tool => one;

/** Why a tool has no answer, for the model. */
export class ToolError extends Error {
  constructor(readonly answer: Value) {
    super('A tool has no answer.');
  }
}

/** Why a tool ends without an answer: also the request limit's reason for not sending a request. */
export const toolErrorIn = (error: unknown): ToolError | undefined =>
  [error, error instanceof ConnectionError ? error.cause : undefined].find((one) => one instanceof ToolError);

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
}

/** Checks the input of a call, and answers it. Never rejects but when nobody waits any more. */
export async function callTool(
  one: Tool,
  input: unknown,
  call: ToolCall,
  options: ResultOptions,
): Promise<ToolResult> {
  const parsed = one.input.safeParse(input ?? {});
  const failed = (answer: Value) => ({ text: resultText({ error: answer }, options), isError: true });
  if (!parsed.success) return failed(quoted(z.prettifyError(parsed.error), 600));
  try {
    const answer = await one.answer(parsed.data as never, call);
    return { text: resultText(answer, options), isError: false };
  } catch (error) {
    call.signal.throwIfAborted();
    return failed(reasonOf(error));
  }
}

/** In our words. What a server wrote is quoted; what this program did not expect is not described. */
function reasonOf(error: unknown): Value {
  const ended = toolErrorIn(error);
  if (ended) return ended.answer;
  if (error instanceof MalformedSidError)
    return ours(`TaskRouter returned a malformed SID of a ${error.noun}.`);
  if (!isTaskRouterError(error)) return ours('The tool failed. The log may say why.');
  if (error instanceof ApiError)
    return {
      reason: ours(`TaskRouter answered ${error.status}.`),
      code: error.code,
      detail: quoted(error.detail),
    };
  return ours(error.message);
}
