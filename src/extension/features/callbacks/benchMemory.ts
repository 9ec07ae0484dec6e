import type { CallFilter, SetupKey } from '../../../webview/callbacks/protocol';
import type { WorkspacePlace } from '../../data/target';
import type { Memory } from '../../accounts/memory';
import { hasFields, storedRecord } from '../../accounts/memory';
import { callFilters } from './benchCall';
import type { Setup } from './setup';
import { emptySetup } from './setup';
import { withoutUser } from './attemptView';

const key = 'callbackSetup';
const filterKey = 'callbackFilter';
const isSetup = (value: unknown): value is Setup =>
  hasFields(value, Object.fromEntries(Object.keys(emptySetup).map((name) => [name, 'string'])));

const nameOf = ({ accountId, workspaceSid }: WorkspacePlace) => `${accountId}/${workspaceSid}`;
const isFilter = (value: unknown): value is CallFilter => callFilters.some((one) => one === value);

/** What the user entered and chose for each workspace, without user names and passwords. */
export class BenchMemory {
  constructor(private readonly memory: Memory) {}

  of(place: WorkspacePlace): Setup {
    return storedRecord(this.memory, key, isSetup)[nameOf(place)] ?? emptySetup;
  }

  save(place: WorkspacePlace, setup: Setup): void {
    const entries = Object.entries(setup) as [SetupKey, string][];
    const stored = Object.fromEntries(entries.map(([name, url]) => [name, withoutUser(url)]));
    const all = storedRecord(this.memory, key, isSetup);
    void this.memory.update(key, { ...all, [nameOf(place)]: stored });
  }

  filterOf(place: WorkspacePlace): CallFilter {
    return storedRecord(this.memory, filterKey, isFilter)[nameOf(place)] ?? 'all';
  }

  saveFilter(place: WorkspacePlace, filter: CallFilter): void {
    const all = storedRecord(this.memory, filterKey, isFilter);
    void this.memory.update(filterKey, { ...all, [nameOf(place)]: filter });
  }
}
