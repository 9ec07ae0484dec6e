import * as vscode from 'vscode';
import { trimCredential } from '../../accounts/credentials';
import { createInputBox, createQuickPick, showProblem } from '../../display/quickInput';

export const back = Symbol('back');

export interface StepPosition {
  /** The title of the flow with the step's number: `Sign In (2/5)`. */
  readonly title: string;
  /** Whether there is no step to go back to. */
  readonly isFirst: boolean;
}

/** One question. It resolves to further answers, to `back`, or to undefined when the user cancels. */
export type Step<A> = (
  answers: Partial<A>,
  position: StepPosition,
) => Promise<Partial<A> | typeof back | undefined>;

export interface StepsOptions<A> {
  readonly answers?: Partial<A> | undefined;
  /** Index of the first step to show. */
  readonly startAt?: number;
  /** The first step has a Back button too; it ends the flow with `back`. */
  readonly canGoBack?: boolean | undefined;
}

/** Asks the questions in order, with a Back button that keeps the answers. Undefined when the user cancels. */
export async function runSteps<A>(
  title: string,
  steps: readonly Step<A>[],
  options: StepsOptions<A>,
): Promise<Partial<A> | typeof back | undefined> {
  let answers: Partial<A> = options.answers ?? {};
  for (let i = options.startAt ?? 0; i < steps.length;) {
    const isFirst = i === 0 && !options.canGoBack;
    const answer = await steps[i]!(answers, {
      title: vscode.l10n.t('{title} ({step}/{steps})', { title, step: i + 1, steps: steps.length }),
      isFirst,
    });
    if (answer === undefined || (answer === back && i === 0)) return answer;
    if (answer === back) i--;
    else {
      answers = { ...answers, ...answer };
      i++;
    }
  }
  return answers;
}

export interface TextQuestion {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string | undefined;
  readonly password?: boolean;
  /** Why a text is not accepted; undefined when it is. */
  readonly problem?: (text: string) => string | undefined;
  /** A button that opens a page in the browser. The question stays open. */
  readonly page?: { readonly title: string; readonly url: string } | undefined;
}

/** Asks for a text, trimmed as credentials are. Enter with a problem shows it instead of going on. */
export function askText(
  position: StepPosition,
  question: TextQuestion,
): Promise<string | typeof back | undefined> {
  return new Promise((resolve) => {
    const { title, isFirst } = position;
    const { prompt, placeholder = '', value = '', password = false, problem, page } = question;
    const openPage = page && { iconPath: new vscode.ThemeIcon('link-external'), tooltip: page.title };
    const buttons = [...(isFirst ? [] : [vscode.QuickInputButtons.Back]), ...(openPage ? [openPage] : [])];
    const input = createInputBox({ title, prompt, placeholder, value, password, buttons });
    input.onDidTriggerButton((button) => {
      if (page && button === openPage) void vscode.env.openExternal(vscode.Uri.parse(page.url, true));
    });
    input.onDidChangeValue(() => showProblem(input, undefined));
    input.onDidAccept(() => {
      const text = trimCredential(input.value);
      showProblem(input, problem?.(text));
      if (input.validationMessage !== undefined) return;
      resolve(text);
      input.hide();
    });
    endWith(input, resolve);
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of several; `current` is selected first. */
export function askChoice<T>(
  position: StepPosition,
  placeholder: string,
  choices: readonly Choice<T>[],
  current?: T,
): Promise<T | typeof back | undefined> {
  return new Promise((resolve) => {
    const { title, isFirst } = position;
    const buttons = isFirst ? [] : [vscode.QuickInputButtons.Back];
    const pick = createQuickPick<Choice<T>>({ title, placeholder, buttons, ignoreFocusOut: true });
    pick.items = choices;
    // Never an empty list: Enter would then pick nothing instead of the first.
    const active = choices.find(({ value }) => value === current);
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

/** Only the first result counts. */
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

/** An answer under its name; `back` and undefined pass through. */
export function answerAs<A, K extends keyof A>(
  key: K,
  answer: A[K] | typeof back | undefined,
): Partial<A> | typeof back | undefined {
  if (answer === undefined || answer === back) return answer as typeof back | undefined;
  const answers: Partial<A> = {};
  answers[key] = answer;
  return answers;
}
