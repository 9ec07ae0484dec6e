import { strict as assert } from 'node:assert';
import { AskTaskRouter } from '../../../../src/extension/features/task/askTaskRouter';
import type { Questions } from '../../../../src/explanation/questions';
import type { ExplanationFacts } from '../../../../src/explanation/facts';
import { questionsOf } from '../../../../src/explanation/questions';
import * as resources from '../../../../src/taskrouter/resources';
import { updateRequest } from '../../../../src/taskrouter/requests';
import { clientOf, gate, refusal, settle, silence } from '../../window';
import { center } from './center';
import type { Stage } from './taskStage';
import { stage } from './taskStage';

interface AskStage extends Stage {
  readonly asking: AskTaskRouter;
  readonly questions: Questions;
  facts(): ExplanationFacts;
  /** When each question left, in milliseconds. */
  readonly left: number[];
  /** Asks, and lets time pass until it has ended. */
  ask(questions?: Questions): Promise<void>;
  start(questions?: Questions): Promise<void>;
}

const scenario = (workers = 5) => {
  const one = center(workers, 2, 'team == "billing"');
  const [workspace] = one.workspaces;
  const target = { queue: 'Everyone', expression: 'worker.team == task.team', timeout: 3600 };
  return {
    ...one,
    workspaces: [
      {
        ...workspace!,
        workflows: [
          {
            ...workspace!.workflows[0]!,
            filters: [{ name: 'All', expression: '1==1', targets: [target] }],
          },
        ],
        tasks: workspace!.tasks.map((task) => ({
          ...task,
          attributes: { ...(task.attributes as object), team: 'billing' },
        })),
      },
    ],
  };
};

async function askStage(workers?: number): Promise<AskStage> {
  const on = await stage(scenario(workers));
  const reads = on.reads(await on.taskNamed('Rosa Hazel'));
  await reads.readForHeadline();
  await reads.readDetails();
  const facts = reads.facts();
  const names = new Map(facts.workers.map(({ sid, friendly_name: name }) => [sid, name ?? sid]));
  const asking = new AskTaskRouter({
    clock: on.clock,
    connect: (accountId) => on.accounts.connect(accountId),
    changed: () => undefined,
  });
  const questions = questionsOf(facts);
  const left: number[] = [];
  const { accountId, workspaceSid } = on;
  on.wire = (_request, pass) => {
    left.push(on.clock.now());
    return pass();
  };
  on.sent.length = 0;
  const start = (asked = questions) =>
    asking.ask({ accountId, workspaceSid, questions: asked, nameOf: (sid) => names.get(sid) ?? sid });
  return Object.assign(on, {
    asking,
    questions,
    facts: () => facts,
    left,
    start,
    async ask(asked = questions) {
      const end = start(asked);
      for (let step = 0; asking.view?.progress !== undefined || step === 0; step++) {
        assert.ok(step < 2000, 'it does not end');
        on.clock.advance(50);
        await settle();
      }
      await end;
    },
  });
}

