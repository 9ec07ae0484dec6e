import * as vscode from 'vscode';
import type { ContextKey, ContextKeys, FirstStep } from '../contributions';

/** What `when` clauses of menus, keys and the walkthrough depend on. */
export const setContext = <Key extends ContextKey>(key: Key, value: ContextKeys[Key]): void =>
  void vscode.commands.executeCommand('setContext', key, value);

const completed = new Set<FirstStep>();

/** Completes a step of the walkthrough, which VS Code remembers. To be called after success. */
export function reached(step: FirstStep): void {
  completed.add(step);
  completeSteps();
}

/**
 * VS Code reads a walkthrough when it is first shown, and then never completes a step whose key is true by then: so they
 * are true for a moment only.
 */
const completeSteps = (): void =>
  [true, false].forEach((value) =>
    completed.forEach((step) => setContext(`taskrouter.reached.${step}`, value)),
  );

/** Completes the steps that were taken before the walkthrough was opened; its tab has no input that extensions know. */
export const followWalkthrough = (): vscode.Disposable =>
  vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    if (opened.some(({ input }) => !input)) completeSteps();
  });
