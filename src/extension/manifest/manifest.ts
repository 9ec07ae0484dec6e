/** `npm run contributions`: writes `contributes` in package.json from the contributions table. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command, CommandId, SettingId } from '../contributions';
import { commands, mcpServerId, pluralOf, settings, views } from '../contributions';
import { inputSchema } from '../../tools/schema';
import { tools } from '../../tools/tools';
import { placements } from '../placements';
import { walkthroughId, walkthroughs } from './walkthrough';

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

const category = 'TaskRouter';
/** VS Code shows the translation of a text between percent signs: package.nls.LANG.json has it under the text. */
const localizable = (text: string) => `%${text}%`;
const entries = (Object.entries(commands) as [CommandId, Command][]).map(
  ([command, what]) => [command, { ...what, ...placements[command] }] as const,
);
const escaped = (id: string) => id.replaceAll('.', '\\.');

const titleItems = (view: string): MenuItem[] =>
  entries.flatMap(([command, { titles, when }]) => {
    const group = Object.entries(titles ?? {}).find(([id]) => id === view)?.[1];
    return group ? [{ command, when: [`view == ${view}`, when].filter(Boolean).join(' && '), group }] : [];
  });

/** Where the words of a row are in this context key. Not \b, which finds `read` in `read-only`. */
const hasWords = (key: string, rows: readonly string[]) =>
  rows.map((word) => `${key} =~ /(^| )(${word})( |$)/`);

const rowItems: MenuItem[] = entries.flatMap(([command, { items = [], rows = [] }]) => {
  const ofOurs = `view =~ /^(${Object.keys(views).map(escaped).join('|')})$/`;
  return items.map((group) => ({
    command,
    when: [ofOurs, ...hasWords('viewItem', rows)].join(' && '),
    group,
  }));
});

const headingItems: MenuItem[] = entries.flatMap(([command, { heading }]) =>
  (heading ? ['inline@1', '1_open@1'] : []).map((group) => ({
    command,
    when: ['view == taskrouter.workspaces', ...hasWords('viewItem', [heading!])].join(' && '),
    group,
  })),
);

/**
 * The rows of the table of tasks or workers have the menu that they have in a view. Those that are selected together have
 * the plural as their word, and only the commands for several.
 */
const tableItems: MenuItem[] = entries.flatMap(([command, { items = [], rows = [], several, plural }]) => {
  if (!rows.some((word) => /(^|\|)(task|worker|resource)(\||$)/.test(word))) return [];
  const when = (words: readonly string[]) =>
    ["webviewId == 'taskrouter.table'", ...hasWords('taskrouterRow', words)].join(' && ');
  return items
    .filter((group) => !group.startsWith('inline'))
    .flatMap((group) => [
      { command, when: when(rows), group },
      ...(several
        ? [{ command: plural ? pluralOf(command) : command, when: when([`${rows[0]}s`, 'writable']), group }]
        : []),
    ]);
});

/** The tab bar above a page: VS Code writes these IDs into a context key. */
const pageItems: MenuItem[] = entries.flatMap(([command, { pages }]) =>
  pages
    ? [{ command, when: 'activeWebviewPanelId =~ /^taskrouter\\.(reservation|task)$/', group: pages }]
    : [],
);

/** The title of an editor with a workflow of TaskRouter. */
const isWorkflow = 'resourceScheme == taskrouter-workflow';
const editorItems: MenuItem[] = entries.flatMap(([command, { editors }]) =>
  editors ? [{ command, when: isWorkflow, group: editors }] : [],
);

const viewHasFocus = `focusedView =~ /^(${Object.keys(views).map(escaped).join('|')})$/`;

/** The page that was last active stays so while a terminal has the focus, which has keys of its own. */
const oursHasFocus = `(${viewHasFocus} || activeWebviewPanelId =~ /^taskrouter\\./ && !terminalFocus)`;

const shortcuts = entries.flatMap(([command, { shortcut, when }]) =>
  shortcut
    ? [
        {
          ...{ command, key: `ctrl+${shortcut}`, mac: `cmd+${shortcut}` },
          when: [when, oursHasFocus].filter(Boolean).join(' && '),
        },
      ]
    : [],
);

