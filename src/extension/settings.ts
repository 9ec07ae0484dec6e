import * as vscode from 'vscode';
import type { NumberSetting, SettingId } from './contributions';
import { settings } from './contributions';

/** Milliseconds between polls; 0 while polling is off. */
export const refreshInterval = (): number => read('taskrouter.refreshInterval') * 1000;

export const requestsPerMinute = (): number => read('taskrouter.requestsPerMinute');

/** Whether language model tools return what others wrote. Anything but `true` is taken for `false`. */
export const languageModelQuotations = (): boolean => valueOf('taskrouter.languageModel.quotations') === true;

/** Whether VS Code may start an MCP server with the tools that read. */
export const languageModelMcpServer = (): boolean => valueOf('taskrouter.languageModel.mcpServer') === true;

/** Asks for one section: VS Code copies what it returns, which takes long for all settings that there are. */
const valueOf = (id: SettingId): unknown =>
  vscode.workspace.getConfiguration('taskrouter').get(id.replace('taskrouter.', ''));

const read = (id: NumberSettingId) => clampSetting(id, valueOf(id));

export type NumberSettingId = {
  [Id in SettingId]: (typeof settings)[Id] extends NumberSetting ? Id : never;
}[SettingId];

/**
 * A setting as it can be used. VS Code does not enforce the schema: a number outside its range becomes the nearest
 * allowed one, a fraction the next integer, and a value of another type the default.
 */
export function clampSetting(id: NumberSettingId, value: unknown): number {
  const setting: NumberSetting = settings[id];
  if (typeof value !== 'number' || Number.isNaN(value)) return setting.default;
  return Math.min(setting.maximum, Math.max(setting.minimum, Math.ceil(value)));
}
