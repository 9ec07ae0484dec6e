import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Activated } from './activation';
import type { Figure } from './figures';
import { kb, median, ms } from './figures';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../..');

/** What the build and the packaging read. */
const parts = ['src', 'media', 'esbuild.js', 'pack.js', 'package.json', 'tsconfig.json', '.vscodeignore'];
const papers = ['README.md', 'LICENSE', 'CHANGELOG.md'];

/** Sizes of what people install, and what activation does; built from a copy in the scratch folder. */
export async function shipped(
  tell: (text: string) => void,
  copy: string,
  activation: string,
): Promise<Figure[]> {
  tell('  building and packaging …');
  for (const part of [...parts, ...papers]) {
    const from = path.join(root, part);
    if (existsSync(from)) cpSync(from, path.join(copy, part), { recursive: true });
  }
  await run(process.execPath, ['esbuild.js', '--minify'], { cwd: copy });
  const built = (file: string) => path.join(copy, 'dist', file);
  const sized = (work: string, files: readonly string[], aim?: number): Figure => {
    const value = files.reduce((sum, file) => sum + statSync(built(file)).size, 0) / 1000;
    return { work, ours: kb(value), value, ...(aim === undefined ? {} : { aim }) };
  };
  return [
    sized('what activation loads, minified, kB', ['extension.js', ...chunksOf(built('extension.js'))], 250),
    sized('loaded at the first request, kB', ['networkFetch.js']),
    sized('loaded with the first page or sign-in, without its chunks, kB', ['lazy.js']),
    sized('the form’s script, minified, kB', ['webview/reservation.js'], 200),
    sized('loaded when the simulator is started, without its chunks, kB', ['simulator.js']),
    await vsix(copy),
    ...(await activated(tell, activation, path.join(copy, 'dist/extension.js'))),
  ];
}

/** The files with what a bundle has in common with others. */
const chunksOf = (bundle: string): string[] =>
  [...readFileSync(bundle, 'utf8').matchAll(/require\("\.\/(shared-\w+\.js)"\)/g)].map(([, file]) => file!);

/** Packaged by the project's own command. */
async function vsix(copy: string): Promise<Figure> {
  const work = 'the .vsix, kB';
  const file = path.join(copy, 'bench.vsix');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  try {
    await run(npm, ['run', 'package', '--', '--out', file], {
      cwd: copy,
      shell: process.platform === 'win32',
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return { work, ours: 'not packaged', note: (stderr ?? message).trim().slice(-200) };
  }
  const value = statSync(file).size / 1000;
  return { work, ours: kb(value), value, aim: 1000 };
}

/** In Node, with an editor that answers everything with nothing: what activation itself does and loads. */
async function activated(tell: (text: string) => void, launch: string, extension: string): Promise<Figure[]> {
  tell('  activating …');
  const found: Activated[] = [];
  for (let i = 0; i < 9; i++) {
    const { stdout } = await run(process.execPath, [launch, extension]);
    found.push(JSON.parse(stdout) as Activated);
  }
  const { modules, handles, bytes } = found[0]!;
  const of = (what: 'load' | 'loadCpu' | 'activate' | 'activateCpu') => median(found.map((one) => one[what]));
  const cpu = of('loadCpu') + of('activateCpu');
  const network = modules.filter((name) =>
    /^(https?|http2|net|tls|dgram|dns|zlib|undici)$|node-fetch/.test(name),
  );
  return [
    {
      work: 'loading the bundle and activating, CPU ms',
      ours: ms(cpu),
      value: cpu,
      aim: 15,
      note: `wall ${ms(of('load') + of('activate'))}`,
    },
    { work: '  of this activate() itself, CPU ms', ours: ms(of('activateCpu')), value: of('activateCpu') },
    {
      work: '  modules that only the network needs',
      ours: String(network.length),
      value: network.length,
      aim: 0,
      ...(network.length ? { note: network.join(', ') } : {}),
    },
    {
      work: '  timers and handles that stay',
      ours: String(handles.length),
      value: handles.length,
      note: handles.join(', '),
    },
    { work: '  everything that it loads', ours: kb(bytes / 1000), note: modules.join(', ') },
  ];
}

/** The version and name that a figure belongs to. */
export function headline(): string {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  return `${name} ${version}`;
}
