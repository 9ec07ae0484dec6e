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
  message: 'See "Design" in the README: this room may not import that one.',
});

const outsideSimulator = [noRoom('extension', 'webview', 'client')];
/** Each may import those before it, and src/routing/. */
const simulatorFolders = [
  'protocol',
  'state',
  'routing',
  'faults',
  'scenarios',
  'environment',
  'api',
  'server',
  'cli',
];

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
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
          property,
          message: 'Text goes in by textContent or value.',
        })),
      ],
    },
  },
  room(['src/taskrouter/**'], vscode, zod, noRoom('extension', 'webview', 'simulator', 'routing')),
  room(['src/routing/**'], vscode, zod, noRoom('extension', 'webview', 'simulator', 'taskrouter')),
  room(['src/simulator/**'], vscode, ...outsideSimulator),
  ...simulatorFolders.slice(0, -1).map((folder, i) =>
    room([`src/simulator/${folder}/**`], vscode, ...outsideSimulator, {
      // From a folder of src/simulator/, ../../routing/ is the room and not the folder.
      regex: `^\\.\\./(?!\\.\\./routing/)(\\.\\./)?(${simulatorFolders.slice(i + 1).join('|')})/|\\./simulator$`,
      message: `src/simulator/${folder} may only import the folders before it in simulatorFolders.`,
    }),
  ),
  room(['src/webview/**'], vscode, {
    regex: '/(extension|simulator|taskrouter)/',
    allowTypeImports: true,
    message: 'The page imports types only.',
  }),
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
