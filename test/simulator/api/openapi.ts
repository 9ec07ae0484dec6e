import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Twilio's own descriptions of its APIs. They are fetched once, with npm, out of a package that ships them: as a
 * dependency that package would bring 272 others along.
 */
const shippedBy = '@twilio/cli-core@8.3.2';
const folder = 'package/src/services/twilio-api';
const shipped = {
  taskrouter_v1: [569_504, '6b413ca94f4bc78ecf43cddb0a1739053f81d2aaa45703a541c9288d11d45af2'],
  api_v2010: [1_865_969, '7f123267c8dd60bd5412ed723cc021f0e58d52b635e8fad41f72c4a3dda9e77e'],
  monitor_v1: [45_447, '04a2b84e72c636b1f3e52fef25dcc7cb66f16a35e05e60ef48f6959337dff664'],
} as const;
type ApiName = keyof typeof shipped;
const cache = path.resolve(import.meta.dirname, '../../../.vscode-test/openapi');

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Examples {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Examples>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly headers?: Readonly<Record<string, unknown>>; readonly content?: Record<string, Examples> }
    >
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const fileOf = (name: ApiName) => path.join(cache, `twilio_${name}.json`);

function described(name: ApiName): Description {
  const file = fileOf(name);
  const [bytes, sha256] = shipped[name];
  if (!existsSync(file)) fetchAll();
  const text = readFileSync(file);
  const found = createHash('sha256').update(text).digest('hex');
  if (text.length !== bytes || found !== sha256) {
    rmSync(file);
    throw new Error(`${shippedBy} ships another description: ${text.length} bytes, SHA-256 ${found}.`);
  }
  return JSON.parse(text.toString()) as Description;
}

function fetchAll(): void {
  console.error(`Fetching ${shippedBy} (0.7 MB) for Twilio’s OpenAPI descriptions …`);
  mkdirSync(cache, { recursive: true });
  const npm = spawnSync('npm', ['pack', shippedBy, '--silent', '--pack-destination', cache], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0)
    throw new Error(`npm could not fetch ${shippedBy}: ${npm.stderr || npm.error?.message}`);
  const tarball = path.join(cache, npm.stdout.trim().split('\n').at(-1)!);
  const content = gunzipSync(readFileSync(tarball));
  rmSync(tarball);
  for (const name of Object.keys(shipped) as ApiName[]) {
    const file = fileOf(name);
    writeFileSync(file, entryOf(content, `${folder}/${path.basename(file)}`));
    console.error(`Kept ${path.relative(process.cwd(), file)}.`);
  }
}

/** One file out of a tar archive: blocks of 512 bytes, a header before each file. */
function entryOf(tar: Buffer, wanted: string): Buffer {
  const text = (at: number, length: number) => tar.toString('latin1', at, at + length).split('\0')[0]!;
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(text(at + 124, 12), 8) || 0;
    if (text(at, 100) === wanted) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + 512 * Math.ceil(size / 512);
  }
  throw new Error(`There is no ${wanted} in ${shippedBy}.`);
}

interface OpenApi {
  readonly operations: readonly Operation[];
  readonly schemas: Description['components']['schemas'];
}
const known = new Map<ApiName, OpenApi>();
export function openApi(name: ApiName = 'taskrouter_v1'): OpenApi {
  const read = known.get(name);
  if (read) return read;
  const { paths, components } = described(name);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const)
      .filter((method) => item[method])
      .map((method): Operation => ({
        ...item[method]!,
        path,
        method: method.toUpperCase() as Operation['method'],
      })),
  );
  const api = { operations, schemas: components.schemas };
  known.set(name, api);
  return api;
}

const formats: Record<string, (value: string) => boolean> = {
  'date-time': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value)),
  'date-time-rfc-2822': (value) =>
    /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/.test(value) && !Number.isNaN(Date.parse(value)),
  uri: (value) => URL.canParse(value, 'https://taskrouter.twilio.com'),
};
const typeOf = (value: unknown) =>
  Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;

/** Everything about a value that its schema does not allow. Twilio sends every field it describes, and no other. */
export function problems(
  schema: Schema,
  value: unknown,
  at = '',
  { schemas }: Pick<OpenApi, 'schemas'> = openApi(),
): string[] {
  const within = (one: Schema, inner: unknown, place: string) => problems(one, inner, place, { schemas });
  if (schema.$ref) return within(schemas[schema.$ref.split('/').at(-1)!]!, value, at);
  const { type, format, pattern, properties, items } = schema;
  const wrong = (what: string) => [
    `${at || 'the answer'}: ${what}, not ${JSON.stringify(value)?.slice(0, 60)}`,
  ];
  if (value === undefined) return wrong('must be there');
  // A schema without a type says nothing at all.
  if (value === null) return schema.nullable || !type ? [] : wrong('must not be null');
  if (schema.enum && !schema.enum.includes(value)) return wrong(`one of ${schema.enum.join(', ')}`);
  if (type && typeOf(value) !== type && !(type === 'number' && typeOf(value) === 'integer'))
    return wrong(type);
  if (typeof value === 'string') {
    if (pattern !== undefined && !new RegExp(pattern).test(value)) return wrong(pattern);
    if (value.length < (schema.minLength ?? 0) || value.length > (schema.maxLength ?? Infinity))
      return wrong('of another length');
    if (format !== undefined && formats[format] && !formats[format](value)) return wrong(format);
  }
  if (Array.isArray(value) && items) return value.flatMap((one, i) => within(items, one, `${at}[${i}]`));
  if (format === 'uri-map')
    return Object.entries(value).flatMap(([key, one]) =>
      within({ type: 'string', format: 'uri' }, one, `${at}.${key}`),
    );
  if (!properties || typeof value !== 'object') return [];
  const row = value as Record<string, unknown>;
  const unknown = Object.keys(row).filter((key) => !(key in properties));
  return [
    ...unknown.map((key) => `${at}.${key}: is not described`),
    ...Object.entries(properties).flatMap(([key, one]) => within(one, row[key], `${at}.${key}`)),
  ];
}

/** What an example has and an answer lacks; of arrays the first rows are compared. */
export function lacking(example: unknown, answer: unknown, at = ''): string[] {
  if (Array.isArray(example) && Array.isArray(answer)) {
    return example.length && answer.length ? lacking(example[0], answer[0], `${at}[]`) : [];
  }
  if (typeof example !== 'object' || example === null) return [];
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(example).flatMap(([key, one]) =>
    key in answer ? lacking(one, (answer as Record<string, unknown>)[key], `${at}.${key}`) : [`${at}.${key}`],
  );
}
