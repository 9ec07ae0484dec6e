import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../src/cli/cli';

describe('taskrouter check with routing tests', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'check-routes-'));
  after(() => rmSync(folder, { recursive: true }));
  const readme = readFileSync(path.resolve(__dirname, '../../README.md'), 'utf8');
  const [, example = '', output = ''] = /\n## Routing tests\n.+?```json(.+?)```.+?```\n(.+?)```/s.exec(
    readme,
  )!;

  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  async function run(...args: readonly string[]) {
    const lines: string[] = [];
    const errors: string[] = [];
    const [print, printError] = [lines, errors].map((all) => (line: string) => void all.push(line));
    const code = await runCli(['check', ...args], {
      ...{ environment: {}, print: print!, printError: printError! },
    });
    const printed = lines
      .join('\n')
      .replaceAll(folder + path.sep, '')
      .replace(/\d+ ms/g, '1 ms');
    return { code, printed, error: errors.join('\n') };
  }

  it('passes the example of README', async () => {
    const { code, printed } = await run(file('billing.routes.json', example));
    assert.match(printed, /^ok +billing\.routes\.json: German.+\nok +.+Everything.+\n2 checked, 0 failed$/);
    assert.equal(code, 0);
  });

  it('prints what README shows of one that fails, and reports it', async () => {
    const report = path.join(folder, 'report.xml');
    const wrong = example.replace('"workers": ["Bo", "Ada"]', '"workers": ["Cy"]');
    const { code, printed } = await run(file('billing.routes.json', wrong), '--junit', report);
    assert.ok(printed.startsWith(output), printed);
    assert.equal(code, 1);
    const xml = readFileSync(report, 'utf8');
    assert.match(xml, /tests="2" failures="1" errors="0"/);
    assert.match(
      xml,
      /name="\S+billing\.routes\.json: German .+\n +<failure message="Expected workers Cy, not /,
    );
  });

  it('reads the workflow from the folder of the file, and exits with 2 if it cannot', async () => {
    const routes = JSON.parse(example) as { workflow: unknown };
    file('workflow.json', `{"name": "Billing", "configuration": ${JSON.stringify(routes.workflow)}}`);
    const text = (workflow: string) => JSON.stringify({ ...routes, workflow });
    assert.equal((await run(file('a.routes.json', text('./workflow.json')))).code, 0);
    const { code, error } = await run(file('b.routes.json', text('none.json')));
    file('wrong.json', '{"task_routing":{"filters":[{}]}}');
    const wrong = await run(file('c.routes.json', text('./wrong.json')));
    assert.equal(
      wrong.error.split('\n')[0],
      `${path.join(folder, 'wrong.json')}:1:29 task_routing.filters[0]: the filter has no expression`,
    );
    assert.match(error, /none\.json cannot be read \(ENOENT\)\.$/);
    assert.equal(code, 2);
  });
});
