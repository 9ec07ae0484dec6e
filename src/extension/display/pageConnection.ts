import { randomUUID } from 'node:crypto';
import type { NumberedMessage, PageMessage, StateMessage } from '../../webview/shared/protocol';
import type { Disposable } from '../emitter';

/** The part of vscode.Webview that carries messages. */
export interface MessagePort {
  onDidReceiveMessage(listener: (message: unknown) => unknown): Disposable;
  postMessage(message: unknown): PromiseLike<boolean>;
}

interface Parser<Message> {
  safeParse(message: unknown): { readonly success: boolean; readonly data?: Message };
}

/** A parser for each type of message; to leave one out does not compile. */
export type MessageParsers<Message extends PageMessage> = {
  readonly [Type in Message['type']]: Parser<Extract<Message, { readonly type: Type }>>;
};

/** @returns the message, or undefined when it is none of these or does not fit its type */
export function parseMessage<Message extends PageMessage>(
  parsers: MessageParsers<Message>,
  message: unknown,
): Message | undefined {
  const { type } = (message ?? {}) as { readonly type?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(parsers, type)) return undefined;
  return parsers[type as Message['type']].safeParse(message).data;
}

export interface PageConnectionOptions<State, Message> {
  readonly parse: (message: unknown) => Message | undefined;
  /** What to post: `now` is the clock of the state's times, in milliseconds since 1970. */
  readonly state: () => Pick<StateMessage<State>, 'state' | 'now' | 'binding'>;
  readonly receive: (message: Message) => void | Promise<void>;
}

/**
 * The extension's end of a page: posts states, and passes on what the page posts. Every message with a number is
 * answered by a state, also one that does not parse, and one whose receiver posts none or fails: the page waits for
 * it. Messages that belong to an earlier use of the panel are dropped.
 */
export class PageConnection<State, Message extends PageMessage> implements Disposable {
  readonly #instance = randomUUID();
  readonly #subscription: Disposable;
  #upTo = 0;
  #refused: number | undefined;
  /** How often a state was posted. */
  #posts = 0;
  #disposed = false;

  constructor(
    private readonly port: MessagePort,
    private readonly options: PageConnectionOptions<State, Message>,
  ) {
    this.#subscription = port.onDidReceiveMessage((message) => void this.#receive(message));
  }

  post(): void {
    if (this.#disposed) return;
    const refused = this.#refused === undefined ? {} : { refused: this.#refused };
    const message: StateMessage<State> = {
      type: 'state',
      ...this.options.state(),
      instance: this.#instance,
      upTo: this.#upTo,
      ...refused,
    };
    this.#refused = undefined;
    this.#posts++;
    void this.port.postMessage(message);
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscription.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    const { type, instance, number } = (message ?? {}) as Partial<Record<keyof NumberedMessage, unknown>>;
    if (type === 'ready') return this.post();
    if (instance !== this.#instance) return;
    const parsed = this.options.parse(message);
    const isNumbered = Number.isSafeInteger(number);
    if (isNumbered) this.#upTo = Math.max(this.#upTo, number as number);
    const posts = this.#posts;
    try {
      if (parsed) await this.options.receive(parsed);
      else if (isNumbered) this.#refused = number as number;
    } finally {
      if ((isNumbered || !parsed) && posts === this.#posts) this.post();
    }
  }
}
