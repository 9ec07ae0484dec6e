import { render } from 'lit/html.js';
import { clock, timeLeft } from './countdown';
import { chosenInstruction, drawPage, fieldsOf, lockedWords } from './draw';
import type { PageEvents } from './draw';
import { Edits } from './edits';
import { focusField } from './field';
import { outcomeWords } from './outcome';
import type { ExtensionMessage, FormMemory, FormMessage, FormState, FormValues } from './protocol';
import type { Suggesting } from './suggest';

declare function acquireVsCodeApi(): {
  postMessage(message: FormMessage): void;
  getState(): FormMemory | undefined;
  setState(memory: FormMemory): void;
};

const vscode = acquireVsCodeApi();
const edits = new Edits();
const root = document.body.appendChild(document.createElement('main'));

/** The extension's newest message, as it came. */
let received: ExtensionMessage | undefined;
/** The extension's clock is this many milliseconds ahead of the page's. */
let ahead = 0;
let memory: FormMemory = { chosen: '', values: {}, opened: {}, scroll: 0, ...vscode.getState() };

/** Fields where the person has been, and instructions that they tried to send: their problems are shown. */
const visited = new Set<string>();
const attempted = new Set<string>();
/** Send was pressed before the extension had seen all that was typed: it is decided when it has. */
let sendWhenSeen = false;
let suggesting: { key: string; list: Suggesting } | undefined;
let copied: string | undefined;
let announcement = '';
/** What of the state was last said aloud. */
let said = { outcome: '', locked: '', urgent: false, sending: false };

const shown = (): FormState | undefined =>
  received && edits.over(received.state, (instruction) => memory.values[instruction] ?? {});

/** A button of the mouse is down: what is drawn now could move its target away, and the click would be lost. */
let pressed = false;
let heldBack = false;
let drawing = false;
let drawAgain = false;

/** Drawing can take away what has the focus, and to that the page answers by drawing: then it is drawn once more. */
function draw(): void {
  heldBack = pressed;
  if (pressed) return;
  drawAgain = drawing;
  if (drawing) return;
  drawing = true;
  try {
    do {
      drawAgain = false;
      drawOnce();
    } while (drawAgain);
  } finally {
    drawing = false;
  }
}

function drawOnce(): void {
  const state = shown();
  if (!state) return;
  const focused = document.activeElement;
  const left = timeLeft(state, Date.now() + ahead);
  announce(state, left?.urgent ?? false);
  render(
    drawPage(
      {
        state,
        timeLeft: left,
        shows: (key) =>
          attempted.has(state.chosen) ||
          visited.has(`${state.chosen} ${key}`) ||
          state.values[key] !== undefined,
        attempted: attempted.has(state.chosen),
        busy: isBusy(state),
        opened: memory.opened,
        preview: memory.preview,
        copied,
        suggesting,
        announcement,
      },
      on,
    ),
    root,
  );
  keepFocus(focused);
  rememberValues(state);
  tick(left?.left);
}

const isBusy = (state: FormState) => state.sending || sendWhenSeen || edits.waitsFor('send');

/** When what had the focus is gone or out of use, the focus goes to the reason, not to the top of the page. */
function keepFocus(focused: Element | null): void {
  if (!focused || focused === document.body) return;
  if (focused.isConnected && !focused.matches(':disabled')) return;
  const reason = document.querySelector<HTMLElement>('#locked');
  (reason ?? document.querySelector<HTMLElement>('.actions input:checked'))?.focus();
}

function remember(change: Partial<FormMemory>): void {
  memory = { ...memory, ...change };
  vscode.setState(memory);
}

