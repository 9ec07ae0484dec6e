import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explain } from '../../src/explanation/explain';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { sentence } from '../../src/tools/text';
import { inputSchema } from '../../src/tools/schema';
import { tools } from '../../src/tools/tools';
import { large } from '../../src/simulator/scenarios/builtIn/large';
import { still } from '../extension/centre';
import { factsOf } from '../explanation/simulatedFacts';
import { driverOf } from '../simulator/driver';
import { toolStage } from './stage';

type Rows = readonly Record<string, unknown>[];
const rowsIn = (answer: Record<string, unknown>) => answer['rows'] as Rows;

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe('the tools for language models', () => {
  it('are all in the skill, which names no other and begins as skills do', () => {
    const skill = read('media/skills/taskrouter/SKILL.md');
    assert.match(skill, /^---\nname: taskrouter\ndescription: .{50,1000}\n---\n/);
    const named = new Set([...skill.matchAll(/taskrouter_\w+/g)].map(([name]) => name));
    assert.deepEqual([...named].sort(), tools.map(({ name }) => name).sort());
  });

  it('give the answers that README shows', async () => {
    const stage = toolStage();
    const readme = read('README.md');
    const about = async (query: string) => {
      const task = rowsIn(await stage.answer('find_tasks', { query }))[0]!['task'];
      return {
        ...(await stage.answer('explain_task', { task })),
        ...(await stage.answer('task_timeline', { task })),
      };
    };
    const says = (one: unknown) => String((one as Record<string, unknown>)['says']);
    const [gus, rosa] = [await about('Gus Fir'), await about('Rosa Hazel')] as Record<string, unknown>[];
    const [change] = gus!['changes'] as Rows;
    const [last] = gus!['entries'] as Rows;
    for (const text of [says(gus!['headline']), says(change), says(rosa!['headline']), String(last!['what'])])
      assert.ok(readme.includes(text), text);
    stage.simulator.stop();
  });

  it('have names, descriptions and closed schemas whose properties are described', () => {
    for (const one of tools) {
      assert.match(one.name, /^taskrouter_[a-z_]+$/);
      assert.match(one.toolReferenceName, /^taskrouter[A-Z]\w+$/);
      assert.ok(one.description.length > 100 && one.description.length < 700, one.name);
      const schema = inputSchema(one) as {
        type: string;
        additionalProperties: boolean;
        properties: Record<string, { description?: string; type?: string }>;
      };
      assert.deepEqual([schema.type, schema.additionalProperties], ['object', false], one.name);
      for (const [name, property] of Object.entries(schema.properties)) {
        assert.ok(property.description ?? property.type === 'object', `${one.name}: ${name}`);
        assert.doesNotMatch(name, /url|file|path|command/i);
      }
    }
    assert.equal(new Set(tools.flatMap((one) => [one.name, one.toolReferenceName])).size, tools.length * 2);
  });

  describe('in a simulated contact center', () => {
    const stage = toolStage();
    after(() => stage.simulator.stop());
    const { ask, answer } = stage;

    it('find a task by what somebody calls it', async () => {
      const [row] = rowsIn(await answer('find_tasks', { query: 'Rosa Hazel' }));
      assert.equal(row!['title'], '⟪Rosa Hazel⟫');
      assert.match(String(row!['task']), /^WT\w{32}$/);
      assert.equal(row!['status'], 'reserved');
    });

    it('find tasks by worker, and in one workspace', async () => {
      const found = await answer('find_tasks', { query: 'worker:"Yuki"', max: 1, workspace: 'Acme' });
      assert.deepEqual(rowsIn(found)[0]!['workers'], ['⟪Yuki Tanabe⟫']);
      const all = await answer('find_tasks', { query: 'status:pending', max: 1 });
      const some = await answer('find_tasks', { query: 'status:pending workspace:clinic', max: 1 });
      assert.ok(Number(all['found']) > Number(some['found']) && Number(some['found']) > 0);
      assert.equal(all['notShown'], Number(all['found']) - 1);
    });

    it('find workers', async () => {
      const rows = rowsIn(await answer('find_workers', { query: 'Solberg' }));
      assert.deepEqual(
        rows.map(({ name, activity, available }) => ({ name, activity, available })),
        [{ name: '⟪Ingrid Solberg⟫', activity: '⟪Break⟫', available: false }],
      );
    });

    it('explain what a query lacks', async () => {
      const { text, isError } = await ask('find_tasks', { query: 'stauts:pending' });
      assert.ok(isError);
      assert.match(text, /status \(the task’s status\)/);
    });

    it('list open reservations', async () => {
      const pending = rowsIn(await answer('open_reservations'));
      assert.ok(
        pending.some((one) => one['title'] === '⟪Rosa Hazel⟫' && one['workerName'] === '⟪Yuki Tanabe⟫'),
      );
      assert.ok(pending.every((one) => one['status'] === 'pending'));
      const accepted = rowsIn(await answer('open_reservations', { status: 'accepted', workspace: 'Acme' }));
      assert.ok(accepted.length > 0 && accepted.every((one) => one['status'] === 'accepted'));
    });

    it('tell the timeline of a task', async () => {
      const [task] = rowsIn(await answer('find_tasks', { query: 'Rosa Hazel' }));
      const { entries } = await answer('task_timeline', { task: task!['task'] });
      const [first] = entries as Rows;
      assert.match(String(first!['what']), /⟪Yuki Tanabe⟫/);
    });

    it('describe a workflow', async () => {
      const listed = await answer('workflow', { workspace: 'Acme Support' });
      assert.equal((listed['workflows'] as Rows).length, 3);
      const one = await answer('workflow', { workspace: 'Acme Support', workflow: 'Inbound' });
      const [fraud] = one['filters'] as Rows;
      assert.deepEqual(fraud, {
        name: '⟪Fraud⟫',
        expression: '⟪reason == "fraud"⟫',
        targets: [{ queue: '⟪Fraud⟫', priority: 50, timeout: 3600 }],
      });
      const { text, isError } = await ask('workflow', {});
      assert.ok(isError);
      assert.match(text, /several workspaces/);
    });

    it('count their requests', async () => {
      assert.ok(Number((await answer('requests'))['madeByTools']) > 10);
    });

    it('refuse what their schema does not have, and SIDs that are none', async () => {
      for (const [name, input] of [
        ['find_tasks', { query: 'a', url: 'https://example.com' }],
        ['find_tasks', {}],
        ['explain_task', { task: '../../Accounts' }],
        ['workflow', { workspace: 7 }],
      ] as const)
        assert.ok((await ask(name, input)).isError, name);
      const { text, isError } = await ask('explain_task', { task: `WT${'0'.repeat(32)}` });
      assert.ok(isError);
      assert.match(text, /No workspace has this task/);
      assert.match((await ask('find_workers', { query: '', workspace: 'Mars' })).text, /no such workspace/);
    });
  });

  it('explain every task of a contact center as a task page does', async () => {
    const stage = toolStage();
    const clock = manualClock();
    const driver = driverOf(createSimulator({ clock, seed: 1 }));
    let explained = 0;
    for (const { sid: workspace } of await driver.list('/v1/Workspaces', 'workspaces')) {
      const root = `/v1/Workspaces/${workspace}`;
      for (const { sid: task } of await driver.list(`${root}/Tasks?PageSize=1000`, 'tasks')) {
        const { headline } = await stage.answer('explain_task', { task, workspace });
        const expected = explain(await factsOf(driver, root, task, clock.now()));
        const says = sentence(expected.headline.message)
          .parts.map(({ text, isQuoted }) => (isQuoted ? `⟪${text}⟫` : text))
          .join('');
        assert.equal((headline as Record<string, unknown>)['says'], says);
        explained++;
      }
    }
    assert.ok(explained >= 15, `${explained} tasks`);
    stage.simulator.stop();
  });

  it('prepare changes without sending anything', async () => {
    const stage = toolStage(still);
    const task = rowsIn(await stage.answer('find_tasks', { query: 'Dana' }))[0]!['task'];
    const [reservation] = rowsIn(await stage.answer('open_reservations', { workspace: 'Desk' }));
    const worker = reservation!['worker'];
    const given = { task, reservation: reservation!['reservation'], workspace: 'Desk' };
    for (const [name, input, would] of [
      ['prepare_task', { task, change: 'cancel', reason: 'Hung up' }, 'Cancel task ⟪Dana Alder⟫'],
      ['prepare_instruction', { ...given, instruction: 'accept' }, 'Accept ⟪Dana Alder⟫ for ⟪Ada Wren⟫'],
      ['prepare_activity', { worker, activity: 'break' }, 'Set the activity of ⟪Ada Wren⟫ to'],
    ] as const) {
      const answer = await stage.answer(name, input);
      assert.equal(answer['sent'], false, JSON.stringify(answer));
      assert.ok(String(answer['would']).startsWith(would), String(answer['would']));
    }
    assert.ok(stage.simulator.requests.every(({ method }) => method === 'GET'));
    stage.simulator.stop();
  });

  it('say what they did not search, and search for no longer than a model waits', async () => {
    const many = toolStage(large({ tasks: 3, workers: 2, workspaces: 51 }));
    const nobody = await many.answer('find_tasks', { query: 'zzznobody' });
    assert.deepEqual(
      [nobody['found'], nobody['isComplete'], nobody['workspacesNotSearched']],
      [0, false, 31],
    );
    const last = await many.answer('find_tasks', { query: 'workspace:"Region 51"' });
    assert.deepEqual([last['found'], last['isComplete']], [3, true]);
    assert.equal((await many.answer('open_reservations'))['workspacesNotLookedAt'], 31);
    assert.equal(((await many.answer('list_workspaces'))['workspaces'] as Rows).length, 51);
    for (const name of ['explain_task', 'task_timeline'])
      assert.match(
        (await many.ask(name, { task: `WT${'0'.repeat(32)}` })).text,
        /None of the first 50 workspaces has it/,
      );
    many.simulator.stop();
    const full = toolStage(large({ tasks: 100_000, workers: 5000, workspaces: 20 }));
    for (const query of ['zzznobody', 'status:pending', 'is:unserved']) {
      const before = full.simulator.requests.length;
      const { isComplete, workspacesNotSearched } = await full.answer('find_tasks', { query });
      assert.deepEqual([isComplete, workspacesNotSearched], [false, 19], query);
      assert.ok(full.simulator.requests.length - before < 30, query);
    }
    full.simulator.stop();
  }).timeout(60_000);

  it('ask which account is meant', async () => {
    const stage = toolStage(still, ['Production', 'Staging']);
    const { text, isError } = await stage.ask('find_tasks', { query: 'status:pending' });
    assert.ok(isError);
    assert.match(text, /several accounts.*⟪Production⟫.*⟪Staging⟫/);
    assert.equal((await stage.answer('find_tasks', { query: 'Rosa', account: 'staging' }))['found'], 1);
    assert.equal(((await stage.answer('list_workspaces'))['accounts'] as Rows).length, 2);
  });

  it('run routing tests without any request', async () => {
    const stage = toolStage(still);
    const task_routing = {
      filters: [
        {
          filter_friendly_name: 'VIP',
          expression: 'vip == true',
          targets: [{ queue: 'Gold', priority: 5 }],
        },
      ],
      default_filter: { queue: 'Everyone' },
    };
    const routes = {
      workflow: { task_routing },
      queues: { Gold: { targetWorkers: '1==1' }, Everyone: { targetWorkers: '1==1' } },
      workers: [{ name: 'Ada' }],
      tests: [
        { name: 'a VIP', task: { attributes: { vip: true } }, expect: { queue: 'Gold', offered: ['Ada'] } },
        { name: 'not VIP', task: {}, expect: { queue: 'Gold' } },
      ],
    };
    const result = await stage.answer('run_route_test', { routes });
    assert.deepEqual([result['tests'], result['failed']], [2, 1]);
    assert.match(JSON.stringify(result), /Expected queue ⟪Gold⟫, not ⟪Everyone⟫/);
    assert.match(
      (await stage.ask('run_route_test', { routes: { ...routes, queues: {} } })).text,
      /there is no queue Gold in queues/,
    );
    assert.ok(
      (await stage.ask('run_route_test', { routes: { ...routes, workflow: '../secret.json' } })).isError,
    );
    assert.equal(stage.simulator.requests.length, 0);
  });
});
