import * as vscode from 'vscode';
import type { ContextKey, ContextKeys, FirstStep } from '../contributions';

/** What `when` clauses of menus, keys and the walkthrough depend on. */
export const setContext = <Key extends ContextKey>(key: Key, value: ContextKeys[Key]): void =>
  void vscode.commands.executeCommand('setContext', key, value);

const completed = new Set<FirstStep>();

/** Completes a step of the walkthrough, which VS Code remembers. To be called after success. */
export function reached(step: FirstStep): void {
  if (completed.has(step)) return;
  completed.add(step);
  setContext(`taskrouter.reached.${step}`, true);
}
