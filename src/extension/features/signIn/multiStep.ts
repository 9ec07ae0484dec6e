import * as vscode from 'vscode';
import { trimCredential } from '../../accounts/credentials';

export const back = Symbol('back');

export interface StepPlace {
  /** The whole flow's title with the place in it: `Sign In (2/5)`. */
  readonly title: string;
  /** There is nothing to go back to. */
  readonly first: boolean;
}

/** One question. It adds to the draft, or goes back, or gives up. */
export type Step<D> = (draft: Partial<D>, place: StepPlace) => Promise<Partial<D> | typeof back | undefined>;

/**
 * Asks one question after the other, with Back, out of the first where that `canGoBack`; undefined when the person
 * gives up. What was answered is kept.
 */
export async function runSteps<D>(
  title: string,
  steps: readonly Step<D>[],
  from: {
    readonly draft?: Partial<D> | undefined;
    readonly at?: number;
    readonly canGoBack?: boolean | undefined;
  },
): Promise<Partial<D> | typeof back | undefined> {
  let draft: Partial<D> = from.draft ?? {};
  for (let i = from.at ?? 0; i < steps.length;) {
    const first = i === 0 && !from.canGoBack;
    const answer = await steps[i]!(draft, { title: `${title} (${i + 1}/${steps.length})`, first });
    if (answer === undefined || (answer === back && i === 0)) return answer;
    if (answer === back) i--;
    else {
      draft = { ...draft, ...answer };
      i++;
    }
  }
  return draft;
}

export interface TextQuestion {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string | undefined;
  readonly password?: boolean;
  /** Why a text will not do; undefined when it will. */
  readonly problem?: (text: string) => string | undefined;
}

/** Asks for a text, trimmed. Enter with a problem says it instead of going on. */
export function askText(place: StepPlace, question: TextQuestion): Promise<string | typeof back | undefined> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    Object.assign(input, {
      title: place.title,
      prompt: question.prompt,
      placeholder: question.placeholder ?? '',
      value: question.value ?? '',
      password: question.password ?? false,
      ignoreFocusOut: true,
      buttons: place.first ? [] : [vscode.QuickInputButtons.Back],
    });
    const problem = () => question.problem?.(trimCredential(input.value));
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidAccept(() => {
      input.validationMessage = problem();
      if (input.validationMessage !== undefined) return;
      resolve(trimCredential(input.value));
      input.hide();
    });
    endWith(input, resolve);
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of several; `chosen` is where the selection starts. */
export function askChoice<T>(
  place: StepPlace,
  placeholder: string,
  choices: readonly Choice<T>[],
  chosen?: T,
): Promise<T | typeof back | undefined> {
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<Choice<T>>();
    Object.assign(pick, {
      title: place.title,
      placeholder,
      ignoreFocusOut: true,
      matchOnDescription: true,
      items: choices,
      buttons: place.first ? [] : [vscode.QuickInputButtons.Back],
    });
    // Not an empty list: then Enter would take nothing, instead of the first.
    const active = choices.find(({ value }) => value === chosen);
    if (active) pick.activeItems = [active];
    pick.onDidAccept(() => {
      const item = pick.selectedItems[0];
      if (!item) return;
      resolve(item.value);
      pick.hide();
    });
    endWith(pick, resolve);
  });
}

/** The first answer counts: hiding after it changes nothing. */
function endWith(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  resolve: (end: typeof back | undefined) => void,
) {
  input.onDidTriggerButton((button) => {
    if (button !== vscode.QuickInputButtons.Back) return;
    resolve(back);
    input.hide();
  });
  input.onDidHide(() => {
    resolve(undefined);
    input.dispose();
  });
  input.show();
}

/** Puts an answer under a name of the draft; Back and giving up pass through. */
export function under<D, K extends keyof D>(
  key: K,
  answer: D[K] | typeof back | undefined,
): Partial<D> | typeof back | undefined {
  if (answer === undefined || answer === back) return answer as typeof back | undefined;
  const added: Partial<D> = {};
  added[key] = answer;
  return added;
}
