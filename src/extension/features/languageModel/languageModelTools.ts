import * as vscode from 'vscode';
import { mcpServerId } from '../../contributions';
import type { ToolAnswers, ToolAnswersOptions } from './toolAnswers';

export interface LanguageModelToolsOptions extends ToolAnswersOptions {
  readonly extension: { readonly extensionPath: string; readonly packageJSON: Manifest };
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
  const { extensionPath, packageJSON } = extension;
  const { version, contributes } = packageJSON;
  const registered = contributes.languageModelTools.map(({ name }) =>
    vscode.lm.registerTool<unknown>(name, {
      prepareInvocation: async ({ input }) => (await answers()).describe(name, input),
      invoke: async ({ input }, token) => (await answers()).invoke(name, input, token),
    }),
  );
  const server = vscode.lm.registerMcpServerDefinitionProvider?.(mcpServerId, {
    // VS Code stores it, so it has no secret. Only its resolved copy says where the window listens.
    provideMcpServerDefinitions: () => [
      new vscode.McpStdioServerDefinition(
        'TaskRouter',
        process.execPath,
        [`${extensionPath}/dist/mcpBridge.js`],
        {},
        version,
      ),
    ],
    resolveMcpServerDefinition: async (one: vscode.McpStdioServerDefinition) =>
      (await answers()).startMcpServer(one),
  });
  const ending = () => {
    server?.dispose();
    void loading?.then((one) => one.dispose());
  };
  return vscode.Disposable.from(...registered, { dispose: ending });
}
