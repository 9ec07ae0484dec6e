import * as z from 'zod';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed, instructions } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import type { Memory } from '../../accounts/memory';

/** Values for one instruction under a name. They only ever fill in a form; nothing is sent by them. */
export interface Preset {
  readonly name: string;
  readonly instruction: InstructionName;
  /** By field key. */
  readonly values: FormValues;
}

/** `user`: in this VS Code. `workspace`: in a file of the folder that is open, to be shared. */
export type PresetPlace = 'user' | 'workspace';

/** The workspace's file. */
export interface PresetFile {
  /** Its text, or undefined when there is none. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** The file is there and is no list of presets: nothing in it is used, and it is not overwritten. */
export class PresetFileError extends Error {
  override readonly name = 'PresetFileError';
}

const key = 'presets';
const mostCharacters = 256 * 1024;
const mostPresets = 200;

const names = instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]];
const Value = z.union([z.string().max(4096), z.boolean(), z.number(), z.array(z.string().max(64)).max(32)]);
const Entry = z.object({
  name: z.string().min(1).max(100),
  instruction: z.enum(names),
  parameters: z.record(z.string().max(64), Value),
});
const Entries = z.object({ presets: z.array(z.unknown()).max(mostPresets) });
type Entry = z.output<typeof Entry>;

/** Presets of one user, and of the workspace if it has a file. The file is anybody's: it is read as data only. */
export class Presets {
  constructor(
    private readonly memory: Memory,
    readonly file: PresetFile | undefined,
  ) {}

  /** @throws PresetFileError */
  async of(place: PresetPlace, instruction: InstructionName): Promise<readonly Preset[]> {
    return (await this.entries(place))
      .flatMap((entry) => Entry.safeParse(entry).data ?? [])
      .filter((entry) => entry.instruction === instruction)
      .map(presetOf);
  }

  /** Replaces the preset of the same name and instruction, if there is one. @throws PresetFileError */
  async save(place: PresetPlace, preset: Preset): Promise<void> {
    await this.keep(place, preset, [entryOf(preset)]);
  }

  /** @throws PresetFileError */
  async rename(place: PresetPlace, preset: Preset, name: string): Promise<void> {
    await this.keep(place, preset, [entryOf({ ...preset, name })], name);
  }

  /** @throws PresetFileError */
  async remove(place: PresetPlace, preset: Preset): Promise<void> {
    await this.keep(place, preset, []);
  }

  /** What cannot be read stays as it is, and so does the order. */
  private async keep(place: PresetPlace, { name, instruction }: Preset, by: Entry[], newName = name) {
    const entries = await this.entries(place);
    const isIt = (entry: unknown, named: string) => {
      const { data } = Entry.safeParse(entry);
      return data?.name === named && data.instruction === instruction;
    };
    const at = entries.findIndex((entry) => isIt(entry, name));
    const kept = entries.toSpliced(at < 0 ? entries.length : at, at < 0 ? 0 : 1, ...by);
    const next = kept.filter((entry) => by.includes(entry as Entry) || !isIt(entry, newName));
    if (place === 'user') return this.memory.update(key, next);
    await this.file?.write(`${JSON.stringify({ presets: next }, null, 2)}\n`);
  }

  private async entries(place: PresetPlace): Promise<readonly unknown[]> {
    if (place === 'user') return this.memory.get<unknown[]>(key) ?? [];
    const text = await this.file?.read();
    if (text === undefined) return [];
    if (text.length > mostCharacters) throw new PresetFileError('it is larger than 256 kB');
    let parsed: unknown;
    try {
      parsed = JSON.parse(text.replace(/^\ufeff/, ''));
    } catch {
      throw new PresetFileError('it is not JSON');
    }
    const { data } = Entries.safeParse(parsed);
    if (!data) throw new PresetFileError(`it has no list of at most ${mostPresets} "presets"`);
    return data.presets;
  }
}

/** What a preset may hold: no password, and nothing that stands in the task as `isCallerData` tells. */
export function presetValues(
  instruction: Instruction,
  values: FormValues,
  isCallerData: (value: string) => boolean,
): FormValues {
  const isFit = (fieldKey: string) => {
    const field = instruction.fields.find((one) => one.key === fieldKey);
    if (!field || field.control === 'password' || field.source === 'task-call') return false;
    return ![values[fieldKey] ?? []].flat().some(isCallerData);
  };
  return Object.fromEntries(Object.entries(values).filter(([fieldKey]) => isFit(fieldKey)));
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

/** The JSON schema of the workspace's file, out of the instruction table. */
export function presetSchema(): object {
  const parameter = (field: Instruction['fields'][number]) => {
    const description = [field.label, field.help].join('. ');
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
    description: 'They fill in the form when somebody picks them; nothing is sent by them. No passwords.',
    type: 'object',
    required: ['presets'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      presets: {
        type: 'array',
        maxItems: mostPresets,
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
