import * as z from 'zod';
import { parseJsonFile } from '../jsonFile';
import { instructionNamed } from '../taskrouter/instructions';
import type { Message } from '../taskrouter/message';
import { inEnglish, message } from '../taskrouter/message';
import type { Parameters } from '../taskrouter/requests';
import type { Answer, AnswerProblem } from './answer';
import { readAnswer } from './answer';
import { answerJson, answerKey } from './answerKeys';
import type { Assignment } from './assignment';
import { assignmentParameters } from './assignment';
import { customerValuesIn } from '../customerValues';
import type { Placeholders } from '../placeholders';
import { placeholdersFor } from '../placeholders';

/** In the documented order. */
export const parameterNames = assignmentParameters({
  ...{
    accountSid: '',
    workspaceSid: '',
    workflowSid: '',
    taskQueueSid: '',
    workerSid: '',
    workerAttributes: '',
  },
  ...{ taskSid: '', taskAttributes: '', taskAge: 0, taskPriority: 0, reservationSid: '', at: 0 },
}).map(([name]) => name);

/** An assignment as a file in a repository, with the answer that the application is expected to give. */
export const Recording = z.strictObject({
  $schema: z.string().optional(),
  /** On this machine. */
  url: z.string().optional(),
  parameters: z.strictObject(Object.fromEntries(parameterNames.map((name) => [name, z.string()]))),
  /** JSON as the application answers; `{}` for none. */
  answer: z.record(z.string(), z.unknown()),
});
export type Recording = z.infer<typeof Recording>;

export interface RecordingOptions {
  readonly url?: string;
  /** Names, numbers and addresses in attributes, and SIDs, become placeholders, also where the answer repeats them. */
  readonly replaceCustomerValues: boolean;
}

/** An answer with an error or a misspelled key is nothing to expect. */
export const isRecordable = ({ problems }: Answer): boolean => !problems.some(isMistake);

const isMistake = ({ severity, path = '$', message: { args } }: AnswerProblem): boolean =>
  severity === 'error' || (severity === 'warning' && path !== '$' && args?.['suggestion'] !== undefined);

/** A recording of this assignment that expects this answer. It has neither a token nor a signature. */
export function recordingOf(assignment: Assignment, answer: Answer, options: RecordingOptions): Recording {
  const { inText, inJson } = options.replaceCustomerValues
    ? placeholdersFor(
        customerValuesIn(assignment.taskAttributes),
        customerValuesIn(assignment.workerAttributes),
      )
    : unchanged;
  const sent = assignmentParameters(assignment);
  // The application answers an activity of its own whatever it is sent: a placeholder would never be equal.
  const isOwnSid = (text: string) =>
    /^[A-Z]{2}[0-9a-f]{32}$/.test(text) && !sent.some(([, value]) => value.includes(text));
  const parameters = sent.map(
    ([name, value]) =>
      [
        name,
        name.endsWith('Sid') ? inText(value) : name.endsWith('Attributes') ? inJson(value) : value,
      ] as const,
  );
  const args = Object.entries(answer.args).map(
    ([key, value]) => [key, typeof value === 'string' && !isOwnSid(value) ? inText(value) : value] as const,
  );
  const expected = answer.instruction ? answerJson(answer.instruction, Object.fromEntries(args)) : '{}';
  const url = options.url === undefined ? undefined : publicUrl(options.url);
  return {
    ...(url !== undefined && { url }),
    parameters: Object.fromEntries(parameters),
    answer: JSON.parse(expected) as Recording['answer'],
  };
}

const unchanged: Placeholders = { inText: (text) => text, inJson: (json) => json };

/** Undefined where it may have a secret in it: a user, a password, or a query. */
function publicUrl(url: string): string | undefined {
  const parsed = URL.parse(url);
  return !parsed || parsed.username || parsed.password || parsed.search || parsed.hash ? undefined : url;
}

/**
 * Reads a file, whose name is for messages.
 * @throws InvalidFileError
 */
export const readRecording = (content: string, file: string): Recording =>
  parseJsonFile(content, file, Recording, (one) =>
    mistakesIn(one).map(({ path, message }) => ({
      path: pathInRecording(path),
      message: inEnglish(message),
    })),
  );

/** Where a recording has what is at this path of an answer, such as `$.from`. */
export const pathInRecording = (path: string): readonly string[] => ['answer', ...path.split('.').slice(1)];

export const parametersOf = ({ parameters }: Recording): Parameters =>
  parameterNames.map((name) => [name, parameters[name]!]);

/** The expected answer, as TaskRouter reads it. */
const expectedAnswer = (recording: Recording): Answer =>
  readAnswer(
    {
      response: {
        ...{ status: 200, headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(recording.answer),
      },
    },
    parametersOf(recording),
    false,
  );

/** What TaskRouter would not take, or not know, of the expected answer. */
export const mistakesIn = (recording: Recording): readonly AnswerDifference[] =>
  expectedAnswer(recording).problems.flatMap(({ severity, path = '$', message }) =>
    severity === 'error' || (severity === 'warning' && path !== '$') ? [{ path, message }] : [],
  );

export interface AnswerDifference {
  /** In the body, such as `$.from`. */
  readonly path: string;
  readonly message: Message;
}

/**
 * How an answer differs from the expected one, as TaskRouter reads both: the order of keys does not matter, a number is the
 * same as its text, and what TaskRouter fills in may be left out. Each error and misspelled key of the answer is a difference.
 */
export function compareAnswer(recording: Recording, answer: Answer): readonly AnswerDifference[] {
  const expected = expectedAnswer(recording);
  const errors = answer.problems.filter(isMistake).map(({ path = '$', message }) => ({ path, message }));
  if (expected.instruction !== answer.instruction)
    // An error already says why there is no instruction.
    return errors.length && !answer.instruction
      ? errors
      : [difference('$.instruction', expected.instruction, answer.instruction), ...errors];
  if (!expected.instruction) return errors;
  const instruction = instructionNamed(expected.instruction);
  const differences = instruction.fields.flatMap((field) => {
    const path = `$.${answerKey(instruction, field)}`;
    const [one, other] = [expected, answer].map(({ args }) => args[field.key]?.toString());
    return one === other || errors.some((error) => error.path === path) ? [] : [difference(path, one, other)];
  });
  return [...errors, ...differences];
}

function difference(
  path: string,
  expected: string | undefined,
  actual: string | undefined,
): AnswerDifference {
  const args = { expected: JSON.stringify(expected), actual: JSON.stringify(actual) };
  if (expected === undefined) return { path, message: message('{actual} was not expected.', args) };
  if (actual === undefined)
    return { path, message: message('Expected {expected}, but it is missing.', args) };
  return { path, message: message('Expected {expected}, not {actual}.', args) };
}
