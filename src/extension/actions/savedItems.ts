import * as vscode from 'vscode';
import type { Memory } from '../accounts/memory';
import type { TextFile } from '../data/folderFile';
import { openFolderFile } from '../data/folderFile';
import type { Named, NamedItems } from '../data/namedItems';
import { maxFileSize, maxNameLength, UnusableListError } from '../data/namedItems';
import { UnusableFileError } from '../data/smallFile';
import { asClause } from '../display/errorMessage';
import { localize } from '../display/localize';
import { showError } from '../display/notification';
import { createQuickPick, showInputBox, showQuickPick } from '../display/quickInput';
import { forQuickPick } from '../display/safeText';

/** One kind of item that users save under names, for themselves or in a file of a workspace folder. */
export interface SavedKind<Item extends Named> {
  /** In a workspace folder. */
  readonly filePath: string;
  itemsIn(from: { readonly file: TextFile } | { readonly memory: Memory }): NamedItems<Item>;
  /** What the list says of an item. */
  detailOf(item: Item): string;
  readonly texts: SavedTexts;
}

interface SavedTexts {
  readonly placeholder: string;
  /** The title of the steps that save an item. */
  readonly save: string;
  readonly where: string;
  readonly rename: string;
  readonly newName: string;
  readonly replaces: string;
  readonly none: string;
  readonly notSaved: string;
  readonly notSavedBecause: (reason: string) => string;
}

/** A place where items are stored, as shown to the user. */
export interface SavedLocation<Item extends Named> {
  /** `User`, or the name of a workspace folder. */
  readonly label: string;
  readonly detail: string;
  readonly items: NamedItems<Item>;
  readonly folder?: vscode.Uri;
}

/** What to save, which still needs a name. */
export interface Unsaved<Item extends Named> {
  readonly item: Item;
  /** Asks for the name. */
  readonly prompt: (isShared: boolean) => string;
}

/** An item of the list besides those that are saved. */
export type Choice<Item extends Named, Result> = vscode.QuickPickItem & {
  readonly save?: Unsaved<Item>;
  readonly result?: Result;
};

export interface PickOptions<Item extends Named, Result> {
  readonly title: string;
  /** Above the saved items. */
  readonly first: readonly Choice<Item, Result>[];
  /** Which items are listed, and which names are taken. */
  readonly includes?: (item: Item) => boolean;
  readonly resultOf: (item: Item) => Result;
  /** Why items that everyone who opens the folder sees must not have this name. */
  readonly problemOf?: (name: string, item: Item) => string | undefined;
}

interface Stored<Item extends Named> {
  readonly location: SavedLocation<Item>;
  readonly item: Item;
}

type ListItem<Item extends Named, Result> = Choice<Item, Result> & {
  readonly stored?: Stored<Item>;
  readonly run?: () => unknown;
};

/** Stays open when a page takes the focus back shortly after the previous step. */
const ignoreFocusOut = true;

