export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener until what it returns is disposed. The part of vscode.Event that is used here. */
export type Event<T> = (listener: (value: T) => unknown) => Disposable;

/** vscode.EventEmitter for code that is also tested without VS Code. */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();

  readonly event: Event<T> = (listener) => {
    // A new wrapper each time, so that the same function can be subscribed twice and removed once.
    const entry = (value: T) => listener(value);
    this.listeners.add(entry);
    return { dispose: () => void this.listeners.delete(entry) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        // VS Code logs it; the other listeners still run, and the caller is not interrupted.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Disposes everything that was added, last first. */
export class Disposables implements Disposable {
  private readonly held: Disposable[] = [];

  add(...disposables: readonly Disposable[]): void {
    for (const one of disposables) this.held.push(one);
  }

  dispose(): void {
    for (const one of this.held.splice(0).reverse()) one.dispose();
  }
}
