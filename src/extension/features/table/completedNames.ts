import type { Named } from '../../../query/plan';
import type * as resources from '../../../taskrouter/resources';
import { sharedController } from '../../data/either';
import type { Disposable } from '../../emitter';
import type { ReadsFor } from '../../data/withReads';
import { withReads } from '../../data/withReads';
import { WorkspaceFacts } from '../../../query/workspaceFacts';

/** The names of a workspace that the query line completes. Each list is read at most once, when the line names its field. */
export class CompletedNames implements Disposable {
  private facts: WorkspaceFacts;
  private readonly tried = new Set<resources.Collection>();
  private ending = sharedController();

  constructor(
    private readonly connect: ReadsFor['connect'],
    private readonly workspaceSid: string,
    /** The lists, by the fields that name their rows. */
    private readonly named: Readonly<Record<string, resources.Collection>>,
  ) {
    this.facts = this.newFacts();
  }

  of(collection: resources.Collection): readonly Named[] | undefined {
    return this.facts.namesOf(collection);
  }

  /** Reads what a text names, if it is not known. `onRead` is called when there is more to complete. */
  readFor(text: string, onRead: () => void): void {
    for (const [field, collection] of Object.entries(this.named))
      if (text.includes(`${field}:`) || text.includes(`${field}=`)) void this.read(collection, onRead);
  }

  /** Everything is read again when it is needed. */
  forget(): void {
    this.dispose();
    this.ending = sharedController();
    this.facts = this.newFacts();
    this.tried.clear();
  }

  dispose(): void {
    this.ending.abort();
  }

  private newFacts(): WorkspaceFacts {
    const { connect } = this;
    const { signal: stop } = this.ending;
    return new WorkspaceFacts((use) => withReads({ connect, stop }, use), this.workspaceSid);
  }

  private async read(collection: resources.Collection, onRead: () => void): Promise<void> {
    const { facts } = this;
    if (this.tried.has(collection)) return;
    this.tried.add(collection);
    try {
      await facts.read(collection);
    } catch {
      // The query line completes what tasks have; the table shows what fails.
      return;
    }
    if (facts === this.facts) onRead();
  }
}
