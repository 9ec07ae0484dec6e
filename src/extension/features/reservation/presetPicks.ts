import * as vscode from 'vscode';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import { holdsSecret } from '../../../taskrouter/secrets';
import type { Memory } from '../../accounts/memory';
import type { Choice, SavedKind } from '../../actions/savedItems';
import { SavedItems } from '../../actions/savedItems';
import { localize, localizeText } from '../../display/localize';
import { forQuickPick } from '../../display/safeText';
import type { IsCallerData } from './callerData';
import type { Preset, PresetContent } from './presets';
import { presetContent, presetsIn } from './presets';

/** What a choice makes of the values that are in the form by then. */
export type Fill = (now: FormValues) => FormValues;

const presetKind: SavedKind<Preset> = {
  filePath: '.vscode/taskrouter-presets.json',
  itemsIn: presetsIn,
  detailOf: ({ values }) => summary(values),
  texts: {
    placeholder: vscode.l10n.t('Apply a preset, or save the current values'),
    save: vscode.l10n.t('Save Preset'),
    where: vscode.l10n.t('Where should the preset be saved?'),
    rename: vscode.l10n.t('Rename Preset'),
    newName: vscode.l10n.t('New name of the preset'),
    replaces: vscode.l10n.t('Replaces the preset with this name.'),
    none: vscode.l10n.t('No presets yet. Fill in the form, then save its values here.'),
    notSaved: vscode.l10n.t('The presets could not be saved.'),
    notSavedBecause: (reason) => vscode.l10n.t('The presets could not be saved: {reason}.', { reason }),
  },
};

/** The presets of one instruction in a quick pick, where each can be applied, renamed or deleted. */
export class PresetPicks {
  private readonly saved: SavedItems<Preset>;

  constructor(memory: Memory, folders = () => vscode.workspace.workspaceFolders ?? []) {
    this.saved = new SavedItems(presetKind, memory, folders);
  }

  /**
   * @param filled the values in the form, to be saved
   * @param before the values before the last preset, to be restored
   * @returns undefined when nothing is to be filled in
   */
  pick(
    instruction: Instruction,
    filled: FormValues,
    isCallerData: IsCallerData,
    before: FormValues | undefined,
  ): Promise<Fill | undefined> {
    const name = instruction.name as InstructionName;
    return this.saved.pick<Fill>({
      title: vscode.l10n.t('Presets for {instruction}', { instruction: localizeText(instruction.title) }),
      first: firstChoices(instruction, presetContent(instruction, filled, isCallerData), before),
      includes: (preset) => preset.instruction === name,
      resultOf: (preset) => (now) => ({ ...now, ...preset.values }),
      problemOf: (text) =>
        holdsSecret(text) || isCallerData(text)
          ? vscode.l10n.t('This file is shared. Do not use a secret or data from this task.')
          : undefined,
    });
  }
}

function firstChoices(
  instruction: Instruction,
  { values, leftOut }: PresetContent,
  before: FormValues | undefined,
): Choice<Preset, Fill>[] {
  const choices: Choice<Preset, Fill>[] = [];
  if (Object.keys(values).length) {
    const omitted = Object.entries(leftOut).map(([parameter, why]) =>
      vscode.l10n.t('{parameter} is not saved: {reason}.', { parameter, reason: localize(why) }),
    );
    choices.push({
      label: `$(add) ${vscode.l10n.t('Save Current Values…')}`,
      detail: summary(values),
      alwaysShow: true,
      save: {
        item: { name: '', instruction: instruction.name as InstructionName, values },
        prompt: () => omitted.join(' ') || vscode.l10n.t('Name of the preset'),
      },
    });
  }
  if (before)
    choices.push({
      label: `$(discard) ${vscode.l10n.t('Undo the Last Preset')}`,
      detail: summary(presetContent(instruction, before, () => false).values) || vscode.l10n.t('No values'),
      alwaysShow: true,
      result: () => before,
    });
  return choices;
}

const summary = (values: FormValues) =>
  forQuickPick(
    Object.entries(values)
      .map(([key, value]) => `${wireName(key)}=${[value].flat().join(',')}`)
      .join('  '),
    200,
  );
