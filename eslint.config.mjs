import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** The rooms: nothing outside extension/ knows VS Code, taskrouter/ knows nothing at all, the page knows only types. */
const room = (files, ...patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});
const vscode = { group: ['vscode'], message: 'Only src/extension/ may import vscode.' };
const zod = {
  group: ['zod'],
  message: 'What is read with each row is checked without zod, which is slow to load.',
};
const noRoom = (...names) => ({
  regex: `/(${names.join('|')})/`,
  message: 'See CONTRIBUTING: this folder may not import that one.',
});

/** Each element is an argument on the stack: about 120,000 of them overflow it. */
const unboundedSpread = {
  selector: 'CallExpression[callee.property.name=/^(push|unshift|splice|apply)$/] > SpreadElement',
  message: 'A list has no bound: append in a loop, or use concat.',
};

/** Files that are one table: they may be as long as it is. */
const tables = [
  'src/taskrouter/instructions.ts',
  'src/extension/contributions.ts',
  'src/extension/features/task/taskTexts.ts',
];

const outsideSimulator = [noRoom('extension', 'webview', 'explanation')];
/** Each may import those before it, and src/routing/. */
const simulatorFolders = [
  'protocol',
  'state',
  'routing',
  'faults',
  'scenarios',
  'environment',
  'api',
  'delivery',
  'server',
  'cli',
];

/** Each may import those before it. */
const extensionFolders = ['accounts', 'data', 'display', 'actions', 'features'];
const features = readdirSync(new URL('src/extension/features', import.meta.url));
const fromFolders = (...folders) => ({
  regex: `^(\\.\\./)+(${folders.join('|')})/`,
  message: `This folder may import only those before it: ${extensionFolders.join(', ')}.`,
});
const root = {
  regex: '/(extension|commandWrapper|manifest|l10n)$',
  message: 'Only the composition root may import these.',
};

const unsafeHtml = ['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
  property,
  message: 'Text goes in by textContent or value.',
}));
const notifications = [
  'showInformationMessage',
  'showWarningMessage',
  'showErrorMessage',
  'setStatusBarMessage',
  'withProgress',
];
const quickInputs = ['createQuickPick', 'createInputBox', 'showQuickPick', 'showInputBox'];
const unsafeNotifications = notifications.map((property) => ({
  property,
  message: 'Use display/notification.ts, which escapes links and icons.',
}));
const unsafeQuickInputs = quickInputs.map((property) => ({
  property,
  message: 'Use display/quickInput.ts, which escapes links and icons.',
}));

const machineTime = {
  object: 'Date',
  property: 'now',
  message:
    'Use data/clock.ts, and ClockSkew where it meets a date of TaskRouter: this machine’s clock may be wrong.',
};

export default tseslint.config(
  { ignores: ['dist', 'out', '.vscode-test', 'node_modules'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-restricted-properties': ['error', ...unsafeHtml],
    },
  },
  {
    files: ['src/**'],
    // Its lists are those of this program and of scenarios.
    ignores: ['src/simulator/**', 'src/extension/extension.ts'],
    rules: { 'no-restricted-syntax': ['error', unboundedSpread] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: tables,
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  room(
    ['src/taskrouter/**'],
    vscode,
    zod,
    noRoom('extension', 'webview', 'simulator', 'routing', 'explanation', 'query', 'workflow'),
  ),
  room(
    ['src/routing/**'],
    vscode,
    zod,
    noRoom('extension', 'webview', 'simulator', 'taskrouter', 'explanation', 'query'),
  ),
  room(['src/explanation/**'], vscode, zod, noRoom('extension', 'webview', 'simulator')),
  room(['src/query/**'], vscode, zod, noRoom('extension', 'webview', 'simulator', 'explanation')),
  room(
    ['src/workflow/**'],
    vscode,
    zod,
    noRoom('extension', 'webview', 'simulator', 'explanation', 'query', 'bulk'),
  ),
  room(
    ['src/bulk/**'],
    vscode,
    zod,
    noRoom('extension', 'webview', 'simulator', 'routing', 'explanation', 'query', 'workflow'),
  ),
  room(
    ['src/callbacks/**'],
    vscode,
    noRoom('extension', 'webview', 'simulator', 'routing', 'explanation', 'query', 'bulk'),
  ),
  room(['src/routes/**'], vscode, noRoom('extension', 'webview', 'simulator', 'query', 'bulk', 'callbacks')),
  room(['src/tools/**'], vscode, noRoom('extension', 'webview', 'simulator', 'bulk', 'callbacks', 'cli')),
  room(['src/mcp/**'], vscode, noRoom('extension', 'webview', 'bulk', 'callbacks', 'cli')),
  // Its commands read JSON files as the simulator does.
  room(['src/cli/**'], vscode, noRoom('extension', 'webview', 'explanation', 'query', 'bulk')),
  room(['src/simulator/**'], vscode, ...outsideSimulator),
  ...simulatorFolders.slice(0, -1).map((folder, i) =>
    room([`src/simulator/${folder}/**`], vscode, ...outsideSimulator, {
      // From a folder of src/simulator/, ../../routing/ is the room and not the folder.
      regex: `^\\.\\./(?!\\.\\./routing/)(\\.\\./)?(${simulatorFolders.slice(i + 1).join('|')})/|\\./simulator$`,
      message: `src/simulator/${folder} may only import the folders before it in simulatorFolders.`,
    }),
  ),
  ...extensionFolders
    .slice(0, -1)
    .map((folder, i) =>
      room([`src/extension/${folder}/**`], root, fromFolders(...extensionFolders.slice(i + 1))),
    ),
  ...features.map((feature) =>
    room([`src/extension/features/${feature}/**`], root, {
      regex: `^(\\.\\./)+(${features.filter((other) => other !== feature).join('|')})/`,
      message: 'A feature may not import another: share through a folder before features.',
    }),
  ),
  {
    files: ['src/extension/**'],
    ignores: ['display/modal', 'display/notification', 'display/quickInput', 'data/clock'].map(
      (name) => `src/extension/${name}.ts`,
    ),
    rules: {
      'no-restricted-properties': [
        'error',
        ...unsafeHtml,
        ...unsafeNotifications,
        ...unsafeQuickInputs,
        machineTime,
      ],
    },
  },
  room(['src/webview/**'], vscode, {
    regex: '/(extension|simulator|taskrouter|explanation|query|bulk|workflow|callbacks)/',
    allowTypeImports: true,
    message: 'The page imports types only.',
  }),
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
