import type { InstructionName } from '../../taskrouter/instructions';
import { nextSecond, timeLeft, urgentAnnouncement } from '../shared/countdown';
import { focusField } from '../shared/field';
import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import { maxPostedLength } from '../shared/protocol';
import type { FormValues, StateMessage } from '../shared/protocol';
import type { OpenSuggestions } from '../shared/suggestions';
import { outcomeText } from './outcome';
import { withPending } from './pending';
import type { PendingMessage } from './pending';
import type { FormMemory, FormMessage, FormState } from './protocol';
import { chosenInstruction, fieldsOf, lockReason, renderForm } from './view';
import type { FormEvents } from './view';

/** Fields where the user has been, and instructions that the user tried to send: their problems are shown. */
const visited = new Set<string>();
const attempted = new Set<InstructionName>();
/** Values that the extension could not accept, as `instruction key`; the fields show the previous ones. */
const refusedValues = new Set<string>();
/** Send was pressed before the extension had received all that was typed; it is decided when it has. */
let sendWhenReceived = false;
let suggestions: { key: string; open: OpenSuggestions } | undefined;
let copied: string | undefined;
/** What was announced last, or would have been if it was not announced for another reason. */
let announced = { chosen: '', outcome: '', locked: '', urgent: false, progress: '' };

const page = new Page<FormState, FormMessage, FormMemory>({
  newMemory: ({ opened, preview } = { values: {}, opened: {} }) => ({
    values: {},
    opened,
    ...(preview === undefined ? {} : { preview }),
  }),
  received,
  render,
  submit: () => on.send(),
  focusFallback: () =>
    document.querySelector<HTMLElement>('#locked') ??
    document.querySelector<HTMLElement>('.actions input:checked'),
});

const fieldOf = (instruction: InstructionName, key: string) => `${instruction} ${key}`;

/** The state with the user's changes that it does not include yet. */
function shown(): FormState | undefined {
  if (!page.received) return undefined;
  const saved = (instruction: InstructionName) => page.memory.values[instruction] ?? {};
  const state = withPending(page.received.state, page.pending, saved);
  const refused = fieldsOf(chosenInstruction(state)).filter(({ key }) =>
    refusedValues.has(fieldOf(state.chosen, key)),
  );
  if (!refused.length) return state;
  const problems = refused.map(({ key }): [string, string] => [key, state.texts.valueNotAccepted]);
  return { ...state, problems: { ...state.problems, ...Object.fromEntries(problems) } };
}

function render(): Rendered {
  const state = shown()!;
  const { chosen, values } = state;
  const { status, createdAt, expiresAt } = state.reservation;
  const left =
    status === 'pending' && expiresAt !== undefined ? timeLeft(expiresAt, createdAt, page.now) : undefined;
  announceChanges(state, left?.urgent ?? false);
  saveValues(state);
  const template = renderForm(
    {
      state,
      timeLeft: left,
      shows: (key) => attempted.has(chosen) || visited.has(fieldOf(chosen, key)) || values[key] !== undefined,
      attempted: attempted.has(chosen),
      busy: isBusy(state),
      opened: page.memory.opened,
      preview: page.memory.preview,
      copied,
      suggestions,
    },
    on,
  );
  return { template, changesIn: left && nextSecond(left.left) };
}

const isPending = (...types: PendingMessage['type'][]) =>
  page.pending.some(({ type }) => types.includes(type));
const isBusy = (state: FormState) => state.sending || sendWhenReceived || isPending('send');
const isAvailable = (state: FormState) => chosenInstruction(state)?.unavailable === undefined;

/** Only the extension can tell whether a value is or holds a password: what it has not received yet is not saved. */
function saveValues({ chosen, values, secret }: FormState): void {
  const isUnknown = (key: string) =>
    page.pending.some(
      (message) => message.type === 'set' && message.instruction === chosen && message.key === key,
    );
  const before = Object.entries(page.memory.values[chosen] ?? {}).filter(([key]) => isUnknown(key));
  const now = Object.entries(values).filter(([key]) => !secret.includes(key) && !isUnknown(key));
  const saved: FormValues = Object.fromEntries([...before, ...now]);
  page.save({ chosen, values: { ...page.memory.values, [chosen]: saved } });
}

