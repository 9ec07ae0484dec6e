import { html, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { PageFocus } from './focus';
import { keepAboveFooter, keepFocus, passFocusOn } from './focus';
import { actOnRelease, selectAtOnce } from './keys';
import type {
  NumberedMessage,
  PageMessage,
  ReadyMessage,
  Saved,
  SavedByPage,
  StateMessage,
} from './protocol';
import { Redraw } from './redraw';

declare function acquireVsCodeApi<Memory>(): {
  postMessage(message: PageMessage | ReadyMessage): void;
  getState(): Saved<Memory> | undefined;
  setState(memory: Saved<Memory>): void;
};

type Numbered<M> = Extract<M, NumberedMessage>;
/** A message without what the page adds to it. */
type Content<M> = M extends PageMessage ? Omit<M, 'instance' | 'number'> : never;

export interface Rendered {
  readonly template: TemplateResult;
  /** Milliseconds until the page looks different without a new state. */
  readonly changesIn?: number | undefined;
}

export interface PageOptions<State, Message, Memory> {
  /** What the page saves at first, or when its panel is reused for something else. */
  readonly newMemory: (previous?: Memory) => Memory;
  readonly render: (message: StateMessage<State>) => Rendered;
  /**
   * A state has come; called before it is rendered.
   * @param previous the state before it; undefined when the page now shows something else
   * @param refused the message of the page that the extension could not accept
   */
  readonly received: (
    message: StateMessage<State>,
    previous: StateMessage<State> | undefined,
    refused: Numbered<Message> | undefined,
  ) => void;
  /** Ctrl+Enter or Cmd+Enter. */
  readonly submit: () => void;
  /** Where the focus goes when the page opens, and when what had it is gone. */
  readonly focusFallback: () => HTMLElement | null;
}

/** Milliseconds in which screen readers notice what is new in the live region. */
const announcementTime = 5000;

/** One page of the extension: receives states, renders them, posts messages, and saves its memory. */
export class Page<State, Message extends PageMessage, Memory extends object> {
  readonly #vscode = acquireVsCodeApi<Memory>();
  readonly #root = document.body.appendChild(document.createElement('main'));
  readonly #redraw = new Redraw(() => this.#render());
  #memory: Saved<Memory>;
  #received: StateMessage<State> | undefined;
  /** The extension's clock is this many milliseconds ahead of the page's. */
  #ahead = 0;
  // Starts at the clock, so that a page that is loaded again continues above the numbers of its predecessor.
  #number = Date.now();
  #pending: Numbered<Message>[] = [];
  #announcement = '';
  #announcementTimer: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #focus: PageFocus;

  constructor(private readonly options: PageOptions<State, Message, Memory>) {
    this.#memory = { scroll: 0, ...options.newMemory(), ...this.#vscode.getState() };
    window.addEventListener('message', ({ data }: MessageEvent<StateMessage<State> | undefined>) => {
      if (data?.type === 'state') this.#receive(data);
    });
    window.addEventListener('scroll', () => this.#received && this.save({ scroll: window.scrollY }));
    actOnRelease(options.submit);
    selectAtOnce();
    this.#focus = passFocusOn(options.focusFallback);
    keepAboveFooter();
  }

  /** Asks the extension for the first state. */
  start(): void {
    this.#vscode.postMessage({ type: 'ready' });
  }

  /** The newest state, as it came. */
  get received(): StateMessage<State> | undefined {
    return this.#received;
  }

  /** Messages that no state includes yet, oldest first. */
  get pending(): readonly Numbered<Message>[] {
    return this.#pending;
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** The extension's clock: milliseconds since 1970. */
  get now(): number {
    return Date.now() + this.#ahead;
  }

  save(change: Partial<Memory> | Partial<SavedByPage>): void {
    this.#memory = { ...this.#memory, ...change };
    this.#vscode.setState(this.#memory);
  }

  post(content: Content<Exclude<Message, NumberedMessage>>): void {
    this.#vscode.postMessage({ ...content, instance: this.#received!.instance });
  }

  postNumbered(content: Content<Numbered<Message>>): void {
    this.#number = Math.max(this.#number + 1, Date.now());
    const added = { number: this.#number, instance: this.#received!.instance };
    const message = { ...content, ...added } as unknown as Numbered<Message>;
    this.#pending.push(message);
    this.#vscode.postMessage(message);
  }

  /** Makes a screen reader say this. There is one live region for the whole page; '' empties it. */
  announce(text: string): void {
    this.#announcement = text;
    clearTimeout(this.#announcementTimer);
    if (!text) return;
    // The page shows it, too: a screen reader must not find it twice.
    this.#announcementTimer = setTimeout(() => {
      this.#announcement = '';
      this.#redraw.now();
    }, announcementTime);
  }

  redraw(): void {
    this.#redraw.now();
  }

  /** Moves the focus to where it goes when the page opens: now, or when VS Code gives it to the page. */
  resetFocus(): void {
    this.#focus.forget();
    this.#focus.passOn();
  }

  #receive(message: StateMessage<State>): void {
    const previous = this.#received;
    const isNew = previous?.instance !== message.instance;
    // Elements are reused, but what had the focus was about something else.
    if (isNew && previous) this.#focus.forget();
    this.#received = message;
    this.#ahead = message.now - Date.now();
    if (isNew) this.#adopt(message);
    const refused = this.#pending.find(({ number }) => number === message.refused);
    this.#pending = this.#pending.filter(({ number }) => number > message.upTo);
    this.options.received(message, isNew ? undefined : previous, refused);
    this.#redraw.now();
    if (!isNew) return;
    window.scrollTo({ top: this.#memory.scroll });
    this.#focus.passOn();
  }

  /** What was saved or is pending for another binding does not carry over. */
  #adopt({ binding = {} }: StateMessage<State>): void {
    this.#pending = [];
    this.#announcement = '';
    const saved = this.#memory.binding;
    const isSame = saved === undefined || sameBinding(saved, binding);
    if (!isSame) this.#memory = { ...this.options.newMemory(this.#memory), scroll: 0 };
    this.save({ binding });
  }

  #render(): void {
    if (!this.#received) return;
    const focused = document.activeElement;
    const { template, changesIn } = this.options.render(this.#received);
    const live = html`<p class="unseen" role="status" aria-live="polite">${this.#announcement}</p>`;
    render(html`${template}${live}`, this.#root);
    keepFocus(focused, this.options.focusFallback);
    clearTimeout(this.#timer);
    if (changesIn) this.#timer = setTimeout(() => this.#redraw.now(), changesIn);
  }
}

const sameBinding = (one: object, other: object) => {
  const sorted = (binding: object) => JSON.stringify(Object.entries(binding).sort());
  return sorted(one) === sorted(other);
};
