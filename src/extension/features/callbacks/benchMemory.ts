import type { AddressKey } from '../../../webview/callbacks/protocol';
import type { WorkspacePlace } from '../../data/target';
import type { Memory } from '../../accounts/memory';
import { hasFields, storedRecord } from '../../accounts/memory';
import type { Addresses } from './addresses';
import { noAddresses } from './addresses';
import { withoutUser } from './attemptView';

const key = 'callbackAddresses';
const isAddresses = (value: unknown): value is Addresses =>
  hasFields(value, { url: 'string', fallbackUrl: 'string', signedUrl: 'string', eventUrl: 'string' });

const nameOf = ({ accountId, workspaceSid }: WorkspacePlace) => `${accountId}/${workspaceSid}`;

/** The addresses that the user entered for each workspace, without user names and passwords. */
export class BenchMemory {
  constructor(private readonly memory: Memory) {}

  of(place: WorkspacePlace): Addresses {
    return storedRecord(this.memory, key, isAddresses)[nameOf(place)] ?? noAddresses;
  }

  save(place: WorkspacePlace, addresses: Addresses): void {
    const entries = Object.entries(addresses) as [AddressKey, string][];
    const stored = Object.fromEntries(entries.map(([name, url]) => [name, withoutUser(url)]));
    const all = storedRecord(this.memory, key, isAddresses);
    void this.memory.update(key, { ...all, [nameOf(place)]: stored });
  }
}
