import * as vscode from 'vscode';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import type { Memory } from '../../accounts/memory';
import { localize, localizeText } from '../../display/localize';
import { showError } from '../../display/notification';
import { createQuickPick, showInputBox, showQuickPick } from '../../display/quickInput';
import { asClause } from '../../display/errorMessage';
import { forQuickPick } from '../../display/safeText';
import { UnusableFileError } from '../../data/smallFile';
import type { IsCallerData } from './callerData';
import { openPresetFile, presetFileIn, presetFilePath } from './presetFile';
import type { Preset, PresetContent } from './presets';
import { holdsSecret } from '../../../taskrouter/secrets';
import { presetContent, PresetFileError, Presets, presetsInFile, presetsInMemory } from './presets';

/** What a choice makes of the values that are in the form by then. */
export type Fill = (now: FormValues) => FormValues;

/** A place where presets are stored, as shown to the user. */
interface PresetLocation {
  /** `User`, or the name of a workspace folder. */
  readonly label: string;
  readonly detail: string;
  readonly presets: Presets;
  readonly folder?: vscode.Uri;
}

/** A preset, and where it is stored. */
interface StoredPreset {
  readonly location: PresetLocation;
  readonly preset: Preset;
}

type Item = vscode.QuickPickItem & {
  readonly run?: () => unknown;
  readonly stored?: StoredPreset;
  readonly fill?: Fill;
};

const rename: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('edit'),
  tooltip: vscode.l10n.t('Rename'),
};
const remove: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: vscode.l10n.t('Delete'),
};

/** The presets of one instruction in a quick pick, where each can be applied, renamed or deleted. */
export class PresetPicks {
  constructor(
    private readonly memory: Memory,
    private readonly folders = () => vscode.workspace.workspaceFolders ?? [],
  ) {}

  /**
   * @param filled the values in the form, to be saved
   * @param before the values before the last preset, to be restored
   * @returns undefined when nothing is to be filled in
   */
  async pick(
    instruction: Instruction,
    filled: FormValues,
    isCallerData: IsCallerData,
    before: FormValues | undefined,
  ): Promise<Fill | undefined> {
    const title = vscode.l10n.t('Presets for {instruction}', {
      instruction: localizeText(instruction.title),
    });
    const locations = this.locations();
    const content = presetContent(instruction, filled, isCallerData);
    const isPrivate = (name: string) => holdsSecret(name) || isCallerData(name);
    for (let again = false; ; again = true) {
      const items = await itemsOf(instruction, locations, { ...content, isPrivate }, before);
      const chosen = await show(title, items, again && ignoreFocusOut);
      if (!chosen) return undefined;
      const { item, button } = chosen;
      if (item.fill && !button) return item.fill;
      try {
        if (item.stored && button === remove) await item.stored.location.presets.remove(item.stored.preset);
        else if (item.stored) await renamePreset(item.stored, isPrivate);
        else return void (await item.run?.());
      } catch (error) {
        await reportNotSaved(error);
      }
    }
  }

  /** Folders first: their presets are for this project. */
  private locations(): readonly PresetLocation[] {
    return [
      ...this.folders().map(({ name, uri }) => ({
        label: name,
        detail: forQuickPick(
          vscode.l10n.t('In {file}, shared with everyone who opens this folder', {
            file: vscode.Uri.joinPath(uri, presetFilePath).fsPath,
          }),
          300,
        ),
        presets: new Presets(presetsInFile(openPresetFile(uri))),
        folder: uri,
      })),
      {
        label: vscode.l10n.t('User'),
        detail: vscode.l10n.t('On this machine, for every folder'),
        presets: new Presets(presetsInMemory(this.memory)),
      },
    ];
  }
}

/** Whether the name of a preset gives away a secret, or who the caller is. */
type IsPrivate = (name: string) => boolean;
type ContentToSave = PresetContent & { readonly isPrivate: IsPrivate };

/** Stays open when the form takes the focus back shortly after the previous step. */
const ignoreFocusOut = true;

async function itemsOf(
  instruction: Instruction,
  locations: readonly PresetLocation[],
  content: ContentToSave,
  before: FormValues | undefined,
): Promise<Item[]> {
  const name = instruction.name as InstructionName;
  const items: Item[] = [];
  if (Object.keys(content.values).length) {
    items.push({
      label: `$(add) ${vscode.l10n.t('Save Current Values…')}`,
      detail: summary(content.values),
      alwaysShow: true,
      run: () => savePreset(locations, { name: '', instruction: name, values: content.values }, content),
    });
  }
  if (before) {
    items.push({
      label: `$(discard) ${vscode.l10n.t('Undo the Last Preset')}`,
      detail: summary(presetContent(instruction, before, () => false).values) || vscode.l10n.t('No values'),
      alwaysShow: true,
      fill: () => before,
    });
  }
  for (const location of locations) for (const item of await itemsIn(location, name)) items.push(item);
  if (items.length === 0)
    items.push({
      label: `$(info) ${vscode.l10n.t('No presets yet. Fill in the form, then save its values here.')}`,
    });
  return items;
}

