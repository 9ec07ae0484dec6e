import type { Field } from '../taskrouter/fields';
import type { Instruction, InstructionName } from '../taskrouter/instructions';
import { instructionNamed, instructions } from '../taskrouter/instructions';
import type { Arguments } from '../taskrouter/update';

/**
 * How an answer to an assignment callback names instructions and their parameters: as the API does, in snake case and
 * without the name of the instruction. https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
 */

/** The instructions that a pending reservation can be answered with. */
export const answerInstructions = (instructions as readonly Instruction[])
  .filter(({ from }) => from.includes('pending'))
  .map(({ name }) => name as InstructionName);

const exceptions: Readonly<Record<string, string>> = {
  workerActivitySid: 'activity_sid',
  // One text with commas, where the API takes a repeated parameter.
  dequeueStatusCallbackEvent: 'status_callback_events',
};

/** The parameters of a conference in an answer that Twilio's error pages show; its callback page has no conference. */
const documentedOfConference = ['to', 'from', 'postWorkActivitySid'];

export const isDocumented = (instruction: Instruction, field: Field): boolean =>
  instruction.name !== 'conference' || documentedOfConference.includes(field.key);

export function answerKey({ name }: Instruction, { key }: Field): string {
  // `conferenceRecord` is not the `record` of a conference: that one is the worker's.
  const own = name !== 'conference' && key.startsWith(name) ? key.slice(name.length) : key;
  return exceptions[key] ?? own.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
}

/** The answer that gives this instruction, as JSON for an application to send. */
export function answerJson(name: InstructionName, args: Arguments): string {
  const instruction = instructionNamed(name);
  const given = instruction.fields.flatMap((field) => {
    const value = args[field.key];
    return value === undefined ? [] : [[answerKey(instruction, field), jsonValue(field, value)] as const];
  });
  return JSON.stringify({ instruction: name, ...Object.fromEntries(given) }, null, 2);
}

function jsonValue({ control }: Field, value: NonNullable<Arguments[string]>): string | number | boolean {
  if (typeof value === 'object') return value.join(',');
  const text = String(value);
  if (control === 'integer' && /^\d+$/.test(text)) return Number(text);
  return control === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : text;
}
