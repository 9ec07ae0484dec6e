import * as z from 'zod';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed, instructions } from '../../../taskrouter/instructions';
import type { Field } from '../../../taskrouter/fields';
import { maxValueLength } from '../../../taskrouter/fields';
import type { Message } from '../../../taskrouter/message';
import { message } from '../../../taskrouter/message';
import { wireName } from '../../../taskrouter/requests';
import type { Memory } from '../../accounts/memory';
import type { IsCallerData } from './callerData';
import { sentences } from '../../display/sentences';
import { tooLarge, UnusableFileError } from '../../data/smallFile';
import { holdsSecret } from '../../../taskrouter/secrets';

/** Values for one instruction under a name. They only fill in a form; they send nothing. */
export interface Preset {
  readonly name: string;
  readonly instruction: InstructionName;
  /** By field key. */
  readonly values: FormValues;
}

/** Where presets are stored: as JSON that anybody may have written. */
export interface PresetSource {
  /** @throws UnusableFileError */
  read(): Promise<readonly unknown[]>;
  write(entries: readonly unknown[]): Promise<void>;
}

/** A file of a workspace folder, to be shared. */
export interface PresetFile {
  /** Its text, or undefined when there is none. @throws UnusableFileError */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** The file can be read but is not a list of presets: nothing in it is used, and it is not overwritten. */
export class PresetFileError extends UnusableFileError {
  override readonly name = 'PresetFileError';
}

const key = 'presets';
/** KiB */
export const maxFileSize = 256;
const maxPresets = 200;

const names = instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]];
const Value = z.union([
  z.string().max(maxValueLength),
  z.boolean(),
  z.number(),
  z.array(z.string().max(64)).max(32),
]);
const Entry = z.object({
  name: z.string().min(1).max(100),
  instruction: z.enum(names),
  parameters: z.record(z.string().max(64), Value),
});
const Entries = z.object({ presets: z.array(z.unknown()).max(maxPresets) });
type Entry = z.output<typeof Entry>;

/** Presets of this user, in this VS Code. */
export const presetsInMemory = (memory: Memory): PresetSource => ({
  read: () => Promise.resolve([memory.get<unknown[]>(key) ?? []].flat()),
  write: (entries) => Promise.resolve(memory.update(key, entries)),
});

/** Presets in a file, which is read as data only. */
export const presetsInFile = (file: PresetFile): PresetSource => ({
  async read() {
    const text = await file.read();
    return text === undefined ? [] : entriesIn(text);
  },
  write: (entries) => file.write(`${JSON.stringify({ presets: entries }, null, 2)}\n`),
});

function entriesIn(text: string): readonly unknown[] {
  if (text.length > maxFileSize * 1024) throw tooLarge(maxFileSize);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new PresetFileError(message('it is not JSON'));
  }
  const { data } = Entries.safeParse(parsed);
  if (!data)
    throw new PresetFileError(message('it has no list of at most {max} "presets"', { max: maxPresets }));
  return data.presets;
}

/** The presets of one source. */
export class Presets {
  constructor(private readonly source: PresetSource) {}

  /** @throws UnusableFileError */
  async of(instruction: InstructionName): Promise<readonly Preset[]> {
    return (await this.source.read())
      .flatMap((entry) => Entry.safeParse(entry).data ?? [])
      .filter((entry) => entry.instruction === instruction)
      .map(presetOf);
  }

  /** Replaces the preset of the same name and instruction, if there is one. @throws UnusableFileError */
  async save(preset: Preset): Promise<void> {
    await this.replace(preset, [entryOf(preset)]);
  }

  /** @throws UnusableFileError */
  async rename(preset: Preset, name: string): Promise<void> {
    await this.replace(preset, [entryOf({ ...preset, name })], name);
  }

  /** @throws UnusableFileError */
  async remove(preset: Preset): Promise<void> {
    await this.replace(preset, []);
  }

  /** Entries that cannot be read stay as they are, and so does the order. */
  private async replace({ name, instruction }: Preset, by: readonly Entry[], newName = name): Promise<void> {
    const entries = await this.source.read();
    const isPreset = (entry: unknown, named: string) => {
      const { data } = Entry.safeParse(entry);
      return data?.name === named && data.instruction === instruction;
    };
    const at = entries.findIndex((entry) => isPreset(entry, name));
    const replaced = entries.toSpliced(at < 0 ? entries.length : at, at < 0 ? 0 : 1, ...by);
    await this.source.write(
      replaced.filter((entry) => by.includes(entry as Entry) || !isPreset(entry, newName)),
    );
  }
}

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
        maxItems: maxPresets,
        items: {
          type: 'object',
          required: ['name', 'instruction', 'parameters'],
          additionalProperties: false,
          properties: {
            name: { type: 'string', minLength: 1, maxLength: 100 },
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