const paletteItems: MenuItem[] = entries.flatMap(([command, { palette, editors, plural, when }]) => {
  if (palette === false) return [{ command, when: 'false' }];
  if (editors) return [{ command, when: isWorkflow }];
  if (plural) return [{ command: pluralOf(command), when: 'false' }];
  return when ? [{ command, when }] : [];
});

/** Where Enter opens a row: not in the input that filters the rows. */
const rowHasFocus = `${viewHasFocus} && listFocus && !inputFocus && !treestickyScrollFocused`;

const editorKeys = entries.flatMap(([command, { editorKey }]) =>
  editorKey === undefined
    ? []
    : [{ command, key: `ctrl+${editorKey}`, mac: `cmd+${editorKey}`, when: `${isWorkflow} && editorFocus` }],
);

const keybindings = entries.flatMap(([command, { key }]) =>
  key === undefined ? [] : [{ command, key, when: rowHasFocus }],
);

const link = (text: string, id: CommandId) => `[${text}](command:${id})`;

/** The extension's ID is that of package.json. */
const openWalkthrough = `command:workbench.action.openWalkthrough?${encodeURIComponent(
  JSON.stringify(`taskrouter-tools.taskrouter-reservations#${walkthroughId}`),
)}`;

const viewsWelcome = {
  'taskrouter.workspaces': [
    'See the tasks, workers and reservations in Twilio TaskRouter, and accept, reject or instruct reservations.',
    link('Explore with a Simulated Account', 'taskrouter.account.simulate'),
    'A busy contact center inside this window. It needs no Twilio account and never places a call.',
    link('Sign In to Twilio', 'taskrouter.account.signIn'),
    `With an API key or an Auth Token. Or ${link('connect to a local TaskRouter', 'taskrouter.account.connectLocal')}.`,
    'A task is something that a customer waits for, a worker is who can take it. A reservation offers a task to a worker. An instruction says what happens then, such as a call.',
    `New to TaskRouter? [Take the first steps](${openWalkthrough}) in ten minutes, or [read about it](https://www.twilio.com/docs/taskrouter).`,
  ],
  'taskrouter.live': [
    'A reservation offers a task to a worker for a limited time. All open ones in the watched workspaces are here, soonest deadline first.',
    'To see them, sign in or explore with a simulated account in the view above.',
  ],
} satisfies Record<keyof typeof views, readonly string[]>;

/** Markdown. */
const settingDescriptions: Readonly<Record<SettingId, string>> = {
  'taskrouter.refreshInterval':
    'Refresh interval in seconds: 10, for example. Doubles when idle; 0 turns it off. Refreshing pauses while the views are hidden or the window is not focused. Its requests count towards `#taskrouter.requestsPerMinute#`.',
  'taskrouter.requestsPerMinute':
    'Maximum number of requests per minute that all windows together send to TaskRouter in the background, for all accounts: 60 leaves the API to your applications, 600 updates hundreds of reservations sooner. Requests that you start are always sent. See [what Twilio limits](https://www.twilio.com/docs/taskrouter/limits).',
  'taskrouter.languageModel.quotations':
    'Whether names, attributes and reasons from TaskRouter are in what language model tools return, marked as untrusted text. When off, they are left out; SIDs and statuses remain.',
  'taskrouter.languageModel.mcpServer':
    'Whether VS Code offers the language model tools that read also as an MCP server, for agents that use no other tools. It answers about all accounts that are signed in, without passing on their credentials; its requests count towards `#taskrouter.requestsPerMinute#`.',
};

/** The hexadecimal digits of a SID, in a pattern of paths. */
const anyDigits = '?'.repeat(32);

