import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';

/** The rows whose expansion is remembered over a reload: those that changed last. */
const maxRemembered = 100;
const memoryKey = 'tree.expansion';

/** Which rows are expanded, by id, and whether the user expanded them or a reload of the window did. */
export class Expansion {
  /** What the user expanded (true) or collapsed, the latest last: VS Code forgets it with the window. */
  private readonly remembered: Map<string, boolean>;
  private readonly collapsed = new Set<string>();
  private readonly expandedByUser = new Set<string>();

  constructor(private readonly memory: Memory) {
    this.remembered = new Map(
      storedList<[string, boolean]>(memory, memoryKey, { 0: 'string', 1: 'boolean' }),
    );
  }

  expand(id: string): void {
    this.collapsed.delete(id);
    this.expandedByUser.add(id);
    this.remember(id, true);
  }

  collapse(id: string): void {
    this.collapsed.add(id);
    this.remember(id, false);
  }

  /** Called for a row that the tree no longer shows. */
  delete(id: string): void {
    for (const known of [this.remembered, this.collapsed, this.expandedByUser]) known.delete(id);
  }

  /** Undefined for a row that the user has neither expanded nor collapsed. */
  isExpanded(id: string): boolean | undefined {
    return this.remembered.get(id);
  }

  isCollapsed(id: string): boolean {
    return this.collapsed.has(id);
  }

  /** Whether the user expanded this row since the window was opened. */
  isByUser(id: string): boolean {
    return this.expandedByUser.has(id);
  }

  private remember(id: string, expanded: boolean): void {
    this.remembered.delete(id);
    this.remembered.set(id, expanded);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > maxRemembered) this.remembered.delete(oldest!);
    void this.memory.update(memoryKey, [...this.remembered]);
  }
}
