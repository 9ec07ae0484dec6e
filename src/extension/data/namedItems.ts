import type { ParseError } from 'jsonc-parser';
import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';
import { message } from '../../taskrouter/message';
import type { Memory } from '../accounts/memory';
import type { TextFile } from './folderFile';
import { tooLarge, UnusableFileError } from './smallFile';

/** The file can be read but does not have the list: nothing in it is used, and it is not overwritten. */
export class UnusableListError extends UnusableFileError {
  override readonly name = 'UnusableListError';
}

/** Replaces the entry at this index, adds one after the last, or removes one when there is no `entry`. */
export interface EntryEdit {
  readonly at: number;
  readonly entry?: unknown;
}

/** A list of entries that anybody may have written. */
export interface EntrySource {
  /** @throws UnusableFileError */
  read(): Promise<readonly unknown[]>;
  /** @throws UnusableFileError */
  edit(editsOf: (entries: readonly unknown[]) => readonly EntryEdit[]): Promise<void>;
}

/** KiB */
export const maxFileSize = 256;
export const maxEntries = 200;
export const maxNameLength = 100;

/** Indexes of entries stay right while those after them change. */
const lastFirst = (edits: readonly EntryEdit[]) => edits.toSorted((a, b) => b.at - a.at);

/** Entries of this user, in this VS Code. */
export function entriesInMemory(memory: Memory, key: string): EntrySource {
  const entries = () => [memory.get<unknown[]>(key) ?? []].flat();
  return {
    read: () => Promise.resolve(entries()),
    async edit(editsOf) {
      const edited = entries();
      for (const { at, entry } of lastFirst(editsOf(edited)))
        if (entry === undefined) edited.splice(at, 1);
        else edited.splice(at, 1, entry);
      await memory.update(key, edited);
    },
  };
}

/** The list under a key of a JSON file, which is read as data only. Its comments and whatever else it has stay. */
export function entriesInFile(file: TextFile, key: string): EntrySource {
  return {
    async read() {
      const text = await file.read();
      return text === undefined ? [] : entriesIn(text, key);
    },
    async edit(editsOf) {
      let text = ((await file.read()) ?? `{\n  "${key}": []\n}\n`).replace(/^\ufeff/, '');
      const entries = entriesIn(text, key);
      const formattingOptions = {
        insertSpaces: true,
        tabSize: 2,
        eol: text.includes('\r\n') ? '\r\n' : '\n',
      };
      for (const { at, entry } of lastFirst(editsOf(entries))) {
        const options = { formattingOptions, isArrayInsertion: at === entries.length };
        text = applyEdits(text, modify(text, [key, at], entry, options));
      }
      // What could not be read again is not written.
      entriesIn(text, key);
      await file.write(text);
    },
  };
}

function entriesIn(text: string, key: string): readonly unknown[] {
  if (text.length > maxFileSize * 1024) throw tooLarge(maxFileSize);
  const list = findNodeAtLocation(treeOf(text), [key]);
  if (list?.type !== 'array' || list.children!.length > maxEntries)
    throw new UnusableListError(message('it has no list of at most {max} "{key}"', { max: maxEntries, key }));
  return list.children!.map((node): unknown => getNodeValue(node));
}

/** JSON with comments, as VS Code's own files have them. */
function treeOf(text: string) {
  try {
    const errors: ParseError[] = [];
    const tree = parseTree(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
    if (tree && errors.length === 0) return tree;
  } catch {
    // It is nested too deeply.
  }
  throw new UnusableListError(message('it is not JSON'));
}

export interface Named {
  readonly name: string;
}

export interface ItemFormat<Item extends Named> {
  /** Undefined for an entry that is no such item: it stays as it is. */
  parse(entry: unknown): Item | undefined;
  entryOf(item: Item): unknown;
  /** Whether items of the same name are one and the same. */
  areSame?(one: Item, other: Item): boolean;
}

/** Items that are stored under names. */
export class NamedItems<Item extends Named> {
  constructor(
    private readonly source: EntrySource,
    private readonly format: ItemFormat<Item>,
  ) {}

  /** @throws UnusableFileError */
  async all(): Promise<readonly Item[]> {
    return (await this.source.read()).flatMap((entry) => this.format.parse(entry) ?? []);
  }

  /** Replaces the item of the same name, if there is one. @throws UnusableFileError */
  save(item: Item): Promise<void> {
    return this.replace(item, item);
  }

  /** @throws UnusableFileError */
  rename(item: Item, name: string): Promise<void> {
    return this.replace(item, { ...item, name });
  }

  /** @throws UnusableFileError */
  remove(item: Item): Promise<void> {
    return this.replace(item, undefined);
  }

  /** Other entries and the order stay as they are. */
  private replace(item: Item, by: Item | undefined): Promise<void> {
    return this.source.edit((entries) => {
      const found = entries.findIndex((entry) => this.isItem(entry, item));
      const at = found < 0 ? entries.length : found;
      const others = entries.flatMap((entry, i) =>
        i !== found && this.isItem(entry, by ?? item) ? [{ at: i }] : [],
      );
      if (by) return [{ at, entry: this.format.entryOf(by) }, ...others];
      return found < 0 ? others : [{ at }, ...others];
    });
  }

  private isItem(entry: unknown, item: Item): boolean {
    const one = this.format.parse(entry);
    return one?.name === item.name && (this.format.areSame?.(one, item) ?? true);
  }
}
