import * as vscode from 'vscode';
import { mcpServerId } from '../../contributions';
import type { ToolAnswers, ToolAnswersOptions } from './toolAnswers';

export interface LanguageModelToolsOptions extends ToolAnswersOptions {
  readonly extension: vscode.Extension<unknown>;
}

interface Manifest {
  readonly version: string;
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

/**
 * Offers the tools that package.json names, and a program that serves them over MCP while the setting is on. What answers is
 * loaded on the first call.
 */
export function languageModelTools({ extension, ...options }: LanguageModelToolsOptions): vscode.Disposable {
  let loading: Promise<ToolAnswers> | undefined;
  const answers = () =>
    (loading ??= import('../../lazy').then(({ ToolAnswers }) => new ToolAnswers(options)));
  const { languageModelTools: all } = (extension.packageJSON as Manifest).contributes;
  const registered = all.map(({ name }) =>
    vscode.lm.registerTool<unknown>(name, {
      prepareInvocation: async ({ input }) => (await answers()).describe(name, input),
      invoke: async ({ input }, token) => (await answers()).invoke(name, input, token),
    }),
  );
  const server = vscode.lm.registerMcpServerDefinitionProvider?.(mcpServerId, {
    provideMcpServerDefinitions: () => [serverDefinition(extension)],
    resolveMcpServerDefinition: async (one: vscode.McpStdioServerDefinition) =>
      (await answers()).startMcpServer(one),
  });
  const ending = { dispose: () => void loading?.then((one) => one.dispose()) };
  return vscode.Disposable.from(...registered, ...(server ? [server] : []), ending);
}

/** VS Code stores it, so it has no secret. Only its resolved copy says where the window listens. */
const serverDefinition = ({ extensionPath, packageJSON }: vscode.Extension<unknown>) =>
  new vscode.McpStdioServerDefinition(
    ...(['TaskRouter', process.execPath] as const),
    [`${extensionPath}/dist/mcpBridge.js`],
    { ELECTRON_RUN_AS_NODE: '1' },
    (packageJSON as Manifest).version,
  );
