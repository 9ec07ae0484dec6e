/** Tells whoever listens. Listeners stay until the function that `listen` gave them is called. */
export class Changes<T> {
  private readonly listeners = new Set<(change: T) => void>();

  listen(listener: (change: T) => void): { dispose(): void } {
    // A wrapper of its own, so that the same function may listen twice and leave once.
    const entry = (change: T) => listener(change);
    this.listeners.add(entry);
    return { dispose: () => void this.listeners.delete(entry) };
  }

  announce(change: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(change);
      } catch (error) {
        // It goes to VS Code's log; the others still hear, and who announced is not to blame.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
