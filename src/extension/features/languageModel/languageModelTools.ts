import * as vscode from 'vscode';
import type { ToolAnswers, ToolAnswersOptions } from './toolAnswers';

export interface LanguageModelToolsOptions extends ToolAnswersOptions {
  readonly extension: vscode.Extension<unknown>;
}

interface Manifest {
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
}

/** Offers the tools that package.json names. What answers is loaded on the first call. */
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
  return vscode.Disposable.from(...registered);
}
