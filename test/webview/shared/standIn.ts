import type { PageMessage, StateMessage } from '../../../src/webview/shared/protocol';
import { PageConnection } from '../../../src/extension/display/pageConnection';

/** The account of pages that need no other. */
export const account = {
  id: 'one',
  kind: 'simulated',
  name: 'Simulated contact center',
  origin: 'https://taskrouter.twilio.com',
  username: `AC${'1'.repeat(32)}`,
  environment: 'development',
  readOnly: false,
} as const;

/** Stands in for the extension behind one page: the real connection, and a state that the test changes. */
export abstract class StandIn<State, Message extends PageMessage> {
  readonly messages: Message[] = [];
  /** While true, states are withheld, as they are by a busy extension. */
  slow = false;
  /** The extension's clock, in milliseconds since 1970; the machine's when absent. */
  protected readonly now: number | undefined;
  binding: StateMessage<State>['binding'] = { account: 'account-1' };
  readonly #withheld: StateMessage<State>[] = [];
  #listener: (message: unknown) => unknown = () => {};
  #posted: Promise<void> = Promise.resolve();
  #connection = this.#connect();
  toPage: (message: unknown) => Promise<void> = () => Promise.resolve();

  protected abstract stateAt(now: number): State;
  protected abstract parse(message: unknown): Message | undefined;
  /** Applies a message of the page. */
  protected abstract apply(message: Message): void;

  /** Whether the extension posts a state after it. */
  protected answers(_message: Message): boolean {
    return true;
  }

  /** The messages of one type, oldest first. */
  got<Type extends Message['type']>(type: Type): Extract<Message, { readonly type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<Message, { readonly type: Type }> => message.type === type,
    );
  }

  async fromPage(message: unknown): Promise<void> {
    await this.#listener(message);
  }

  async change(change: Partial<this>): Promise<void> {
    Object.assign(this, change);
    await this.post();
  }

  async post(): Promise<void> {
    this.#connection.post();
    await this.#posted;
  }

  /** Uses the panel for something else. */
  async reuse(change: Partial<this>): Promise<void> {
    this.#connection.dispose();
    this.#connection = this.#connect();
    await this.change(change);
  }

  /** Posts the oldest state that was withheld. */
  async release(): Promise<void> {
    await this.toPage(this.#withheld.shift()!);
  }

  get waiting(): number {
    return this.#withheld.length;
  }

  #connect(): PageConnection<State, Message> {
    return new PageConnection<State, Message>(
      {
        onDidReceiveMessage: (listener) => {
          this.#listener = listener;
          return { dispose: () => {} };
        },
        postMessage: (message) => {
          if (this.slow) this.#withheld.push(message as StateMessage<State>);
          else this.#posted = this.toPage(message);
          return Promise.resolve(true);
        },
      },
      {
        parse: (message) => this.parse(message),
        state: () => {
          const now = this.now ?? Date.now();
          return { state: this.stateAt(now), now, ...(this.binding ? { binding: this.binding } : {}) };
        },
        receive: (message) => {
          this.messages.push(message);
          this.apply(message);
          if (this.answers(message)) this.#connection.post();
        },
      },
    );
  }
}
