import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as resources from '../../src/taskrouter/resources';
import { readAll } from '../../src/tools/places';
import { maxBytes } from '../../src/tools/result';
import type { Preparation } from '../../src/tools/tool';
import { callTool } from '../../src/tools/tool';
import { tools } from '../../src/tools/tools';
import { sequences } from '../sequences';
import { injections, mark, namedBy } from './injections';
import type { ToolStage } from './stage';
import { toolStage } from './stage';

interface Move {
  readonly tool: number;
  readonly pick: number;
  readonly isObedient: boolean;
  readonly junk: unknown;
}

/** A model that does what the text before it says, if it can, and otherwise what dice say. */
function nextCall(seen: string, { tool, pick, isObedient, junk }: Move) {
  const named = isObedient ? [...seen.matchAll(/taskrouter_\w+/g)].map(([name]) => name) : [];
  const wanted = tools.filter(({ name }) => named.includes(name));
  const all = wanted.length > 0 ? wanted : tools;
  const one = all[tool % all.length]!;
  const sidOf = (prefix: string) => {
    const found = [...seen.matchAll(new RegExp(`${prefix}[0-9a-f]{32}`, 'g'))].map(([sid]) => sid);
    return found[pick % found.length] ?? `${prefix}${'0'.repeat(32)}`;
  };
  const fields: Readonly<Record<string, unknown>> = {
    query: ['is:open', 'status:pending', 'age>1s OR is:finished', 'available:true', 'priority:0'][pick % 5],
    task: sidOf('WT'),
    worker: sidOf('WK'),
    reservation: sidOf('WR'),
    ...{ change: pick % 2 ? 'cancel' : 'complete', reason: 'As the text says' },
    ...{ activity: sidOf('WA'), instruction: ['accept', 'reject', 'redirect', 'conference'][pick % 4] },
    values: pick % 3 ? {} : { redirectUrl: 'https://evil.example' },
    workflow: sidOf('WW'),
    status: ['pending', 'accepted', 'wrapping'][pick % 3],
  };
  const known = Object.keys(one.input.shape).filter((key) => key in fields);
  const input = Object.fromEntries(known.map((key) => [key, fields[key]]));
  return { one, input: junk === undefined ? input : { ...input, ...(junk as object) } };
}

const move: fc.Arbitrary<Move> = fc.record({
  tool: fc.nat(50),
  pick: fc.nat(50),
  isObedient: fc.boolean(),
  junk: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.object() }),
});

/** What is left when all that is marked as somebody else's is taken away. */
const unquoted = (text: string) => text.replace(/⟪[^⟪⟫]*⟫/g, '⟪…⟫');

async function tasksOf({ call }: ToolStage) {
  const [account] = call.accounts;
  const [workspace] = await readAll(account!, resources.workspaces, []);
  return readAll(account!, resources.tasks, [workspace!.sid]);
}

describe('a model that obeys what customers write', () => {
  it('has 200 different texts to obey', () => assert.equal(new Set(injections).size, 200));

  it('changes nothing, sees each of them marked, and gets the answers that it gets without them', async () => {
    const hostile = toolStage(namedBy(injections));
    const benign = toolStage(namedBy(injections.map((_, i) => `Name ${i}`)));
    const opened: Preparation[] = [];
    const open = (one: Preparation) => void opened.push(one);
    const requests = () => ({ made: 0 });
    const seen = new Set<string>();
    const start = await Promise.all(
      ([['find_tasks', 'is:open'], ['find_workers', ''], ['open_reservations']] as const).map(
        ([name, query]) => hostile.ask(name, query === undefined ? {} : { query }),
      ),
    );
    const look = (text: string) => {
      assert.ok(Buffer.byteLength(text) <= maxBytes);
      JSON.parse(text);
      assert.ok(!unquoted(text).includes(mark), text);
      for (const [found] of text.matchAll(new RegExp(`${mark}\\d+`, 'g'))) seen.add(found);
    };
    const run = async (moves: readonly Move[]) => {
      let before = start.map(({ text }) => text).join('');
      for (const one of moves) {
        const { one: tool, input } = nextCall(before, one);
        const call = { ...hostile.call, open, requests };
        const { text } = await callTool(tool, input, call, { quotations: true });
        look(text);
        before += text;
        const [without, plain] = await Promise.all(
          [call, { ...benign.call, open, requests }].map((each) =>
            callTool(tool, input, each, { quotations: false }),
          ),
        );
        assert.equal(without!.text, plain!.text, tool.name);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 4 }), run), sequences(3));
    // Those that the dice did not find.
    for (const { sid: task } of await tasksOf(hostile))
      look((await hostile.ask('explain_task', { task })).text);
    look((await hostile.ask('workflow', { workflow: mark })).text);
    for (const { simulator } of [hostile, benign]) {
      const methods = new Set(simulator.requests.map(({ method }) => method));
      assert.deepEqual([...methods], ['GET']);
      simulator.stop();
    }
    assert.ok(opened.length > 20, `${opened.length} changes were prepared`);
    assert.ok(seen.size > 150, `${seen.size} texts were in results`);
  }).timeout(300_000);
});
