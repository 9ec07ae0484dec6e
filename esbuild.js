// Builds what ships into dist/, and with --tests what runs inside VS Code's extension host into out/.
// --minify for a release, --watch to rebuild on change.
const {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const flag = (name) => process.argv.includes(`--${name}`);
const minify = flag('minify');

/** A module that is imported where it is first used is a bundle of its own: activation neither reads nor runs it. */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(build) {
    build.onResolve({ filter: /\/(simulator|networkFetch|lazy|mcpServer|mcpConnections)$/ }, (args) =>
      args.kind === 'dynamic-import'
        ? { path: `./${path.basename(args.path)}.js`, external: true }
        : undefined,
    );
  },
};

/** The protocol's library checks with ajv what people enter in a server's forms. Ours has none: 130 kB. */
const noForms = {
  name: 'no-forms',
  setup(build) {
    build.onLoad({ filter: /modelcontextprotocol.sdk.*ajv-provider\.js$/ }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
    }));
  },
};

/** Left to esbuild, each of some 70 modules copies all members of the API when it is loaded: half of what activation costs. */
const oneEditor = {
  name: 'one-editor',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'editor' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'editor' }, () => ({
      contents: `export const { ${membersInUse().join(', ')} } = require('vscode');`,
    }));
  },
};

/** The members of the editor's API that the sources name; those that are types only are undefined. */
function membersInUse() {
  const files = readdirSync('src/extension', { recursive: true, withFileTypes: true });
  const sources = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(path.join(file.parentPath, file.name), 'utf8'));
  return [...new Set([...sources.join('\n').matchAll(/\bvscode\.(\w+)/g)].map(([, name]) => name))].sort();
}

/** esbuild splits only ECMAScript modules, and VS Code loads CommonJS faster: each file is converted by itself. */
const asCommonJs = {
  name: 'as-commonjs',
  setup({ initialOptions, onEnd }) {
    const { minify, sourcemap } = initialOptions;
    Object.assign(initialOptions, { format: 'esm', write: false, sourcemap: sourcemap && 'inline' });
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path: file, text } of outputFiles) {
        const { format, platform, target, supported, charset } = host;
        const { code, map } = await esbuild.transform(text, {
          ...{ format, platform, target, supported, charset, minify },
          ...{ sourcemap: Boolean(sourcemap), sourcefile: file },
        });
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, sourcemap ? `${code}//# sourceMappingURL=${path.basename(file)}.map\n` : code);
        if (sourcemap) writeFileSync(`${file}.map`, map);
      }
    });
  },
};

const common = {
  bundle: true,
  minify,
  charset: 'utf8',
  sourcemap: minify ? false : 'linked',
  metafile: true,
  // In watch mode, VS Code's task needs to see when a build starts and ends.
  logLevel: flag('watch') ? 'info' : 'warning',
  legalComments: 'none',
};

const host = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // node-fetch needs it in Node 16 only: 60 kB.
  external: ['vscode', 'mocha', 'web-streams-polyfill'],
  supported: { 'dynamic-import': false },
  // zod reads it, for which VS Code logs an error.
  define: { navigator: 'undefined' },
  // Its main file is UMD, whose imports a bundler cannot follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  plugins: [oneEditor, lazyBundles, noForms],
};

const pages = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'chrome128',
  // Each folder is a page: its script and its style.
  entryPoints: readdirSync(path.join(__dirname, 'src/webview'))
    .map((page) => [page, path.join(__dirname, 'src/webview', page)])
    .filter(([, folder]) => existsSync(path.join(folder, 'main.ts')))
    .flatMap(([out, folder]) =>
      ['main.ts', 'style.css'].map((file) => ({ in: path.join(folder, file), out })),
    ),
  outdir: 'dist/webview',
};

const builds = [
  {
    ...host,
    entryPoints: {
      networkFetch: 'src/extension/data/networkFetch.ts',
      mcpConnections: 'src/extension/features/languageModel/mcpConnections.ts',
      mcpBridge: 'src/mcp/bridge.ts',
      // The programs of the npm package; the .vsix leaves them out.
      cli: 'src/cli/main.ts',
      mcpServer: 'src/mcp/mcpServer.ts',
      'simulator-cli': 'src/simulator/cli.ts',
    },
    outdir: 'dist',
  },
  {
    ...host,
    // What several of them import is in a chunk for those, once.
    entryPoints: {
      extension: 'src/extension/extension.ts',
      lazy: 'src/extension/lazy.ts',
      simulator: 'src/simulator/simulator.ts',
    },
    splitting: true,
    chunkNames: 'shared-[hash]',
    plugins: [...host.plugins, asCommonJs],
    outdir: 'dist',
  },
  pages,
];

if (flag('tests')) {
  const files = readdirSync('test/extension', { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.host.test.ts'))
    .map((file) => path.join('test/extension', file));
  builds.push({
    ...host,
    entryPoints: ['test/extension/index.ts', ...files],
    outdir: 'out/test/extension',
    plugins: [],
    outbase: 'test/extension',
  });
}

const icons = path.dirname(require.resolve('@vscode/codicons/package.json'));

function copyIcons() {
  const from = path.join(icons, 'dist');
  mkdirSync('dist/webview', { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf'])
    copyFileSync(path.join(from, file), path.join('dist/webview', file));
}

/** The licenses of the bundled packages require that their texts are shipped with them. */
function writeNotices(metafiles) {
  const folders = new Set([icons]);
  for (const { outputs } of metafiles) {
    for (const [output, { inputs }] of Object.entries(outputs)) {
      if (!output.startsWith('dist/')) continue;
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
        if (folder && bytesInOutput > 0) folders.add(path.resolve(folder));
      }
    }
  }
  const notices = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${licenseOf(folder)}\n`;
  });
  writeFileSync('dist/ThirdPartyNotices.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
}

function licenseOf(folder) {
  const read = (file) => readFileSync(path.join(folder, file), 'utf8').trim();
  const files = readdirSync(folder);
  const licenses = files.filter((file) => /^licen[cs]e/i.test(file)).map(read);
  if (licenses.length) return licenses.join('\n\n');
  const readme = files.filter((file) => /^readme/i.test(file)).map(read);
  const [text] = /^[# ]*licen[cs]e\b[^]*/im.exec(readme[0] ?? '') ?? [];
  if (!text) throw new Error(`${folder} is bundled, but has no license.`);
  return text;
}

/** VS Code shows the texts of package.json from this file. Translators get it from npm run l10n, as this build has it. */
function writeManifestTexts() {
  const texts = [...readFileSync('package.json', 'utf8').matchAll(/"%(.+)%"/g)].map(([, text]) => text);
  const quoted = [...new Set(texts)].sort().map((text) => `  "${text}": "${text}"`);
  writeFileSync('package.nls.json', `{\n${quoted.join(',\n')}\n}\n`);
}

async function main() {
  writeManifestTexts();
  if (!flag('watch')) {
    rmSync('dist', { recursive: true, force: true });
    const results = await Promise.all(builds.map((options) => esbuild.build(options)));
    copyIcons();
    writeNotices(results.map(({ metafile }) => metafile));
    return;
  }
  copyIcons();
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('watching');
}

// For tests: what the pages are, and what is in each bundle.
module.exports = { builds, pages };

if (require.main === module)
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