/** Items of one kind, in a quick pick where each can be chosen, renamed or deleted. */
export class SavedItems<Item extends Named> {
  private readonly renameButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('edit'),
    tooltip: vscode.l10n.t('Rename'),
  };
  private readonly removeButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Delete'),
  };

  constructor(
    private readonly kind: SavedKind<Item>,
    private readonly memory: Memory,
    private readonly folders: () => readonly Pick<vscode.WorkspaceFolder, 'name' | 'uri'>[],
  ) {}

  /** Folders first: their items are for this project. */
  get locations(): readonly SavedLocation<Item>[] {
    const { kind } = this;
    const { filePath } = kind;
    return [
      ...this.folders().map(({ name, uri }) => ({
        label: name,
        detail: forQuickPick(
          vscode.l10n.t('In {file}, shared with everyone who opens this folder', {
            file: vscode.Uri.joinPath(uri, filePath).fsPath,
          }),
          300,
        ),
        items: kind.itemsIn({ file: openFolderFile(uri, filePath, maxFileSize) }),
        folder: uri,
      })),
      {
        label: vscode.l10n.t('User'),
        detail: vscode.l10n.t('On this machine, for every folder'),
        items: kind.itemsIn({ memory: this.memory }),
      },
    ];
  }

  /** @returns undefined when nothing was chosen */
  async pick<Result>(options: PickOptions<Item, Result>): Promise<Result | undefined> {
    const { locations } = this;
    for (let again = false; ; again = true) {
      const items: ListItem<Item, Result>[] = [...options.first];
      for (const location of locations)
        for (const item of await this.itemsIn(location, options)) items.push(item);
      if (items.length === 0) items.push({ label: `$(info) ${this.kind.texts.none}` });
      const chosen = await this.show(options.title, items, again && ignoreFocusOut);
      if (!chosen) return undefined;
      const { item, button } = chosen;
      if (item.result !== undefined && !button) return item.result;
      try {
        if (item.stored && button === this.removeButton)
          await item.stored.location.items.remove(item.stored.item);
        else if (item.stored) await this.rename(item.stored, options);
        else if (item.save) return void (await this.save(locations, item.save, options));
        else return void (await item.run?.());
      } catch (error) {
        await this.reportNotSaved(error);
      }
    }
  }

  private async itemsIn<Result>(
    location: SavedLocation<Item>,
    { includes = () => true, resultOf }: PickOptions<Item, Result>,
  ): Promise<ListItem<Item, Result>[]> {
    try {
      return (await location.items.all()).filter(includes).map((item) => ({
        label: forQuickPick(item.name, maxNameLength),
        description: forQuickPick(location.label),
        detail: this.kind.detailOf(item),
        buttons: [this.renameButton, this.removeButton],
        stored: { location, item },
        result: resultOf(item),
      }));
    } catch (error) {
      return [this.unusable(location, error)];
    }
  }

  private unusable<Result>(location: SavedLocation<Item>, error: unknown): ListItem<Item, Result> {
    const { filePath: file } = this.kind;
    const reason =
      error instanceof UnusableFileError ? localize(error.problem) : vscode.l10n.t('it could not be read');
    // What is wrong inside a file can be corrected in an editor; others may be too large for one.
    const folder = error instanceof UnusableListError ? location.folder : undefined;
    return {
      label: `$(warning) ${vscode.l10n.t('{file} is not used: {reason}', { file, reason })}`,
      description: forQuickPick(location.label),
      ...(folder && {
        detail: vscode.l10n.t('Open File'),
        run: () => vscode.window.showTextDocument(vscode.Uri.joinPath(folder, file)),
      }),
    };
  }

  private show<Result>(
    title: string,
    items: readonly ListItem<Item, Result>[],
    keepOpen: boolean,
  ): Promise<
    { readonly item: ListItem<Item, Result>; readonly button?: vscode.QuickInputButton } | undefined
  > {
    return new Promise((resolve) => {
      const { placeholder } = this.kind.texts;
      const pick = createQuickPick<ListItem<Item, Result>>({ title, placeholder, ignoreFocusOut: keepOpen });
      pick.items = items;
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (!item || (item.result === undefined && !item.save && !item.run)) return;
        resolve({ item });
        pick.hide();
      });
      pick.onDidTriggerItemButton((triggered) => {
        resolve(triggered);
        pick.hide();
      });
      pick.onDidHide(() => {
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
    });
  }

  private async save<Result>(
    locations: readonly SavedLocation<Item>[],
    { item, prompt }: Unsaved<Item>,
    options: PickOptions<Item, Result>,
  ): Promise<void> {
    const { save: title, where: placeholder } = this.kind.texts;
    const items = locations.map((location) => ({
      label: forQuickPick(location.label),
      detail: location.detail,
      location,
    }));
    const chosen = items.length === 1 ? items[0] : await showQuickPick(items, { title, placeholder });
    if (!chosen) return;
    const { location } = chosen;
    const question = { title, prompt: prompt(location.folder !== undefined), item };
    const name = await this.askName(question, location, await this.known(location, options), options);
    if (name) await location.items.save({ ...item, name });
  }

  private async rename<Result>(
    { location, item }: Stored<Item>,
    options: PickOptions<Item, Result>,
  ): Promise<void> {
    const { rename: title, newName: prompt } = this.kind.texts;
    const others = (await this.known(location, options)).filter((name) => name !== item.name);
    const name = await this.askName({ title, prompt, item }, location, others, options);
    if (name && name !== item.name) await location.items.rename(item, name);
  }

  private async known<Result>(
    { items }: SavedLocation<Item>,
    { includes = () => true }: PickOptions<Item, Result>,
  ): Promise<readonly string[]> {
    return (await items.all()).filter(includes).map(({ name }) => name);
  }

  private askName<Result>(
    { item, ...question }: { readonly title: string; readonly prompt: string; readonly item: Item },
    { folder }: SavedLocation<Item>,
    known: readonly string[],
    { problemOf }: PickOptions<Item, Result>,
  ): Promise<string | undefined> {
    return showInputBox({
      ...question,
      value: item.name,
      placeholder: vscode.l10n.t('Name'),
      required: vscode.l10n.t('Enter a name.'),
      check: (text) => {
        if (text.length > maxNameLength)
          return { problem: vscode.l10n.t('Use at most {max} characters.', { max: maxNameLength }) };
        const problem = folder && problemOf?.(text, item);
        if (problem !== undefined) return { problem };
        return known.includes(text) ? { warning: this.kind.texts.replaces } : undefined;
      },
    });
  }

  private async reportNotSaved(error: unknown): Promise<void> {
    const { notSaved, notSavedBecause } = this.kind.texts;
    if (!(error instanceof Error)) return void (await showError(notSaved));
    const isKnown = error instanceof UnusableFileError;
    await showError(notSavedBecause(isKnown ? localize(error.problem) : asClause(error.message, 200)));
  }
}
