import type { FormValues } from '../shared/protocol';
import type { InstructionName } from '../../taskrouter/instructions';
import type { ChooseMessage, FormState, SendMessage, SetMessage } from './protocol';

export type PendingMessage = ChooseMessage | SetMessage | SendMessage;

/**
 * The state as the page shows it, with what the user did that no state includes yet. A state is from the past: what
 * was typed after it stays on the page.
 * @param saved the values of an instruction that was chosen here, but not yet in the state
 */
export function withPending(
  state: FormState,
  pending: readonly PendingMessage[],
  saved: (instruction: InstructionName) => FormValues,
): FormState {
  const choice = pending.findLast((message) => message.type === 'choose');
  const chosen = choice?.instruction ?? state.chosen;
  const isNew = chosen !== state.chosen;
  const values: Record<string, string | readonly string[]> = { ...(isNew ? saved(chosen) : state.values) };
  for (const message of pending) {
    if (message.type !== 'set' || message.instruction !== chosen) continue;
    if (message.value === undefined) delete values[message.key];
    else values[message.key] = message.value;
  }
  if (!isNew) return { ...state, values };
  // Nothing is known about the new choice yet, so what belongs to the old one is removed.
  const unknown = { problems: {}, warnings: {}, outcome: undefined };
  const previews = state.previews.map(({ name, title }) => ({ name, title, text: '' }));
  return { ...state, ...unknown, chosen, values, previews };
}