describe('asking TaskRouter', () => {
  it('agrees with the page on a workspace that has not changed', async () => {
    const on = await askStage();
    await on.ask();
    assert.equal(on.questions.questions.length, 3);
    assert.deepEqual(
      on.asking.view!.findings.map(({ agrees, text }) => [agrees, text]),
      [
        [true, 'TaskRouter agrees on the workers of Everyone: 5, of whom 2 are available.'],
        [true, 'TaskRouter agrees on the workers who match team == "billing": 5.'],
        [true, 'TaskRouter agrees on the workers who match (team == "billing") AND (team == "billing"): 5.'],
      ],
    );
    assert.deepEqual(on.asking.view!.notes, []);
    assert.ok(on.sent.every(({ method }) => method === 'GET'));
    assert.deepEqual(
      on.sent.map(({ path }) => /RealTimeStatistics|TargetWorkersExpression/.exec(path)?.[0]),
      ['RealTimeStatistics', 'TargetWorkersExpression', 'TargetWorkersExpression'],
    );
  });

  it('names the workers on whom it differs, and says what that means', async () => {
    const on = await askStage();
    const client = clientOf(on.simulator);
    const { rows } = await client.list(resources.workers, [on.workspaceSid]);
    const moved = rows.find((row) => row['friendly_name'] === 'Worker 3')!;
    await client.update(
      updateRequest(resources.workers, [on.workspaceSid, moved.sid], [['Attributes', '{"team":"sales"}']]),
    );
    await on.ask();
    const { findings, notes } = on.asking.view!;
    assert.ok(findings.every(({ agrees }) => !agrees));
    assert.match(findings[0]!.text, /^TaskRouter counts 4 workers .* This page has 5 and 2\.$/);
    assert.match(findings[1]!.text, /^According to TaskRouter, Worker 3 \(1\) do not match team/);
    assert.match(notes[0]!, /Refresh the page and ask again/);
  });

  it('claims no agreement on a list with rows that could not be read', async () => {
    for (const spoiled of ['team == "sales"', 'team == "billing"']) {
      const on = await askStage();
      const client = clientOf(on.simulator);
      const { rows } = await client.list(resources.workers, [on.workspaceSid]);
      const [first, second] = rows;
      on.wire = async ({ url }, pass) => {
        const whole = await pass();
        if (!url.search.includes('TargetWorkersExpression')) return whole;
        const text = await new Response(whole.body as ConstructorParameters<typeof Response>[0]).text();
        const spoilt = text.replaceAll(`"sid":"${first!.sid}"`, '"sid":"nobody"');
        const fewer = spoiled.includes('sales')
          ? spoilt.replaceAll(second!.sid, `WK${'9'.repeat(32)}`)
          : spoilt;
        return { ...whole, headers: whole.headers, body: new Response(fewer).body };
      };
      await on.ask();
      const [counts, ...lists] = on.asking.view!.findings;
      assert.equal(counts!.agrees, true);
      const texts = lists.map(({ agrees, text }) => (assert.equal(agrees, false), text)).join('\n');
      assert.match(texts, /is not known: rows of its list have no valid SID \(1\)/);
      assert.doesNotMatch(texts, /do not match/);
    }
  });

  it('asks nothing while the page’s own list of workers is incomplete', async () => {
    const on = await askStage();
    const facts = on.facts();
    const incomplete = [{ part: 'workers', unreadable: 1, isCutShort: false }] as const;
    await on.ask(questionsOf({ ...facts, incomplete }));
    assert.deepEqual(on.asking.view!.findings, []);
    assert.deepEqual(on.asking.view!.notes, [
      'Everyone could not be compared. This page’s list of workers is incomplete.',
    ]);
    assert.deepEqual(on.sent, []);
  });

  it('sends no more than three requests in any second, also for lists of several pages', async () => {
    const on = await askStage(2500);
    // As if all were asked for: each of these lists has three pages.
    const all = on.questions.questions.map((one) =>
      one.kind === 'workers' ? { ...one, available: false } : one,
    );
    await on.ask({ ...on.questions, questions: [...all, ...all] });
    assert.equal(on.left.length, 2 * (1 + 3 + 3));
    for (const from of on.left)
      assert.ok(on.left.filter((at) => at >= from && at < from + 1000).length <= 3, String(on.left));
  });

  it('sends no more than three in any second when each fails at first', async () => {
    const on = await askStage();
    let count = 0;
    on.wire = (_request, pass) => {
      on.left.push(on.clock.now());
      return count++ % 3 === 2 ? pass() : Promise.resolve(refusal(503, 20503, 'Busy'));
    };
    const { random } = Math;
    Math.random = () => 0;
    try {
      await on.ask();
    } finally {
      Math.random = random;
    }
    assert.equal(on.left.length, 9);
    for (const from of on.left)
      assert.ok(on.left.filter((at) => at >= from && at < from + 1000).length <= 3, String(on.left));
  });

  it('shows its progress, and ends when it is canceled', async () => {
    const on = await askStage();
    const { open, opened } = gate();
    on.wire = async (request, pass) => {
      await Promise.race([opened, silence(request)]);
      return pass();
    };
    const end = on.start();
    await settle();
    on.clock.advance(1);
    await settle();
    assert.equal(on.asking.view!.progress, '0 of 3');
    await on.start();
    assert.equal(on.sent.length, 1, 'a second click asks nothing');
    on.asking.cancel();
    await end;
    assert.equal(on.asking.view!.progress, undefined);
    assert.deepEqual(on.asking.view!.findings, []);
    assert.match(on.asking.view!.notes[0]!, /^Canceled/);
    open();
    await on.ask();
    assert.equal(on.asking.view!.findings.length, 3, 'it can be asked again');
  });

  it('goes on where the credentials do not allow one request, and says so', async () => {
    const on = await askStage();
    on.wire = (request, pass) =>
      request.url.pathname.endsWith('Statistics')
        ? Promise.resolve(refusal(403, 20003, 'Permission Denied'))
        : pass();
    await on.ask();
    const { findings, notes } = on.asking.view!;
    assert.equal(findings.length, 2);
    assert.match(notes[0]!, /^The credentials do not allow/);
  });

  it('ends with what failed', async () => {
    const on = await askStage();
    on.wire = () => Promise.resolve(refusal(400, 20001, 'Bad expression'));
    await on.ask();
    assert.deepEqual(on.asking.view!.findings, []);
    assert.match(on.asking.view!.notes[0]!, /rejected the request/);
    assert.equal(on.sent.length, 1);
  });
});