function rememberValues(state: FormState): void {
  const secret = new Set(
    fieldsOf(chosenInstruction(state)).flatMap(({ key, control }) => (control === 'password' ? [key] : [])),
  );
  const values: FormValues = Object.fromEntries(
    Object.entries(state.values).filter(([key]) => !secret.has(key)),
  );
  remember({
    ...(state.binding ? { binding: state.binding } : {}),
    chosen: state.chosen,
    values: { ...memory.values, [state.chosen]: values },
  });
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Draws again when the shown second changes. */
function tick(left: number | undefined): void {
  clearTimeout(timer);
  if (left) timer = setTimeout(draw, left % 1000 || 1000);
}

/** Says what changed, once: one live region for the whole page. */
function announce(state: FormState, urgent: boolean): void {
  const instruction = chosenInstruction(state);
  const outcome = state.outcome
    ? [`${outcomeWords(state.outcome)}.`, state.outcome.headline, ...state.outcome.details].join(' ')
    : '';
  const now = {
    outcome,
    locked: lockedWords(instruction, state),
    urgent,
    sending: state.sending,
  };
  if (now.sending && !said.sending) announcement = `Sending ${instruction?.title ?? ''}.`;
  else if (outcome && (outcome !== said.outcome || (said.sending && !now.sending))) announcement = outcome;
  else if (now.locked && now.locked !== said.locked) announcement = now.locked;
  else if (now.urgent && !said.urgent) announcement = `${clock(10_000)} left.`;
  said = now;
}

const on: PageEvents = {
  choose(instruction) {
    sendWhenSeen = false;
    suggesting = undefined;
    vscode.postMessage(edits.add({ type: 'choose', instruction }));
    draw();
  },
  set(field, value) {
    const state = shown();
    if (!state) return;
    sendWhenSeen = false;
    visited.add(`${state.chosen} ${field.key}`);
    const change = { type: 'set', instruction: state.chosen, key: field.key } as const;
    vscode.postMessage(edits.add(value === undefined ? change : { ...change, value }));
    draw();
  },
  leave(field) {
    visited.add(`${shown()?.chosen} ${field.key}`);
    draw();
  },
  suggest(field, list) {
    if (!list && suggesting?.key !== field.key) return;
    suggesting = list && { key: field.key, list };
    draw();
  },
  send() {
    const state = shown();
    if (!state || isBusy(state) || chosenInstruction(state)?.unavailable !== undefined) return;
    sendWhenSeen = true;
    sendIfSeen();
  },
  copy(preview, text) {
    copied = text;
    vscode.postMessage({ type: 'copy', preview });
    draw();
  },
  edit: (preview) => vscode.postMessage({ type: 'edit', preview }),
  presets: () => vscode.postMessage({ type: 'presets' }),
  pick({ key }) {
    const state = shown();
    if (state) vscode.postMessage({ type: 'pick', instruction: state.chosen, key });
  },
  explain: () => vscode.postMessage({ type: 'explain' }),
  next: () => vscode.postMessage({ type: 'next' }),
  refresh: () => vscode.postMessage({ type: 'refresh' }),
  fold(group, open) {
    if (memory.opened[group] === open) return;
    remember({ opened: { ...memory.opened, [group]: open } });
    draw();
  },
  showPreview(name) {
    remember({ preview: name });
    draw();
  },
  go(key) {
    const group = chosenInstruction(shown()!)?.groups.find(({ fields }) =>
      fields.some((field) => field.key === key),
    );
    if (group) on.fold(group.title, true);
    focusField(key);
  },
};

/** What is sent is what the extension has seen, and its problems are about just that. */
function sendIfSeen(): void {
  const state = shown();
  if (!state || !sendWhenSeen || edits.waitsFor('set', 'choose')) return draw();
  sendWhenSeen = false;
  if (state.sending || chosenInstruction(state)?.unavailable !== undefined) return draw();
  if (Object.keys(state.problems).length) {
    attempted.add(state.chosen);
    draw();
    document.getElementById('summary')?.focus();
    return;
  }
  vscode.postMessage(edits.add({ type: 'send', instruction: state.chosen }));
  draw();
}

window.addEventListener('message', ({ data }: MessageEvent<ExtensionMessage | undefined>) => {
  if (data?.type !== 'state') return;
  const before = received;
  received = data;
  ahead = data.now - Date.now();
  edits.answered(data.upTo);
  sendIfSeen();
  if (!before) window.scrollTo({ top: memory.scroll });
  else if (data.state.outcome && !before.state.outcome) {
    document.getElementById('outcome')?.scrollIntoView({ block: 'nearest' });
  }
});

/** Draws a little later: the click comes after its button is up, and `change` after `input`, to a target as it was. */
function release(): void {
  pressed = false;
  setTimeout(() => heldBack && draw());
}

window.addEventListener('pointerdown', ({ button }) => (pressed = button === 0), true);
window.addEventListener('blur', release);
// Under the list of a select box the button goes up unseen.
window.addEventListener('pointermove', ({ buttons }) => buttons === 0 && pressed && release());
for (const type of ['pointerup', 'pointercancel', 'input', 'keydown'])
  window.addEventListener(type, release, true);

/** What had the focus when VS Code took it for a quick pick or a dialog; it gives it back to the page as a whole. */
let place: HTMLElement | undefined;

document.addEventListener('focusin', ({ target }) => (place = target as HTMLElement));
document.addEventListener('focusout', () => {
  // Only after this is it known whether the focus has left the page, or just the element.
  queueMicrotask(() => {
    if (document.hasFocus() && document.activeElement === document.body) place = undefined;
  });
});
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) place?.focus({ preventScroll: true });
});

window.addEventListener('scroll', () => {
  if (received) remember({ scroll: window.scrollY });
});

vscode.postMessage({ type: 'ready' });
