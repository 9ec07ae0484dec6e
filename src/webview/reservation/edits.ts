import type { FormMessage, FormState, FormValues } from './protocol';

type Numbered = Extract<FormMessage, { number: number }>;
type Unnumbered<M> = M extends Numbered ? Omit<M, 'number'> : never;

/**
 * What the person did that the extension has not answered yet, laid over the extension's state. A state is a
 * picture from the past: what was typed after it was taken stays on the page until a state has seen it.
 */
export class Edits {
  // Starts at the clock, so that the numbers of a page that is loaded again are above those of the one before.
  #last = Date.now();
  #waiting: Numbered[] = [];

  /** Numbers a message that is about to be posted. */
  add(message: Unnumbered<Numbered>): Numbered {
    this.#last = Math.max(this.#last + 1, Date.now());
    const numbered = { ...message, number: this.#last };
    this.#waiting.push(numbered);
    return numbered;
  }

  /** Forgets what a state that is `upTo` this number has taken into account. */
  answered(upTo: number): void {
    this.#waiting = this.#waiting.filter(({ number }) => number > upTo);
  }

  waitsFor(...types: Numbered['type'][]): boolean {
    return this.#waiting.some(({ type }) => types.includes(type));
  }

  /**
   * The state as the page shows it.
   * @param remembered the values of an instruction that was chosen here and that the extension has not told of yet
   */
  over(state: FormState, remembered: (instruction: string) => FormValues): FormState {
    const choice = this.#waiting.findLast((message) => message.type === 'choose');
    const chosen = choice?.instruction ?? state.chosen;
    const elsewhere = chosen !== state.chosen;
    const values: Record<string, string | readonly string[]> = {
      ...(elsewhere ? remembered(chosen) : state.values),
    };
    for (const message of this.#waiting) {
      if (message.type !== 'set' || message.instruction !== chosen) continue;
      if (message.value === undefined) delete values[message.key];
      else values[message.key] = message.value;
    }
    if (!elsewhere) return { ...state, values };
    // Nothing is known yet about what was just chosen, and the old request must not stand beside it.
    const previews = state.previews.map(({ name }) => ({ name, text: '' }));
    return { ...state, chosen, values, problems: {}, warnings: {}, previews };
  }
}
