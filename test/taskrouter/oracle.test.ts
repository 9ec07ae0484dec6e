import { strict as assert } from 'node:assert';
import type { Field } from '../../src/taskrouter/fields';
import { instructions } from '../../src/taskrouter/instructions';
import type { Instruction } from '../../src/taskrouter/instructions';
import { collections } from './collections';
import { sidPrefixes } from '../../src/taskrouter/sid';
import { InvalidArgumentsError, updateReservationRequest } from '../../src/taskrouter/update';
import type { Arguments } from '../../src/taskrouter/update';
import { clientOf, closeServers, json, serve, sidOf, wk, wr, ws, wt } from './loopback';
import type { Received } from './loopback';
import { at, keysRead, oracleAt } from './oracle';

const nasty = `Zoë & Co. (50% of "x" + y = z)!*'~;:@/?#[]$,\\|^€😀`;

/** Values of every kind that any field takes; each field is tried with all of these that its schema accepts. */
const pool = [
  ...Object.values(sidPrefixes).map((prefix) => sidOf(prefix, 'e')),
  'WAabcdefABCDEF01234567890123456789ab',
  ...['+15550100123', '+442071838750', 'client:zoë', 'client:a+b&c=d;e?f/g(h)', 'sip:ann@example.com'],
  'sips:ann@example.com;transport=tls?x-header=a%20b&y=1',
  ...['https://example.com', 'http://example.com/a?x=1&y=ü+z#top', "https://u:p@example.com/~a(b)!c*d'e"],
  ...['1', '2', '60', '250', '600', '999'],
  nasty,
];

const accepted = (field: Field): readonly string[] =>
  field.choices ?? pool.filter((value) => field.problemOf(value) === undefined);

/** The same value as somebody would hand it to the helper: booleans and numbers as such. */
const typed = (field: Field, value: string): string | number | boolean =>
  field.control === 'boolean' ? value === 'true' : field.control === 'integer' ? Number(value) : value;

const several = (field: Field) => (field.control === 'choices' ? [...field.choices!] : accepted(field)[0]!);

type Sent = readonly (readonly [field: Field, value: string | readonly string[]])[];

function sets(instruction: Instruction): { name: string; sent: Sent }[] {
  const required = instruction.fields.filter((field) => field.required);
  const minimal: Sent = required.map((field) => [field, accepted(field)[0]!]);
  return [
    { name: 'what it requires', sent: minimal },
    { name: 'every parameter', sent: instruction.fields.map((field) => [field, several(field)]) },
    ...instruction.fields.flatMap((field) => {
      const others = minimal.filter(([one]) => one !== field);
      const values: (string | readonly string[])[] = [...accepted(field)];
      if (field.control === 'choices') values.push([...field.choices!].reverse());
      return values.map((value) => ({
        name: `${field.key} ${String(value)}`,
        sent: [...others, [field, value]] as Sent,
      }));
    }),
  ];
}

const what = ({ method, target, headers, body }: Received) => ({
  method,
  target,
  body,
  contentType: headers['content-type'],
  accept: headers.accept,
  authorization: headers.authorization,
  ifMatch: headers['if-match'],
});

