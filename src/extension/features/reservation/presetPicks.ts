import * as vscode from 'vscode';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import type { Memory } from '../../accounts/memory';
import type { Preset, PresetFile, PresetPlace } from './presets';
import { PresetFileError, presetValues, Presets } from './presets';
import { showError } from '../../display/notification';
import { forQuickPick } from '../../display/safeText';

const presetFilePath = '.vscode/taskrouter-presets.json';

const places: Readonly<Record<PresetPlace, string>> = { user: 'User', workspace: 'Workspace' };

/** What a choice makes of the values that stand in the form by then. */
export type Fill = (now: FormValues) => FormValues;

type Item = vscode.QuickPickItem & {
  readonly run?: () => unknown;
  readonly kept?: Kept;
  readonly fill?: Fill;
};
type Kept = readonly [place: PresetPlace, preset: Preset];

const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

/** Presets as a person meets them: one list for an instruction, in which each can be applied, renamed or deleted. */
export class PresetPicks {
  constructor(private readonly memory: Memory) {}

  /**
   * @param filled what stands in the form, to be saved
   * @param before what stood in it before the last preset, to be taken back
   * @returns undefined when nothing is to be filled in
   */
  async pick(
    instruction: Instruction,
    filled: FormValues,
    isCallerData: (value: string) => boolean,
    before: FormValues | undefined,
  ): Promise<Fill | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const presets = new Presets(this.memory, folder && fileIn(folder));
    const fit = presetValues(instruction, filled, isCallerData);
    for (let again = false; ; again = true) {
      const chosen = await this.list(instruction, presets, fit, before, folder, again);
      if (!chosen) return undefined;
      if (chosen.fill && chosen.button === undefined) return chosen.fill;
      try {
        if (chosen.kept && chosen.button === remove) await presets.remove(...chosen.kept);
        else if (chosen.kept) await askNewName(presets, chosen.kept);
        else return void (await chosen.run?.());
      } catch (error) {
        await tell(error);
      }
    }
  }

  private async list(
    instruction: Instruction,
    presets: Presets,
    fit: FormValues,
    before: FormValues | undefined,
    folder: vscode.Uri | undefined,
    again: boolean,
  ): Promise<(Pick<Item, 'kept' | 'run' | 'fill'> & { button?: vscode.QuickInputButton }) | undefined> {
    const name = instruction.name as InstructionName;
    const items: Item[] = [];
    if (Object.keys(fit).length) {
      items.push({
        label: '$(add) Save What Is Filled In…',
        detail: summary(fit),
        alwaysShow: true,
        run: () => save(presets, { name: '', instruction: name, values: fit }),
      });
    }
    if (before) {
      items.push({
        label: '$(discard) Take the Last Preset Back',
        detail: summary(presetValues(instruction, before, () => false)) || 'Nothing was set',
        alwaysShow: true,
        fill: () => before,
      });
    }
    for (const place of ['workspace', 'user'] as const) {
      try {
        for (const preset of await presets.of(place, name)) {
          items.push({
            label: forQuickPick(preset.name, 100),
            description: places[place],
            detail: summary(preset.values),
            buttons: [rename, remove],
            kept: [place, preset],
            fill: (now) => ({ ...now, ...preset.values }),
          });
        }
      } catch (error) {
        const why = error instanceof PresetFileError ? error.message : 'it could not be read';
        items.push({
          label: `$(warning) ${presetFilePath} is not used: ${why}`,
          detail: 'Open it',
          run: () => folder && vscode.window.showTextDocument(vscode.Uri.joinPath(folder, presetFilePath)),
        });
      }
    }
    if (items.length === 0) {
      items.push({ label: '$(info) No presets yet. Fill in the form, then save it here under a name.' });
    }
    return new Promise((resolve) => {
      const pick = vscode.window.createQuickPick<Item>();
      pick.title = `Presets for ${instruction.title}`;
      pick.placeholder = 'Fill in the form with a preset, or save one';
      pick.matchOnDetail = true;
      pick.ignoreFocusOut = again && ignoreFocusOut;
      pick.items = items;
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (!item?.fill && !item?.run) return;
        resolve(item);
        pick.hide();
      });
      pick.onDidTriggerItemButton(({ item, button }) => {
        resolve({ ...item, button });
        pick.hide();
      });
      pick.onDidHide(() => {
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
    });
  }
}

/** The form takes the focus back a little after a step has closed, and would close the next one by that. */
const ignoreFocusOut = true;

async function save(presets: Presets, draft: Preset): Promise<void> {
  const title = 'Save Preset';
  const items = [
    { label: 'User', detail: 'In this VS Code, for every folder', place: 'user' as const },
    { label: 'Workspace', detail: `In ${presetFilePath}, to be shared`, place: 'workspace' as const },
  ];
  const where = presets.file
    ? await vscode.window.showQuickPick(items, {
        title,
        placeHolder: 'Where should it be kept?',
        ignoreFocusOut,
      })
    : items[0];
  if (!where) return;
  const known = await presets.of(where.place, draft.instruction);
  const name = await askName(title, '', known, 'Passwords and what comes from the task are left out.');
  if (name) await presets.save(where.place, { ...draft, name });
}

async function askNewName(presets: Presets, [place, preset]: Kept): Promise<void> {
  const others = (await presets.of(place, preset.instruction)).filter((one) => one.name !== preset.name);
  const name = await askName('Rename Preset', preset.name, others, 'Its new name');
  if (name && name !== preset.name) await presets.rename(place, preset, name);
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
    placeHolder: 'A name for it',
    ignoreFocusOut,
    validateInput: (text) => {
      if (!text.trim()) return 'Type a name.';
      if (text.trim().length > 100) return 'At most 100 characters.';
      return known.some((one) => one.name === text.trim())
        ? { message: 'Replaces the one of this name.', severity: vscode.InputBoxValidationSeverity.Warning }
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

async function tell(error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : '';
  await showError(`The preset was not changed: ${reason}.`);
}

function fileIn(folder: vscode.Uri): PresetFile {
  const uri = vscode.Uri.joinPath(folder, presetFilePath);
  return {
    async read() {
      try {
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      } catch (error) {
        if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
        throw error;
      }
    },
    async write(text) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    },
  };
}