export const contributes = {
  viewsContainers: { activitybar: [{ id: 'taskrouter', title: category, icon: 'media/taskrouter.svg' }] },
  views: {
    taskrouter: Object.entries(views).map(([id, { name, initialSize, icon }]) => ({
      id,
      name: localizable(name),
      initialSize,
      icon,
      contextualTitle: category,
    })),
  },
  viewsWelcome: Object.entries(viewsWelcome).map(([view, lines]) => ({
    view,
    contents: localizable(lines.join('\n')),
  })),
  walkthroughs: walkthroughs(localizable),
  commands: entries.flatMap(([command, { title, icon, plural }]) => [
    { command, title: localizable(title), category, ...(icon ? { icon: `$(${icon})` } : {}) },
    ...(plural ? [{ command: pluralOf(command), title: localizable(plural), category }] : []),
  ]),
  menus: {
    'view/title': Object.keys(views).flatMap(titleItems),
    'view/item/context': [...rowItems, ...headingItems],
    'webview/context': tableItems,
    'editor/title': [...pageItems, ...editorItems],
    commandPalette: paletteItems,
  },
  keybindings: [...keybindings, ...shortcuts, ...editorKeys],
  languages: [
    // Routing tests may have comments.
    { id: 'jsonc', filenamePatterns: ['*.routes.json'] },
    // What is edited in TaskRouter: JSON that Auto Save leaves alone.
    {
      id: 'taskrouter-json',
      aliases: ['TaskRouter JSON'],
      filenamePatterns: [`**/WS${anyDigits}/W?${anyDigits}/*.json`],
      configuration: './media/languages/taskrouter-json.json',
      icon: { light: './media/reservation-light.svg', dark: './media/reservation-dark.svg' },
    },
    // Without the extension of its makers, VS Code does not know Terraform.
    { id: 'terraform', aliases: ['Terraform'], extensions: ['.tf'] },
  ],
  // Highlights the expressions inside of JSON strings.
  grammars: [
    {
      scopeName: 'taskrouter.expression.injection',
      path: './media/syntaxes/taskrouter-expression.tmLanguage.json',
      injectTo: ['source.json', 'source.json.comments', 'source.json.taskrouter'],
    },
    {
      language: 'taskrouter-json',
      scopeName: 'source.json.taskrouter',
      path: './media/syntaxes/taskrouter-json.tmLanguage.json',
    },
  ],
  // VS Code's own support of JSON.
  jsonLanguageParticipants: [{ languageId: 'taskrouter-json' }],
  configurationDefaults: {
    '[taskrouter-json]': { 'files.autoSave': 'off', 'editor.quickSuggestions': { strings: true } },
  },
  jsonValidation: [
    { fileMatch: '.vscode/taskrouter-presets.json', url: './media/taskrouter-presets.schema.json' },
    { fileMatch: '.vscode/taskrouter-callbacks.json', url: './media/taskrouter-callbacks.schema.json' },
    { fileMatch: '.vscode/taskrouter-queries.json', url: './media/taskrouter-queries.schema.json' },
    { fileMatch: 'callbacks/*.json', url: './media/taskrouter-recording.schema.json' },
    { fileMatch: '*.routes.json', url: './media/taskrouter-routes.schema.json' },
  ],
  languageModelTools: tools.map((one) => ({
    name: one.name,
    toolReferenceName: one.toolReferenceName,
    canBeReferencedInPrompt: true,
    displayName: localizable(one.title),
    userDescription: localizable(one.summary),
    modelDescription: one.description,
    inputSchema: inputSchema(one),
  })),
  mcpServerDefinitionProviders: [
    { id: mcpServerId, label: category, when: 'config.taskrouter.languageModel.mcpServer' },
  ],
  // VS Code 1.109 and later read it.
  chatSkills: [{ path: './media/skills/taskrouter/SKILL.md' }],
  configuration: {
    title: category,
    properties: Object.fromEntries(
      (Object.entries(settings) as [SettingId, object][]).map(([id, setting], order) => {
        const markdownDescription = localizable(settingDescriptions[id]);
        return [id, { ...setting, markdownDescription, scope: 'application', order }];
      }),
    ),
  },
};

if (require.main === module) {
  const file = path.resolve(__dirname, '../../../package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify({ ...manifest, contributes }, null, 2)}\n`);
}