describe('requests equal those of npm twilio', () => {
  let origin: string;
  let received: Received[];
  beforeEach(async () => {
    const server = await serve((one, response, request) => {
      const segment = one.target.split('?')[0]!.split('/').at(-1)!;
      const collection = Object.values(collections).find(({ path }) => path.at(-1) === segment);
      const key = collection?.key ?? segment;
      json({ sid: wr, meta: { key }, [key]: [] })(one, response, request);
    });
    ({ origin, received } = server);
  });
  afterEach(closeServers);

  /** Runs both, and compares the two requests that arrived. */
  async function same(ours: () => Promise<unknown>, theirs: () => Promise<unknown>, name: string) {
    received.length = 0;
    await ours();
    await theirs();
    assert.equal(received.length, 2, name);
    assert.deepEqual(what(received[0]!), what(received[1]!), name);
    return received[0]!;
  }

  const parents = [
    { through: 'task', path: ['Workspaces', ws, 'Tasks', wt, 'Reservations', wr], parentSid: wt },
    { through: 'worker', path: ['Workspaces', ws, 'Workers', wk, 'Reservations', wr], parentSid: wk },
  ] as const;

  for (const { through, path, parentSid } of parents) {
    for (const instruction of instructions as readonly Instruction[]) {
      if (instruction.through === 'task' && through === 'worker') continue;
      it(`${instruction.name} through the ${through}, with every parameter and value`, async () => {
        const client = clientOf(origin);
        const theirs = at(oracleAt(origin), path);
        const fixed = Object.fromEntries(
          instruction.fixed.map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
        );
        for (const [i, { name, sent }] of sets(instruction).entries()) {
          const args: Arguments = Object.fromEntries(sent.map(([field, value]) => [field.key, value]));
          const given = Object.fromEntries(
            sent.map(([field, value]) => [
              field.key,
              // A comma-joined or bare string is not a list to the helper; we take one as a list of one.
              field.control === 'choices' ? [value].flat() : typed(field, value as string),
            ]),
          );
          const ifMatch = i % 2 ? 'W/"4"' : undefined;
          const request = updateReservationRequest(
            { workspaceSid: ws, parentSid, sid: wr },
            instruction,
            args,
            ifMatch,
          );
          const arrived = await same(
            () => client.update(request),
            () => theirs.update({ ...fixed, ...given, ...(ifMatch ? { ifMatch } : {}) }),
            `${instruction.name}, ${name}`,
          );
          const parameters = sent.flatMap(([, value]) => value).length + instruction.fixed.length;
          assert.equal(arrived.body.split('&').length, parameters, name);
        }
      });
    }
  }

  it('supervise through the worker: the helper silently drops both parameters, we refuse', async () => {
    const args = { supervisor: wk, supervisorMode: 'whisper' };
    await at(oracleAt(origin), parents[1].path).update({ instruction: 'supervise', ...args });
    assert.equal(received[0]!.body, 'Instruction=supervise');
    const supervise = instructions.find(({ name }) => name === 'supervise')!;
    assert.throws(
      () => updateReservationRequest({ workspaceSid: ws, parentSid: wk, sid: wr }, supervise, args),
      InvalidArgumentsError,
    );
  });

  for (const [name, collection] of Object.entries(collections)) {
    const sids = collection.path.map((segment) =>
      segment === 'Workspaces' ? ws : segment === 'Tasks' ? wt : segment === 'Workers' ? wk : '',
    );
    const own = sidOf(sidPrefixes[collection.noun], 'd');
    const parentSids = sids.slice(0, -1);
    const path = collection.path.flatMap((segment, i) => [segment, ...parentSids.slice(i, i + 1)]);

    it(`fetch of ${name}`, async () => {
      await same(
        () => clientOf(origin).fetch(collection, [...parentSids, own]),
        () => at(oracleAt(origin), [...path, own]).fetch(),
        name,
      );
    });

    it(`list of ${name}, with every filter`, async () => {
      const client = clientOf(origin);
      const theirs = at(oracleAt(origin), path);
      const pages = [{}, { pageSize: 1000 }, { pageSize: 50, pageToken: 'PA' + own }];
      const filters = Object.entries(collection.filters).map(([key, type]) => {
        const values =
          type === 'text'
            ? [nasty, 'true']
            : type === 'integer'
              ? [0, 7]
              : type === 'boolean'
                ? [true, false]
                : type === 'list'
                  ? [['pending'], ['pending', 'reserved', 'assigned']]
                  : type === 'date'
                    ? [new Date(Date.UTC(2026, 0, 5, 9, 8, 7)), new Date(Date.UTC(2026, 11, 31, 23, 59, 59))]
                    : [sidOf(sidPrefixes[type], '9')];
        return [key, values] as const;
      });
      const cases = [
        {},
        ...filters.flatMap(([key, values]) => values.map((value) => ({ [key]: value }))),
        Object.fromEntries(filters.map(([key, values]) => [key, values[0]])),
      ];
      for (const filter of cases) {
        for (const page of pages) {
          await same(
            () => client.list(collection, parentSids, filter, page),
            () => theirs.page({ ...filter, ...page }),
            `${name} ${JSON.stringify(filter)} ${JSON.stringify(page)}`,
          );
        }
      }
    });

    it(`list of ${name} has the filters that the helper reads, in its order`, async () => {
      const read = await keysRead((params) => at(oracleAt(origin), path).page(params));
      assert.deepEqual(
        read.filter((key) => !['pageSize', 'pageNumber', 'pageToken'].includes(key)),
        Object.keys(collection.filters),
      );
    });
  }
});
