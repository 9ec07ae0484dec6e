import * as vscode from 'vscode';
import * as z from 'zod';
import { builtInQueries } from '../../../query/saved';
import { holdsSecret } from '../../../taskrouter/secrets';
import type { Memory } from '../../accounts/memory';
import type { SavedKind } from '../../actions/savedItems';
import { SavedItems } from '../../actions/savedItems';
import { entriesInFile, entriesInMemory, maxEntries, maxNameLength, NamedItems } from '../../data/namedItems';
import { watchFolders } from '../../data/newFolders';
import { localize } from '../../display/localize';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';
import type { Disposable } from '../../emitter';
import { Disposables } from '../../emitter';

/** A query to choose from. */
export interface SavedQuery {
  readonly name: string;
  readonly text: string;
  /** The workspace folder that has it. */
  readonly folder?: string;
  /** The user has not said that they trust the folder's authors: it runs only when the user chooses it. */
  readonly isUntrusted?: boolean;
}

/** A longer query would be neither typed nor read. */
export const maxQueryLength = 2000;
const key = 'queries';
const Entry = z.object({
  name: z.string().min(1).max(maxNameLength),
  query: z.string().min(1).max(maxQueryLength),
});
type Query = Pick<SavedQuery, 'name' | 'text'>;

export const queryKind: SavedKind<Query> = {
  filePath: '.vscode/taskrouter-queries.json',
  itemsIn: (from) =>
    new NamedItems('file' in from ? entriesInFile(from.file, key) : entriesInMemory(from.memory, key), {
      parse(entry) {
        const { data } = Entry.safeParse(entry);
        // What runs is what is shown.
        return data && { name: data.name, text: plain(data.query, maxQueryLength) };
      },
      entryOf: ({ name, text }) => ({ name, query: text }),
    }),
  detailOf: ({ text }) => forQuickPick(text, 300),
  texts: {
    placeholder: vscode.l10n.t('Apply a saved query, or save the current filter as one'),
    save: vscode.l10n.t('Save Query'),
    where: vscode.l10n.t('Where should the query be saved?'),
    rename: vscode.l10n.t('Rename Query'),
    newName: vscode.l10n.t('New name of the query'),
    replaces: vscode.l10n.t('Replaces the query with this name.'),
    none: vscode.l10n.t('No saved queries yet. Apply a filter, then save it here.'),
    notSaved: vscode.l10n.t('The queries could not be saved.'),
    notSavedBecause: (reason) => vscode.l10n.t('The queries could not be saved: {reason}.', { reason }),
  },
};

export const builtIn = (): readonly SavedQuery[] =>
  builtInQueries.map(({ name, text }) => ({ name: localize(name), text }));

/** The queries that the table and the tree offer: built-in ones, and those that users saved. */
export class SavedQueries {
  private readonly saved: SavedItems<Query>;

  constructor(
    memory: Memory,
    private readonly folders = () => vscode.workspace.workspaceFolders ?? [],
    private readonly isTrusted = () => vscode.workspace.isTrusted,
  ) {
    this.saved = new SavedItems(queryKind, memory, folders);
  }

  /** Calls back when a folder's file, the folders or the trust in them change. */
  watch(onChange: () => void): Disposable {
    let files: readonly vscode.FileSystemWatcher[] = [];
    const end = () => {
      for (const file of files) file.dispose();
    };
    const begin = () => {
      end();
      files = this.folders().map((folder) => {
        const pattern = new vscode.RelativePattern(folder, queryKind.filePath);
        const file = vscode.workspace.createFileSystemWatcher(pattern);
        for (const event of [file.onDidCreate, file.onDidChange, file.onDidDelete]) event(onChange);
        return file;
      });
    };
    begin();
    const subscriptions = new Disposables();
    subscriptions.add(
      { dispose: end },
      watchFolders('**/.vscode', onChange),
      vscode.workspace.onDidGrantWorkspaceTrust(onChange),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        begin();
        onChange();
      }),
    );
    return subscriptions;
  }

  /** Without those of a file that cannot be used: `pick` says why. */
  async all(): Promise<readonly SavedQuery[]> {
    const saved = await Promise.all(
      this.saved.locations.map(async ({ items, label, folder }) => {
        const queries = await items.all().catch(() => []);
        return queries.map((query) => ({
          ...{ ...query, name: firstVisible([query.name, query.text], maxNameLength) },
          ...(folder && { folder: plain(label), ...(this.isTrusted() ? {} : { isUntrusted: true }) }),
        }));
      }),
    );
    return [...builtIn(), ...saved.flat()];
  }

  /**
   * Lets the user choose, save, rename and delete queries.
   * @param shown the query whose tasks are shown, to be saved
   * @returns the text of the query that the user chose
   */
  pick(shown: string): Promise<string | undefined> {
    const save = {
      label: `$(add) ${vscode.l10n.t('Save Current Filter…')}`,
      detail: forQuickPick(shown, 300),
      alwaysShow: true,
      save: {
        item: { name: '', text: shown },
        prompt: (isShared: boolean) =>
          isShared
            ? vscode.l10n.t(
                'Name of the query. The file is shared: make sure that the query has no customer data.',
              )
            : vscode.l10n.t('Name of the query'),
      },
    };
    return this.saved.pick<string>({
      title: vscode.l10n.t('Saved Queries'),
      first: shown.trim() ? [save] : [],
      resultOf: ({ text }) => text,
      problemOf: (name, { text }) =>
        holdsSecret(name) || holdsSecret(text)
          ? vscode.l10n.t('This file is shared. The query and its name must not contain a secret.')
          : undefined,
    });
  }
}

/** The JSON schema of the file. */
export const querySchema = (): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Saved queries for the table of TaskRouter tasks',
  description:
    'The table offers them to everyone who opens this folder. They must not contain customer data.',
  type: 'object',
  required: [key],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    [key]: {
      type: 'array',
      maxItems: maxEntries,
      items: {
        type: 'object',
        required: ['name', 'query'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: maxNameLength },
          query: {
            type: 'string',
            minLength: 1,
            maxLength: maxQueryLength,
            description: 'As in the filter line of the table: status:wrapping updated>30m',
          },
        },
      },
    },
  },
});
