import * as vscode from 'vscode';
import type { Setting, SettingId } from './contributions';
import { settings } from './contributions';

/** Milliseconds between polls; 0 while polling is off. */
export const refreshInterval = (): number => read('taskrouter.refreshInterval') * 1000;

export const requestsPerMinute = (): number => read('taskrouter.requestsPerMinute');

/** Asks for one section: VS Code copies what it returns, which takes long for all settings that there are. */
const read = (id: SettingId) =>
  clampSetting(id, vscode.workspace.getConfiguration('taskrouter').get(id.replace('taskrouter.', '')));

/**
 * A setting as it can be used. VS Code does not enforce the schema: a number outside its range becomes the nearest
 * allowed one, a fraction the next integer, and a value of another type the default.
 */
export function clampSetting(id: SettingId, value: unknown): number {
  const setting: Setting = settings[id];
  if (typeof value !== 'number' || Number.isNaN(value)) return setting.default;
  return Math.min(setting.maximum, Math.max(setting.minimum, Math.ceil(value)));
}