/** Announces what changed, for the chosen action only. */
function announceChanges(state: FormState, urgent: boolean): void {
  const instruction = chosenInstruction(state);
  const { chosen, progress = '' } = state;
  const outcome = state.outcome ? outcomeText(state.outcome) : '';
  const now = { chosen, outcome, locked: lockReason(instruction, state), urgent, progress };
  const before = announced;
  announced = now;
  if (chosen !== before.chosen) page.announce(outcome || now.locked);
  else if (progress && progress !== before.progress) page.announce(progress);
  else if (outcome && (outcome !== before.outcome || (before.progress && !progress))) page.announce(outcome);
  else if (before.progress && !progress) page.announce('');
  else if (now.locked !== before.locked) page.announce(now.locked || outcome);
  else if (urgent && !before.urgent) page.announce(urgentAnnouncement(state.texts));
}

const on: FormEvents = {
  choose(instruction) {
    sendWhenReceived = false;
    suggestions = undefined;
    page.postNumbered({ type: 'choose', instruction });
    page.redraw();
  },
  set({ key }, value) {
    const state = shown();
    if (!state || isBusy(state) || !isAvailable(state)) return;
    visited.add(fieldOf(state.chosen, key));
    refusedValues.delete(fieldOf(state.chosen, key));
    const change = { type: 'set', instruction: state.chosen, key } as const;
    const posted = typeof value === 'string' ? value.slice(0, maxPostedLength) : value;
    page.postNumbered(posted === undefined ? change : { ...change, value: posted });
    page.redraw();
  },
  leave({ key }) {
    const state = shown();
    if (state) visited.add(fieldOf(state.chosen, key));
    page.redraw();
  },
  suggest({ key }, open) {
    if (!open && suggestions?.key !== key) return;
    suggestions = open && { key, open };
    page.redraw();
  },
  send() {
    const state = shown();
    if (!state || state.reading || isBusy(state) || !isAvailable(state)) return;
    sendWhenReceived = true;
    sendIfReceived();
    page.redraw();
  },
  copy(preview, text) {
    copied = text;
    page.post({ type: 'copy', preview });
    page.redraw();
  },
  edit: (preview) => page.post({ type: 'edit', preview }),
  presets: () => page.post({ type: 'presets' }),
  pick({ key }) {
    const state = shown();
    if (state) page.post({ type: 'pick', instruction: state.chosen, key });
  },
  explain: () => page.post({ type: 'explain' }),
  next: () => page.post({ type: 'next' }),
  another: () => page.post({ type: 'another' }),
  refresh: () => page.post({ type: 'refresh' }),
  fold(group, open) {
    if (page.memory.opened[group] === open) return;
    page.save({ opened: { ...page.memory.opened, [group]: open } });
    page.redraw();
  },
  showPreview(name) {
    page.save({ preview: name });
    page.redraw();
  },
  focus(key) {
    const group = chosenInstruction(shown()!)?.groups.find(({ fields }) =>
      fields.some((field) => field.key === key),
    );
    if (group) on.fold(group.title, true);
    focusField(key);
  },
};

/** Sends once the extension has received everything: it sends what it received, and its problems are about that. */
function sendIfReceived(): void {
  const state = shown();
  if (!state || !sendWhenReceived || isPending('set', 'choose')) return;
  sendWhenReceived = false;
  if (state.sending || !isAvailable(state)) return;
  if (!Object.keys(state.problems).length)
    return page.postNumbered({ type: 'send', instruction: state.chosen });
  attempted.add(state.chosen);
  page.redraw();
  document.getElementById('summary')?.focus();
}

function received(
  { state }: StateMessage<FormState>,
  previous: StateMessage<FormState> | undefined,
  refused: PendingMessage | undefined,
): void {
  if (!previous) {
    for (const set of [visited, attempted, refusedValues]) set.clear();
    sendWhenReceived = false;
    suggestions = undefined;
  }
  if (refused?.type === 'set') refusedValues.add(fieldOf(refused.instruction, refused.key));
  sendIfReceived();
  // A command chose another action; the user's own choice is drawn before its state comes.
  if (previous && state.chosen !== announced.chosen && !isPending('choose')) {
    page.redraw();
    page.resetFocus();
  }
  if (previous && state.outcome && !previous.state.outcome) {
    page.redraw();
    document.getElementById('outcome')?.scrollIntoView({ block: 'nearest' });
  }
}

page.start();
