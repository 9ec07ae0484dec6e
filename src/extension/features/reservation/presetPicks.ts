import * as vscode from 'vscode';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import type { Memory } from '../../accounts/memory';
import { showError } from '../../display/notification';
import { forQuickPick } from '../../display/safeText';
import type { IsCallerData } from './callerData';
import { openPresetFile, presetFileIn, presetFilePath } from './presetFile';
import type { Preset, PresetContent } from './presets';
import { presetContent, PresetFileError, Presets, presetsInFile, presetsInMemory } from './presets';

/** What a choice makes of the values that are in the form by then. */
export type Fill = (now: FormValues) => FormValues;

/** A place where presets are stored, as the user sees it. */
interface Place {
  /** `User`, or the name of a workspace folder. */
  readonly label: string;
  readonly detail: string;
  readonly presets: Presets;
  readonly folder?: vscode.Uri;
}

/** A preset, and where it is stored. */
interface StoredPreset {
  readonly place: Place;
  readonly preset: Preset;
}

type Item = vscode.QuickPickItem & {
  readonly run?: () => unknown;
  readonly stored?: StoredPreset;
  readonly fill?: Fill;
};

const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

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
    const places = this.places();
    const content = presetContent(instruction, filled, isCallerData);
    for (let again = false; ; again = true) {
      const items = await itemsOf(instruction, places, content, before);
      const chosen = await show(`Presets for ${instruction.title}`, items, again && ignoreFocusOut);
      if (!chosen) return undefined;
      const { item, button } = chosen;
      if (item.fill && !button) return item.fill;
      try {
        if (item.stored && button === remove) await item.stored.place.presets.remove(item.stored.preset);
        else if (item.stored) await renamePreset(item.stored);
        else return void (await item.run?.());
      } catch (error) {
        await reportNotSaved(error);
      }
    }
  }

  /** Folders first: their presets are for this project. */
  private places(): readonly Place[] {
    return [
      ...this.folders().map(({ name, uri }) => ({
        label: name,
        detail: `In ${vscode.Uri.joinPath(uri, presetFilePath).fsPath}, shared with everyone who opens this folder`,
        presets: new Presets(presetsInFile(openPresetFile(uri))),
        folder: uri,
      })),
      {
        label: 'User',
        detail: 'In this VS Code, for every folder',
        presets: new Presets(presetsInMemory(this.memory)),
      },
    ];
  }
}

/** The form takes the focus back shortly after a step has closed, which would close the next one. */
const ignoreFocusOut = true;

async function itemsOf(
  instruction: Instruction,
  places: readonly Place[],
  content: PresetContent,
  before: FormValues | undefined,
): Promise<Item[]> {
  const name = instruction.name as InstructionName;
  const items: Item[] = [];
  if (Object.keys(content.values).length) {
    items.push({
      label: '$(add) Save Current Values…',
      detail: summary(content.values),
      alwaysShow: true,
      run: () => savePreset(places, { name: '', instruction: name, values: content.values }, content),
    });
  }
  if (before) {
    items.push({
      label: '$(discard) Undo the Last Preset',
      detail: summary(presetContent(instruction, before, () => false).values) || 'No values',
      alwaysShow: true,
      fill: () => before,
    });
  }
  for (const place of places) items.push(...(await itemsIn(place, name)));
  if (items.length === 0)
    items.push({ label: '$(info) No presets yet. Fill in the form, then save its values here.' });
  return items;
}

async function itemsIn(place: Place, instruction: InstructionName): Promise<Item[]> {
  try {
    return (await place.presets.of(instruction)).map((preset) => ({
      label: forQuickPick(preset.name, 100),
      description: forQuickPick(place.label),
      detail: summary(preset.values),
      buttons: [rename, remove],
      stored: { place, preset },
      fill: (now) => ({ ...now, ...preset.values }),
    }));
  } catch (error) {
    const why = error instanceof PresetFileError ? error.message : 'it could not be read';
    const { folder } = place;
    return [
      {
        label: `$(warning) ${presetFilePath} is not used: ${why}`,
        description: forQuickPick(place.label),
        ...(folder && {
          detail: 'Open File',
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
    const pick = vscode.window.createQuickPick<Item>();
    pick.title = title;
    pick.placeholder = 'Apply a preset, or save the current values';
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.ignoreFocusOut = keepOpen;
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
  places: readonly Place[],
  preset: Preset,
  { leftOut }: PresetContent,
): Promise<void> {
  const title = 'Save Preset';
  const items = places.map((place) => ({ label: forQuickPick(place.label), detail: place.detail, place }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, {
          title,
          placeHolder: 'Where should the preset be saved?',
          ignoreFocusOut,
        });
  if (!chosen) return;
  const { presets } = chosen.place;
  const omitted = Object.entries(leftOut).map(([parameter, why]) => `${parameter} is left out: ${why}.`);
  const prompt = omitted.join(' ') || 'Name of the preset';
  const name = await askName(title, '', await presets.of(preset.instruction), prompt);
  if (name) await presets.save({ ...preset, name });
}

async function renamePreset({ place, preset }: StoredPreset): Promise<void> {
  const all = await place.presets.of(preset.instruction);
  const others = all.filter((one) => one.name !== preset.name);
  const name = await askName('Rename Preset', preset.name, others, 'New name of the preset');
  if (name && name !== preset.name) await place.presets.rename(preset, name);
}

async function askName(
  title: string,
  value: string,
  known: readonly Preset[],
  prompt: string,
): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    placeHolder: 'Name',
    ignoreFocusOut,
    validateInput: (text) => {
      if (!text.trim()) return 'Type a name.';
      if (text.trim().length > 100) return 'Use at most 100 characters.';
      return known.some((one) => one.name === text.trim())
        ? {
            message: 'Replaces the preset of this name.',
            severity: vscode.InputBoxValidationSeverity.Warning,
          }
        : undefined;
    },
  });
  return name?.trim();
}

const summary = (values: FormValues) =>
  forQuickPick(
    Object.entries(values)
      .map(([key, value]) => `${wireName(key)}=${[value].flat().join(',')}`)
      .join('  '),
    200,
  );

async function reportNotSaved(error: unknown): Promise<void> {
  const why = error instanceof Error ? `: ${error.message}` : '';
  await showError(`The presets could not be saved${why}.`);
}
