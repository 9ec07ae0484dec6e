/** What outlives the window: the part of vscode.Memento that is used here. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}
