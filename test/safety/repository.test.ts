import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// It has no types of its own.
const { load } = createRequire(__filename)('js-yaml') as { load: (text: string) => unknown };

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(path.join(root, folder))
    .filter((name) => ending.test(name))
    .map((name) => path.posix.join(folder, name));

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly needs?: string | string[]; readonly uses?: string }>>;
}
interface Launch {
  readonly configurations: readonly {
    readonly name: string;
    readonly program?: string;
    readonly runtimeArgs?: readonly string[];
    readonly args?: readonly string[];
    readonly preLaunchTask?: string;
  }[];
}
interface Tasks {
  readonly tasks: readonly {
    readonly label: string;
    readonly script?: string;
    readonly dependsOn?: readonly string[];
  }[];
}

const { scripts, devDependencies } = JSON.parse(read('package.json')) as Manifest;
const workflows = filesIn('.github/workflows', /\.yml$/);
const { configurations } = JSON.parse(read('.vscode/launch.json')) as Launch;
const { tasks } = JSON.parse(read('.vscode/tasks.json')) as Tasks;

describe('GitHub workflows', () => {
  for (const file of [...workflows, '.github/dependabot.yml', ...filesIn('.github/ISSUE_TEMPLATE', /\.yml$/)])
    it(`${file} is YAML`, () => assert.equal(typeof load(read(file)), 'object'));

  for (const file of workflows) {
    const text = read(file);
    const { permissions, jobs } = load(text) as Workflow;

    it(`${file} runs only actions of a fixed commit, with the version beside it`, () => {
      const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action!);
      assert.ok(used.length > 0);
      for (const action of used)
        assert.match(action, /^(\.\/[\w./-]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
    });

    it(`${file} may only read by default, and uses at most one secret`, () => {
      assert.deepEqual(permissions, { contents: 'read' });
      const secrets = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
      assert.ok(
        secrets.every((name) => name === 'OVSX_PAT'),
        secrets.join(),
      );
      assert.doesNotMatch(text, /pull_request_target/);
      // What a pull request or a tag is called would become part of the script.
      for (const [, expression] of text.matchAll(/\$\{\{(.*?)\}\}/g))
        assert.doesNotMatch(expression!, /github\.(event\.|head_ref|ref_name)(?!name\b)/);
    });

    it(`${file} names jobs and files that exist`, () => {
      for (const { needs = [], uses } of Object.values(jobs)) {
        for (const job of [needs].flat()) assert.ok(job in jobs, job);
        if (uses?.startsWith('./')) assert.ok(existsSync(path.join(root, uses)), uses);
      }
    });
  }

  it('runs parts of the tests that exist, and all of them', () => {
    const named = workflows.flatMap((file) =>
      [...read(file).matchAll(/npm test -- --only (\w+)/g)].map(([, part]) => part!),
    );
    const [union] = /(?<=\bpart: )'\w+'( \| '\w+')+/.exec(read('test/run.ts'))!;
    const parts = [...union.matchAll(/\w+/g)].map(([part]) => part);
    // The build comes with those that need it.
    assert.deepEqual(new Set(named), new Set(parts.filter((part) => part !== 'build')));
  });
});

describe('documentation for contributors', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].filter((file) =>
    existsSync(path.join(root, file)),
  );
  const builtIn = new Set([
    'ci',
    'pack',
    'install',
    'exec',
    'test',
    'start',
    'run',
    'publish',
    'pkg',
    'link',
    'i',
  ]);

  for (const file of [...documents, ...workflows, '.github/pull_request_template.md', '.ci/run']) {
    it(`${file} names npm scripts that exist`, () => {
      const text = read(file);
      for (const [, name] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
        assert.ok(name! in scripts, name);
      for (const [, name] of text.matchAll(/`npm (\w+)/g)) assert.ok(builtIn.has(name!), name);
    });
  }

  it('tools have a fixed version', () => {
    for (const [name, version] of Object.entries(devDependencies))
      assert.match(version, /^(npm:\w+@)?\d+\.\d+\.\d+$/, name);
  });
});

describe('VS Code’s launch configurations and tasks', () => {
  const labels = tasks.map(({ label }) => label);

  for (const { name, program, runtimeArgs = [], args = [], preLaunchTask } of configurations) {
    it(`${name}: its files and its task exist`, () => {
      const inWorkspace = [program, ...runtimeArgs, ...args].flatMap(
        (text) => /\$\{workspaceFolder\}\/([\w./-]+)/.exec(text ?? '')?.[1] ?? [],
      );
      // What a build makes has its source.
      const sources = inWorkspace.map((file) => file.replace(/^out\/(.*)$/, '$1.ts'));
      for (const file of sources) assert.ok(existsSync(path.join(root, file)), file);
      if (preLaunchTask !== undefined) assert.ok(labels.includes(preLaunchTask), preLaunchTask);
    });
  }

  it('there is a configuration for each kind of test and for the simulator', () => {
    const names = configurations.map(({ name }) => name);
    for (const kind of [/Plain tests/, /Host tests/, /Workbench tests/, /Simulator/, /Extension/])
      assert.ok(
        names.some((name) => kind.test(name)),
        String(kind),
      );
  });

  it('tasks name scripts and tasks that exist', () => {
    for (const { script, dependsOn = [] } of tasks) {
      if (script !== undefined) assert.ok(script in scripts, script);
      for (const label of dependsOn) assert.ok(labels.includes(label), label);
    }
  });

  it('the build’s problems are found in what esbuild prints', () => {
    const task = tasks.find(({ label }) => label === 'build') as unknown as {
      problemMatcher: {
        pattern: readonly { regexp: string; file?: number; line?: number; message?: number }[];
      };
    };
    const printed = ['✘ [ERROR] Could not resolve "./nope"', '', '    src/bad.ts:1:14:'];
    const found = task.problemMatcher.pattern.map(({ regexp }, i) =>
      new RegExp(regexp, 'u').exec(printed[i]!),
    );
    assert.deepEqual(
      found.map((match) => match?.slice(1)),
      [['ERROR', 'Could not resolve "./nope"'], [], ['src/bad.ts', '1', '14']],
    );
  });
});
