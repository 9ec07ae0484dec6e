import assert from 'node:assert/strict';
import { maxConfigurationBytes, readConfiguration } from '../../src/routing/workflow/configuration';
import type { Filter } from '../../src/routing/workflow/configuration';

const has = (sid: string) => sid === 'WQ1' || sid === 'WQ2';
const read = (text: string) => readConfiguration(text, has);
const routing = (value: unknown) => JSON.stringify({ task_routing: value });

function rules(value: unknown) {
  const { rules, problems } = read(routing(value));
  assert.deepEqual(problems, []);
  return rules!;
}

describe('a workflow configuration', () => {
  it('is read with everything a target can have', () => {
    const { filters, defaultTarget } = rules({
      filters: [
        {
          filter_friendly_name: 'billing',
          expression: "type == 'billing'",
          targets: [
            {
              queue: 'WQ1',
              priority: '5',
              timeout: '30',
              expression: 'task.lang IN worker.langs',
              order_by: 'worker.level DESC',
              skip_if: 'workers.available == 0',
              known_worker_sid: 'task.agent.sid',
            },
            { timeout: 10, known_worker_friendly_name: 'task.agent', priority: 0 },
            { queue: 'WQ2' },
          ],
        },
      ],
      default_filter: { queue: 'WQ2', priority: 7, timeout: 'not a key here' },
    });
    const expected: Filter = {
      name: 'billing',
      expression: "type == 'billing'",
      targets: [
        {
          queue: 'WQ1',
          priority: 5,
          timeout: 30,
          expression: 'task.lang IN worker.langs',
          orderBy: 'worker.level DESC',
          skipIf: 'workers.available == 0',
          knownWorker: { by: 'sid', path: ['agent', 'sid'] },
        },
        { queue: 'WQ1', priority: 0, timeout: 10, knownWorker: { by: 'friendlyName', path: ['agent'] } },
        { queue: 'WQ2' },
      ],
    };
    assert.deepEqual(filters, [expected]);
    assert.deepEqual(defaultTarget, { queue: 'WQ2', priority: 7 });
  });

  describe('is accepted', () => {
    const targets = [{ queue: 'WQ1' }];
    const rows: [string, unknown][] = [
      ['with a default_filter alone', { default_filter: { queue: 'WQ1' } }],
      ['without default_filter', { filters: [{ expression: '1==1', targets }] }],
      [
        'with null for what is left out',
        {
          filters: [{ expression: '1==1', targets: [{ queue: 'WQ1', timeout: null, expression: '' }] }],
          default_filter: null,
        },
      ],
      ['with keys that are not known', { filters: [{ expression: '1==1', targets, color: 'red' }], x: 1 }],
      [
        'with rules that make no sense',
        {
          filters: [
            { expression: 'a HAS 1', targets: [...targets, ...targets] },
            { expression: 'a HAS 1', targets },
          ],
        },
      ],
    ];
    for (const [name, value] of rows) it(name, () => void rules(value));
  });

  describe('is refused with the position of the mistake', () => {
    /** The text between « and » is what the problem points at. */
    const rows: [marked: string, message: RegExp, path: string][] = [
      ['«[]»', /^the configuration must be an object$/, ''],
      ['«{}»', /^task_routing is missing$/, ''],
      ['{"task_routing":«[]»}', /^task_routing must be an object$/, 'task_routing'],
      ['{"task_routing":{"filters":«{}»}}', /^filters must be an array$/, 'task_routing.filters'],
      ['{"task_routing":{"filters":[«1»]}}', /^each of filters must be an object$/, 'task_routing.filters.0'],
      [
        '{"task_routing":{"filters":[«{"targets":[{"queue":"WQ1"}]}»]}}',
        /no expression$/,
        'task_routing.filters.0',
      ],
      ['{"task_routing":{"filters":[«{"expression":"1==1"}»]}}', /no targets$/, 'task_routing.filters.0'],
      [
        '{"task_routing":{"filters":[«{"expression":"1==1","targets":[]}»]}}',
        /no targets$/,
        'task_routing.filters.0',
      ],
      ['{"task_routing":{"default_filter":«{}»}}', /no queue$/, 'task_routing.default_filter'],
      [
        '{"task_routing":{"default_filter":{"queue":«"WQ9"»}}}',
        /^there is no task queue WQ9 in this workspace$/,
        'task_routing.default_filter.queue',
      ],
      [target('"queue":«5»'), /^queue must be a string$/, 'queue'],
      [target('"queue":"WQ1","timeout":«0»'), /^timeout must be a whole number from 1 to/, 'timeout'],
      [target('"queue":"WQ1","timeout":«"1.5"»'), /^timeout must be/, 'timeout'],
      [target('"queue":"WQ1","timeout":«true»'), /^timeout must be/, 'timeout'],
      [target('"queue":"WQ1","priority":«-1»'), /^priority must be a whole number from 0 to/, 'priority'],
      [target('"queue":"WQ1","priority":«2147483648»'), /^priority must be/, 'priority'],
      [
        target('"queue":"WQ1","expression":"«a» == 1"'),
        /^`a` needs the prefix task. or worker./,
        'expression',
      ],
      [target('"queue":"WQ1","skip_if":"1==«»"'), /^the expression ends/, 'skip_if'],
      [target('"queue":"WQ1","order_by":"«level»"'), /^"level" is not a clause/, 'order_by'],
      [
        target('"queue":"WQ1","known_worker_sid":«"agent"»'),
        /^"agent" must be an attribute of/,
        'known_worker_sid',
      ],
      [target('"queue":"WQ1","known_worker_sid":«"task"»'), /must be an attribute of/, 'known_worker_sid'],
      [
        '{"task_routing":{"filters":[{"expression":"1==1","targets":[«{"queue":"WQ1","known_worker_sid":"task.a","known_worker_friendly_name":"task.b"}»]}]}}',
        /not both$/,
        '',
      ],
      // Escapes take more room in the text than in the string.
      [
        target(String.raw`"queue":"WQ1","expression":"task.a == \"\u0041\\x\n\" AND «b» == 1"`),
        /^`b` needs/,
        'expression',
      ],
      ['{"task_routing":{"filters":[«,»]}}', /^the configuration is not valid JSON$/, ''],
      ['{"task_routing":{} «/* no */»}', /not valid JSON$/, ''],
    ];
    for (const [marked, message, path] of rows) {
      it(marked.replace(/^.*"targets":/, '… '), () => {
        const { problems } = read(marked.replace(/[«»]/g, ''));
        assert.ok(problems.length === 1, JSON.stringify(problems));
        const [problem] = problems;
        assert.match(problem.message, message);
        assert.ok(problem.path.join('.').endsWith(path), problem.path.join('.'));
        const start = marked.indexOf('«');
        assert.deepEqual(problem.range, { start, end: marked.indexOf('»') - 1 });
      });
    }

    it('with every mistake in it', () => {
      const filter = {
        expression: 'skill-level > 3',
        targets: [{ queue: 'WQ9', timeout: 'x' }, { priority: [] }],
      };
      const { problems } = read(routing({ filters: [filter], default_filter: { queue: 'WQ8' } }));
      assert.deepEqual(
        problems.map(({ path }) => path.slice(1).join('.')),
        [
          'filters.0.expression',
          'filters.0.targets.0.queue',
          'filters.0.targets.0.timeout',
          'filters.0.targets.1.priority',
          'default_filter.queue',
        ],
      );
    });
  });

  it('is refused when it is too large, too deep or not JSON', () => {
    const large = routing({ default_filter: { queue: 'WQ1' } });
    assert.deepEqual(read(large.padEnd(maxConfigurationBytes)).problems, []);
    assert.match(
      read(large.padEnd(maxConfigurationBytes + 1)).problems[0]!.message,
      /more than 1038576 bytes/,
    );
    const wide = routing({ default_filter: { queue: 'WQ1' }, note: 'é'.repeat(maxConfigurationBytes / 2) });
    assert.match(read(wide).problems[0]!.message, /bytes/);
    for (const text of ['', 'x', '['.repeat(100_000), '['.repeat(100_000) + ']'.repeat(100_000)]) {
      assert.equal(read(text).problems.length, 1);
    }
  });
});

/** A configuration with one target that has these members. */
function target(members: string): string {
  return `{"task_routing":{"filters":[{"expression":"1==1","targets":[{${members}}]}]}}`;
}
