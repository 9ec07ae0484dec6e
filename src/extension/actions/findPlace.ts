import { l10n } from 'vscode';
import { showInformation, withCancellableProgress } from '../display/notification';
import { knownPlace } from './knownPlace';
import type { FoundPlace, SidSearchOptions, WantedSid } from './sidSearch';
import { SidSearch } from './sidSearch';

/**
 * Finds where a resource is, with progress that the user can cancel. Says why it was not found, and asks before it searches
 * further.
 * @returns undefined when it was not found, or when the user cancels
 */
export async function findPlace(
  options: SidSearchOptions,
  wanted: WantedSid,
): Promise<FoundPlace | undefined> {
  const known = knownPlace(options, wanted);
  if (known) return known;
  const title = l10n.t('Finding the workspace of {sid}…', { sid: wanted.sid });
  const again = l10n.t('Search the Others');
  const search = new SidSearch(options, wanted);
  for (let isWanted = true; isWanted;) {
    const place = await withCancellableProgress(title, async (canceled) => {
      try {
        return (await search.run(canceled)) ?? 'nowhere';
      } catch (error) {
        if (canceled.aborted) return undefined;
        throw error;
      }
    });
    if (place !== 'nowhere') return place;
    const buttons = search.hasMore ? [again] : [];
    isWanted = (await showInformation(search.notFound, ...buttons)) === again;
  }
  return undefined;
}
