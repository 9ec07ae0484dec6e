import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import { fill } from '../shared/text';
import { List } from './list';
import type { CallFilter, SetupKey, CallbacksMemory, CallbacksMessage, CallbacksState } from './protocol';
import { renderPage } from './view';

const page = new Page<CallbacksState, CallbacksMessage, CallbacksMemory>({
  newMemory: () => ({ typed: {}, folds: {} }),
  received,
  render,
  submit,
  // Into the replay that was just opened, and back to its button.
  focusFallback: () =>
    ['#attributes', '#replay', '#setup-url']
      .map((selector) => document.querySelector<HTMLElement>(selector))
      .find((element) => element !== null) ?? null,
});

const list = new List({
  rows: (from, to) => page.post({ type: 'rows', from, to }),
  choose: (index, id) => page.post({ type: 'choose', index, id }),
});

/** What was typed into the attributes of a replay, and of which one. */
let edited: { readonly of: string; readonly text: string } | undefined;

let isReplayNew = false;

function render({ state }: StateMessage<CallbacksState>): Rendered {
  const { typed, folds } = page.memory;
  const attributes = edited?.of === state.replay?.of ? edited?.text : undefined;
  if (isReplayNew) queueMicrotask(() => document.querySelector<HTMLElement>('#attributes')?.focus());
  isReplayNew = false;
  return { template: renderPage(state, { typed, folds, attributes }, list, on) };
}

function received(
  { state }: StateMessage<CallbacksState>,
  previous: StateMessage<CallbacksState> | undefined,
): void {
  list.receive(state);
  if (!previous) return;
  const { delivery, detail, texts } = state;
  const before = previous.state;
  if (before.replay && !state.replay) edited = undefined;
  // Also when a command of another view has opened it.
  if (state.replay && state.replay.of !== before.replay?.of) isReplayNew = true;
  if (delivery.text !== before.delivery.text) page.announce(delivery.text);
  const isNews = detail && !detail.isRunning && (before.detail?.isRunning || before.detail?.id !== detail.id);
  if (isNews)
    page.announce(fill(texts.callback, { name: detail.name, result: detail.verdict.lines.join(' ') }));
}

/** Ctrl+Enter sends what is being edited, or starts. */
function submit(): void {
  const state = page.received?.state;
  if (state?.replay) on.send();
  else if (state?.delivery.button === 'start') on.start();
}

const on = {
  enter(key: SetupKey, value: string) {
    page.save({ typed: { ...page.memory.typed, [key]: value } });
    page.post({ type: 'setup', key, value });
  },
  applySetup: () => page.post({ type: 'applySetup' }),
  copyToken: () => page.post({ type: 'copyToken' }),
  useSuggestion(index: number) {
    page.save({ typed: {} });
    page.post({ type: 'useSuggestion', index });
  },
  start: () => page.post({ type: 'start' }),
  stop: () => page.post({ type: 'stop' }),
  edit(attributes: string) {
    edited = { of: page.received!.state.replay!.of, text: attributes };
    page.post({ type: 'edit', attributes });
  },
  replay: () => page.post({ type: 'replay' }),
  cancelReplay: () => page.post({ type: 'cancelReplay' }),
  send: () => page.post({ type: 'send' }),
  openForm: () => page.post({ type: 'openForm' }),
  openReservation: () => page.post({ type: 'openReservation' }),
  copyOutput: () => page.post({ type: 'copyOutput' }),
  saveRecording: () => page.post({ type: 'saveRecording' }),
  copyCurl: (attempt: number) => page.post({ type: 'copyCurl', attempt }),
  clear: () => page.post({ type: 'clear' }),
  filter: (filter: CallFilter) => page.post({ type: 'filter', filter }),
  refresh: () => page.post({ type: 'refresh' }),
  fold(name: string, open: boolean) {
    page.save({ folds: { ...page.memory.folds, [name]: open } });
    page.redraw();
  },
};
export type PageEvents = typeof on;

page.start();
