import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diagnose } from '../../src/workflow/diagnostics/diagnose';
import { readDocument } from '../../src/workflow/document';
import type { WorkflowDocument } from '../../src/workflow/document';
import type { KnownWorkspace } from '../../src/workflow/known';
import { withoutTemplates } from '../../src/workflow/terraform';
import { nothingKnown } from '../../src/workflow/known';
import { sequences } from '../sequences';
import { diagnosticCases } from './diagnosticCases';
import { diagnosticsOf, filter, finish, sales, workflow, workspace } from './workflows';

const readTerraform = (text: string): WorkflowDocument => finish(readDocument(text, new Map(), 'terraform'));

const found = (text: string, known: KnownWorkspace = nothingKnown) =>
  finish(diagnose(readTerraform(text), known)).map(({ code, range }) => [
    code,
    text.slice(range.start, range.end),
  ]);

const expressionsIn = (text: string) =>
  readTerraform(text).configurations.flatMap(({ filters }) =>
    filters.flatMap(({ expression, targets }) => [
      expression?.text,
      ...targets.map((target) => target.expression?.text),
    ]),
  );

const main = `
resource "twilio_taskrouter_workspaces_workflows_v1" "main" {
  workspace_sid = twilio_taskrouter_workspaces_v1.main.sid
  friendly_name = "Main \${var.stage == "prod" ? "" : "(test)"}" # with "task_routing" = {
  /* and a comment { */
  configuration = jsonencode({
    task_routing = {
      filters = concat([], local.more)
      default_filter = { queue = local.queues["everyone"] }
    }
  })
}

locals {
  routing = {
    "task_routing" : {
      filters = [
        {
          filter_friendly_name = "Sales",
          expression = "type == 'sales' AND vip HAS true" // scalar?
          targets = [
            { queue = twilio_taskrouter_workspaces_task_queues_v1.sales.sid, timeout = var.timeout + 5 },
            { queue = "\${local.queues.support}", expression = "level > 3" }
          ]
        },
        { expression = "type == \\"support\\"", targets = [for queue in local.queues : { queue = queue }] },
        local.other_filter,
        var.with_vip ? { expression = "vip = true" } : null,
      ]
    }
  }
}

resource "twilio_taskrouter_workspaces_task_queues_v1" "sales" {
  target_workers = "skills HAS 'sales' AND"
}
`;

describe('Workflows in Terraform', () => {
  it('are read from objects', () => {
    assert.deepEqual(expressionsIn(main), [
      "type == 'sales' AND vip HAS true",
      undefined,
      'level > 3',
      'type == "support"',
    ]);
    assert.equal(readTerraform(main).configurations.length, 2);
  });

  it('have their diagnostics at their places', () => {
    assert.deepEqual(found(main), [
      ['no-default-filter', '"task_routing"'],
      ['missing-prefix', 'level'],
      ['expression-syntax', 'D'],
    ]);
  });

  it('leave alone what only Terraform can compute', () => {
    const computed = [
      'local.filters',
      'concat([{ expression = "a ==" }], var.filters)',
      '[for name in var.names : { expression = "a == ${name}" }]',
      'var.is_on ? [{ expression = "a ==" }] : []',
      '[{ expression = "a ==" }][0]',
      '[{ (var.key) = "a ==" }]',
      '[{ "${var.key}" = "a ==" }]',
      '[{ expression = "a ==" } # then\n, local.rest...]',
      'jsondecode(<<EOT\n[{ "expression": "a ==" }]\nEOT\n)',
    ];
    for (const filters of computed) {
      const text = `x = jsonencode({ task_routing = { filters = ${filters}, default_filter = { queue = "${sales}" } } })`;
      assert.deepEqual(
        found(text).filter(([code]) => code === 'expression-syntax'),
        filters.includes('rest') ? [['expression-syntax', '=']] : [],
        filters,
      );
    }
    const directives = `x = <<EOT\n${workflow([filter('a ==')]).replace('[', '[ %{ if true }')}\nEOT\n`;
    assert.deepEqual(found(directives), []);
  });

  it('are the same as in JSON', () => {
    const wraps: readonly (readonly [string, string])[] = [
      ['x = jsonencode(', ')\n'],
      ['resource "a" "b" {\n  x = <<-EOT\n', '\n    EOT\n}\n'],
    ];
    let compared = 0;
    for (const { text, known } of diagnosticCases) {
      if (/[$%#{]\{|<%|"queue": *[^"\s]|\/\//.test(text) || text.length > 100_000) continue;
      const expected = diagnosticsOf(text, known).map(({ code, range }) => [
        code,
        text.slice(range.start, range.end),
      ]);
      for (const [before, after] of wraps) {
        compared++;
        assert.deepEqual(found(before + text + after, { ...(known ?? nothingKnown) }), expected, text);
      }
    }
    assert.ok(compared > 200, String(compared));
  });

  it('get no templates from values that are inserted', () => {
    for (const text of ['${file("/etc/passwd")}', '%{ if true }', 'a $ { b', '$${x}'])
      assert.deepEqual(
        readTerraform(`x = "${withoutTemplates(text).replaceAll('"', '\\"')}"\ntarget_workers = "1==1"`)
          .targetWorkers.length,
        1,
      );
    assert.equal(withoutTemplates('${a} %{b} $c'), '$${a} %%{b} $c');
  });

  it('are read to the end whatever the file has', () => {
    const piece = fc.constantFrom(
      ...[
        '"',
        '${',
        '%{',
        '$${',
        '{',
        '}',
        '[',
        ']',
        '(',
        ')',
        '<<EOT\n',
        '\nEOT\n',
        '/*',
        '*/',
        '#',
        '\\',
        '\n',
      ],
      ...[
        'task_routing = {',
        'filters = [',
        'expression = "a =="',
        ', ',
        '= ',
        ': ',
        '"task_routing": {',
        'null',
      ],
    );
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), typed: piece, cut: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let text = `${main}\nx = <<EOT\n${workflow([filter("a == '${b}'")])}\nEOT\n`;
        for (const { at, typed, cut } of edits) {
          const place = Math.round(at * text.length);
          text = text.slice(0, place) + typed + text.slice(place + cut);
        }
        const { configurations } = readTerraform(text);
        found(text, workspace);
        for (const { filters } of configurations)
          for (const { expression } of filters)
            if (expression)
              assert.match(text.slice(expression.range.start, expression.range.end), /^"[^]*"$|^[^"]/);
      }),
      sequences(),
    );
  });

  const hostile: Readonly<Record<string, string>> = {
    'templates in templates': '"${'.repeat(100_000),
    brackets: `task_routing = ${'['.repeat(200_000)}`,
    objects: `task_routing = ${'{a='.repeat(100_000)}`,
    'comments that nothing closes': '/*'.repeat(200_000),
    'heredocs that nothing closes': '<<A\n'.repeat(100_000),
    'heredocs with a workflow': '<<A\n"task_routing"\nA\n'.repeat(20_000),
    'strings that nothing closes': '"a\n'.repeat(100_000),
    'values that only Terraform can compute': `task_routing = { filters = [${'a.b, '.repeat(100_000)}] }`,
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`take no long time with ${name}`, () => {
      const before = process.cpuUsage();
      readTerraform(text);
      assert.ok(process.cpuUsage(before).user < 5_000_000);
    });
  }
});