async function itemsIn(location: PresetLocation, instruction: InstructionName): Promise<Item[]> {
  try {
    return (await location.presets.of(instruction)).map((preset) => ({
      label: forQuickPick(preset.name, 100),
      description: forQuickPick(location.label),
      detail: summary(preset.values),
      buttons: [rename, remove],
      stored: { location, preset },
      fill: (now) => ({ ...now, ...preset.values }),
    }));
  } catch (error) {
    const reason =
      error instanceof UnusableFileError ? localize(error.problem) : vscode.l10n.t('it could not be read');
    // What is wrong inside a file can be corrected in an editor; others may be too large for one.
    const folder = error instanceof PresetFileError ? location.folder : undefined;
    return [
      {
        label: `$(warning) ${vscode.l10n.t('{file} is not used: {reason}', { file: presetFilePath, reason })}`,
        description: forQuickPick(location.label),
        ...(folder && {
          detail: vscode.l10n.t('Open File'),
          run: () => vscode.window.showTextDocument(presetFileIn(folder)),
        }),
      },
    ];
  }
}

function show(
  title: string,
  items: readonly Item[],
  keepOpen: boolean,
): Promise<{ readonly item: Item; readonly button?: vscode.QuickInputButton } | undefined> {
  return new Promise((resolve) => {
    const placeholder = vscode.l10n.t('Apply a preset, or save the current values');
    const pick = createQuickPick<Item>({ title, placeholder, ignoreFocusOut: keepOpen });
    pick.items = items;
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (!item?.fill && !item?.run) return;
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

async function savePreset(
  locations: readonly PresetLocation[],
  preset: Preset,
  { leftOut, isPrivate }: ContentToSave,
): Promise<void> {
  const title = vscode.l10n.t('Save Preset');
  const items = locations.map((location) => ({
    label: forQuickPick(location.label),
    detail: location.detail,
    location,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await showQuickPick(items, {
          title,
          placeholder: vscode.l10n.t('Where should the preset be saved?'),
        });
  if (!chosen) return;
  const { presets } = chosen.location;
  const omitted = Object.entries(leftOut).map(([parameter, why]) =>
    vscode.l10n.t('{parameter} is not saved: {reason}.', { parameter, reason: localize(why) }),
  );
  const prompt = omitted.join(' ') || vscode.l10n.t('Name of the preset');
  const name = await askName(
    title,
    '',
    chosen.location,
    await presets.of(preset.instruction),
    prompt,
    isPrivate,
  );
  if (name) await presets.save({ ...preset, name });
}

async function renamePreset({ location, preset }: StoredPreset, isPrivate: IsPrivate): Promise<void> {
  const all = await location.presets.of(preset.instruction);
  const others = all.filter((one) => one.name !== preset.name);
  const name = await askName(
    vscode.l10n.t('Rename Preset'),
    preset.name,
    location,
    others,
    vscode.l10n.t('New name of the preset'),
    isPrivate,
  );
  if (name && name !== preset.name) await location.presets.rename(preset, name);
}

function askName(
  title: string,
  value: string,
  { folder }: PresetLocation,
  known: readonly Preset[],
  prompt: string,
  isPrivate: IsPrivate,
): Promise<string | undefined> {
  return showInputBox({
    title,
    prompt,
    value,
    placeholder: vscode.l10n.t('Name'),
    required: vscode.l10n.t('Enter a name.'),
    check: (text) => {
      if (text.length > 100) return { problem: vscode.l10n.t('Use at most 100 characters.') };
      if (folder && isPrivate(text))
        return { problem: vscode.l10n.t('This file is shared. Do not use a secret or data from this task.') };
      return known.some((one) => one.name === text)
        ? { warning: vscode.l10n.t('Replaces the preset with this name.') }
        : undefined;
    },
  });
}

const summary = (values: FormValues) =>
  forQuickPick(
    Object.entries(values)
      .map(([key, value]) => `${wireName(key)}=${[value].flat().join(',')}`)
      .join('  '),
    200,
  );

async function reportNotSaved(error: unknown): Promise<void> {
  const text =
    error instanceof Error
      ? vscode.l10n.t('The presets could not be saved: {reason}.', {
          reason: error instanceof UnusableFileError ? localize(error.problem) : asClause(error.message, 200),
        })
      : vscode.l10n.t('The presets could not be saved.');
  await showError(text);
}
