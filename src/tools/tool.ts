import * as z from 'zod';
import type { WithReads } from '../query/workspaceFacts';
import { isTaskRouterError } from '../taskrouter/errors';
import { ApiError } from '../taskrouter/errors';
import { MalformedSidError } from '../taskrouter/sid';
import type { ResultOptions } from './result';
import { resultText } from './result';
import { ours, quoted } from './text';
import type { Value } from './text';

/** An account as tools see it. */
export interface ToolAccount {
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
  /** Aborts when nobody wants the result any more. */
  readonly signal: AbortSignal;
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
  if (error instanceof ToolError) return error.answer;
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
