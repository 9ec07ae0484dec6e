import * as vscode from 'vscode';
import { settle } from '../window';

/** Every text of a notification or of the status bar while `body` runs. */
export async function shownDuring(body: () => Promise<unknown>): Promise<string[]> {
  const { window } = vscode;
  const real = { ...window };
  const texts: string[] = [];
  const show = (text: string) => Promise.resolve(void texts.push(text));
  const names = ['showErrorMessage', 'showWarningMessage', 'setStatusBarMessage'] as const;
  try {
    for (const name of names) Object.assign(window, { [name]: show });
    await body();
    await settle();
  } finally {
    for (const name of names) Object.assign(window, { [name]: real[name] });
  }
  return texts;
}
