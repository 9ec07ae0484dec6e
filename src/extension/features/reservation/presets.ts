import * as z from 'zod';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed, instructions } from '../../../taskrouter/instructions';
import type { Field } from '../../../taskrouter/fields';
import { maxValueLength } from '../../../taskrouter/fields';
import type { Message } from '../../../taskrouter/message';
import { message } from '../../../taskrouter/message';
import { wireName } from '../../../taskrouter/requests';
import type { SavedKind } from '../../actions/savedItems';
import type { IsCallerData } from './callerData';
import { sentences } from '../../display/sentences';
import { entriesInFile, entriesInMemory, maxEntries, maxNameLength, NamedItems } from '../../data/namedItems';
import { holdsSecret } from '../../../taskrouter/secrets';

/** Values for one instruction under a name. They only fill in a form; they send nothing. */
export interface Preset {
  readonly name: string;
  readonly instruction: InstructionName;
  /** By field key. */
  readonly values: FormValues;
}

const names = instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]];
const Value = z.union([
  z.string().max(maxValueLength),
  z.boolean(),
  z.number(),
  z.array(z.string().max(64)).max(32),
]);
const Entry = z.object({
  name: z.string().min(1).max(maxNameLength),
  instruction: z.enum(names),
  parameters: z.record(z.string().max(64), Value),
});
type Entry = z.output<typeof Entry>;

const key = 'presets';

/** Where presets are stored, by instruction and name. */
export const presetsIn: SavedKind<Preset>['itemsIn'] = (from) =>
  new NamedItems('file' in from ? entriesInFile(from.file, key) : entriesInMemory(from.memory, key), {
    parse(entry) {
      const { data } = Entry.safeParse(entry);
      return data && presetOf(data);
    },
    entryOf,
    areSame: (one, other) => one.instruction === other.instruction,
  });

/** What of these values a preset may hold, and why it leaves out the others: by wire name, ends of sentences. */
export interface PresetContent {
  readonly values: FormValues;
  readonly leftOut: Readonly<Record<string, Message>>;
}

/** A preset is shared and used for other tasks: it holds no password, no token, and nothing of a caller. */
export function presetContent(
  instruction: Instruction,
  values: FormValues,
  isCallerData: IsCallerData,
): PresetContent {
  const fit: Record<string, FormValues[string]> = {};
  const leftOut: Record<string, Message> = {};
  for (const field of instruction.fields) {
    const value = values[field.key];
    if (value === undefined) continue;
    const why = whyLeftOut(field, value, isCallerData);
    if (why === undefined) fit[field.key] = value;
    else leftOut[wireName(field.key)] = why;
  }
  return { values: fit, leftOut };
}

function whyLeftOut(
  field: Field,
  value: FormValues[string],
  isCallerData: IsCallerData,
): Message | undefined {
  if (field.control === 'password') return message('it is a password');
  if (field.source === 'task-call') return message('it belongs to this task');
  if (typeof value !== 'string' || field.choices || field.control === 'integer') {
    // What does not fit can be anything, such as a number that was pasted into the wrong field.
    return [value].flat().some((one) => field.problemOf(one) !== undefined)
      ? message('it is not valid')
      : undefined;
  }
  if (holdsSecret(value)) return message('it contains a password or token');
  return isCallerData(value) ? message('it comes from this task') : undefined;
}

/** Parameters that the instruction does not have, and passwords, are left out. */
function presetOf({ name, instruction, parameters }: Entry): Preset {
  const values: Record<string, string | readonly string[]> = {};
  for (const field of instructionNamed(instruction).fields) {
    const wire = wireName(field.key);
    const value = Object.hasOwn(parameters, wire) ? parameters[wire] : undefined;
    if (value === undefined || field.control === 'password') continue;
    const isList = Array.isArray(value);
    if (isList !== (field.control === 'choices') || (isList && value.length === 0)) continue;
    values[field.key] = isList ? value : String(value);
  }
  return { name, instruction, values };
}

const entryOf = ({ name, instruction, values }: Preset): Entry => ({
  name,
  instruction,
  parameters: Object.fromEntries(
    Object.entries(values).map(([fieldKey, value]) => [
      wireName(fieldKey),
      typeof value === 'string' ? value : [...value],
    ]),
  ),
});

/** The JSON schema of the file, from the instruction table. */
export function presetSchema(): object {
  const parameter = (field: Instruction['fields'][number]) => {
    const description = sentences(field.label, field.help);
    if (field.control === 'choices')
      return { type: 'array', items: { enum: field.choices }, minItems: 1, uniqueItems: true, description };
    if (field.control === 'boolean') return { enum: [true, false, 'true', 'false'], description };
    if (field.control === 'integer') return { type: ['integer', 'string'], description };
    return field.choices
      ? { enum: field.choices, description }
      : { type: 'string', minLength: 1, description };
  };
  const table: readonly Instruction[] = instructions;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Presets for instructions to TaskRouter reservations',
    description: 'A preset fills in the form and sends nothing. It must not contain passwords or tokens.',
    type: 'object',
    required: ['presets'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      presets: {
        type: 'array',
        maxItems: maxEntries,
        items: {
          type: 'object',
          required: ['name', 'instruction', 'parameters'],
          additionalProperties: false,
          properties: {
            name: { type: 'string', minLength: 1, maxLength: maxNameLength },
            instruction: { enum: names },
            parameters: { type: 'object', description: 'By their names in Twilio’s API.' },
          },
          allOf: table.map(({ name, fields }) => ({
            if: { properties: { instruction: { const: name } } },
            then: {
              properties: {
                parameters: {
                  additionalProperties: false,
                  properties: Object.fromEntries(
                    fields
                      .filter(({ control }) => control !== 'password')
                      .map((field) => [wireName(field.key), parameter(field)]),
                  ),
                },
              },
            },
          })),
        },
      },
    },
  };
}
