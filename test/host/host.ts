import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fetchBuild, type VersionName } from './builds';
import { startFrontEnd, type WorkbenchOptions } from './frontEnd';
import { startServer, type Server } from './server';

/** Keeps VS Code from talking of itself, and from calling out. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false, // 1.105 shows it all the same
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
};

/** Makes it the same on every run: nothing half faded in a picture, no Git, no editor in a dialog. */
export const testSettings = {
  'workbench.reduceMotion': 'on',
  // What hovers over a row covers the rows below it.
  'workbench.hover.delay': 3_600_000,
  'window.autoDetectColorScheme': false,
  'workbench.editor.empty.hint': 'hidden',
  'workbench.editor.useModal': 'off',
  'git.enabled': false,
  'files.simpleDialog.enable': true,
  'extensions.webWorker': false,
};

export interface HostOptions {
  version: VersionName;
  userDataDir: string;
  /** Installed extensions; `<userDataDir>/extensions` unless said. */
  extensionsDir?: string;
  /** User settings, over those that `<userDataDir>` has from before. */
  settings?: Record<string, unknown>;
  env?: Record<string, string | undefined>;
  connectionToken?: string;
  preferredPort?: number;
  workbench: WorkbenchOptions;
}

/** A VS Code that waits for a browser to show it. */
export interface Host {
  port: number;
  /** VS Code's version. */
  vscode: string;
  /** What comes after the origin in the address of a window: on a folder or a .code-workspace file, or empty. */
  windowPath(opened?: string): string;
  /** Writes user settings as those that it was started with, for the windows that are opened from now on. */
  writeSettings(settings: Record<string, unknown>): void;
  writeEnvironment: Server['writeEnvironment'];
  stop(): Promise<void>;
}

export async function startHost(options: HostOptions): Promise<Host> {
  const { userDataDir, connectionToken, preferredPort, workbench } = options;
  const build = await fetchBuild(options.version);
  const { workspaceTrust = false } = workbench;
  const writeSettings = (settings?: Record<string, unknown>) =>
    writeUserSettings(userDataDir, {
      // In the value of this version: the newest edits these settings to replace the old one, and edits them as a document,
      // for which each window loads JSON's and TypeScript's extensions and a tokenizer.
      'extensions.autoUpdate': options.version === 'oldest' ? false : 'off',
      'security.workspace.trust.enabled': workspaceTrust,
      // No question as a folder is opened: it is not trusted until somebody says so.
      'security.workspace.trust.startupPrompt': 'never',
      ...settings,
    });
  writeSettings(options.settings);
  const server = await startServer({
    build,
    userDataDir,
    extensionsDir: options.extensionsDir ?? path.join(userDataDir, 'extensions'),
    env: options.env,
    connectionToken,
    workspaceTrust,
  });
  const frontEnd = await startFrontEnd({
    socketPath: server.socketPath,
    packageDir: build.packageDir,
    keyFile: path.join(userDataDir, 'secret-key-half'),
    preferredPort,
    connectionToken,
    workbench,
  });
  return {
    port: frontEnd.port,
    vscode: build.vscode,
    writeSettings,
    writeEnvironment: (env) => server.writeEnvironment(env),
    windowPath(opened) {
      const query = new URLSearchParams();
      if (connectionToken) query.set('tkn', connectionToken);
      if (!opened) query.set('ew', 'true');
      else query.set(opened.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(opened));
      return `/?${query.toString()}`;
    },
    async stop() {
      frontEnd.stop();
      await server.stop();
    },
  };
}

/** Before a window is opened: the server build does not notice a change of this file later. */
function writeUserSettings(userDataDir: string, settings: Record<string, unknown>): void {
  const file = path.join(userDataDir, 'User/settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...before, ...settings }, null, 2));
}
