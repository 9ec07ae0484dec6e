import { FileSystemError, l10n } from 'vscode';
import type { Conflict, Side } from '../../../taskrouter/attributesMerge';
import { isAttributes } from '../../../taskrouter/attributesMerge';
import { tasks, workers } from '../../../taskrouter/resources';
import { setAttributes } from '../../../taskrouter/attributesUpdate';
import type { AttributesVersion } from '../../../taskrouter/attributesWrite';
import { writeAttributes } from '../../../taskrouter/attributesWrite';
import type { Fetched, Row } from '../../../taskrouter/client';
import type { Outcome } from '../../actions/outcome';
import { pick } from '../../actions/quickPick';
import type { ResourceTarget } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { nameOf } from '../../display/names';
import { plain } from '../../display/safeText';
import { visibleText } from '../../display/visibleText';
import type { FileKind } from './resourceFiles';
import type { SavingParts } from './saving';
import { notSaved, sendReviewed, showSaved } from './saving';

export const attributesKind: FileKind = {
  collections: [tasks, workers],
  contentOf: attributesOf,
  onlyByHand: () => l10n.t('Attributes are sent only when you save the file yourself, not by Auto Save.'),
  save: async (parts, { target, base, mine }) => ({
    current: await saveAttributes(parts, target, base, mine),
  }),
};

/**
 * Shows the request that saves what the user made of the base, together with what others wrote in the meantime, and sends
 * it: one request at most.
 * @returns the attributes as TaskRouter has them now
 * @throws FileSystemError, which says why they were not saved
 */
export async function saveAttributes(
  parts: SavingParts,
  target: ResourceTarget,
  base: string,
  mine: string,
): Promise<string> {
  if (!isAttributes(mine)) throw notSaved(l10n.t('Attributes must be a JSON object.'));
  if (!isAttributes(base)) throw notSaved(l10n.t('The current attributes are not a JSON object.'));
  const { accountId, collection, sids } = target;
  const sid = sids.at(-1)!;
  const named = (one: string) => nameOf(parts.store, accountId, one) ?? one;
  let latest = base;
  const current = () => {
    const version = parts.store.version(accountId, sid);
    if (!version) return undefined;
    latest = attributesOf(version.row);
    return { ...version, attributes: latest };
  };
  try {
    const ended = await writeAttributes<Version, Outcome | 'declined'>(base, mine, {
      async read() {
        await parts.store.fetch(accountId, collection, sids);
        return current() ?? unreadable();
      },
      choose: (conflicts) => chooseSides(named(sid), conflicts),
      async write(text, { row, etag, attributes }) {
        const resource = { collection, sids, shown: row, name: named(sid), nameOf: named };
        const outcome = await sendReviewed(parts, accountId, setAttributes(resource, text, etag));
        const now = current();
        const isNewer = now !== undefined && (now.etag !== etag || now.attributes !== attributes);
        if (outcome === 'declined') return outcome;
        if (outcome.kind === 'not done' && !outcome.receipt && isNewer) return 'not sent';
        if (outcome.kind === 'done' && !now) latest = text;
        return outcome;
      },
    });
    check(parts, target, ended);
    return latest;
  } catch (error) {
    if (error instanceof FileSystemError) throw error;
    throw notSaved(sentence(describeError(error)));
  }
}

type Version = Fetched & AttributesVersion;

/** The attributes of a task or worker, an object without keys where it has none. */
function attributesOf({ attributes }: Row): string {
  return typeof attributes === 'string' && attributes ? attributes : '{}';
}

function unreadable(): never {
  throw notSaved(l10n.t('You are not signed in to this account.'));
}

/** @throws FileSystemError unless they are saved now */
function check(
  parts: SavingParts,
  target: ResourceTarget,
  ended: Outcome | 'declined' | 'not sent' | 'unchanged' | undefined,
): void {
  if (ended === 'unchanged') return;
  if (ended === 'not sent')
    throw notSaved(l10n.t('Nothing was sent: others are changing it again and again. Save again.'));
  if (typeof ended === 'object' && ended.kind === 'not done' && ended.receipt?.status === 412)
    throw notSaved(
      l10n.t('The attributes were changed in the meantime, and yours were not saved. Save again.'),
    );
  showSaved(parts, target, ended ?? 'declined');
}

async function chooseSides(
  name: string,
  conflicts: readonly Conflict[],
): Promise<readonly Side[] | undefined> {
  const sides: Side[] = [];
  const title = l10n.t('Save Attributes: {name}', { name: plain(name, 60) });
  for (const { path, mine, theirs } of conflicts) {
    const placeholder = l10n.t('{key} was changed in the meantime. Which value do you want?', {
      key: path.length ? plain(keyText(path), 100) : l10n.t('all attributes'),
    });
    const start = firstShown(mine, theirs);
    const shown = (value: string | undefined) =>
      value === undefined ? l10n.t('removed') : exactly(value, start);
    const side = await pick<Side>(title, placeholder, [
      { label: l10n.t('Yours'), detail: shown(mine), value: 'mine' },
      { label: l10n.t('Theirs'), detail: shown(theirs), value: 'theirs' },
    ]);
    if (!side) return undefined;
    sides.push(side);
  }
  return sides;
}

/** As JavaScript writes it, so that `a["b.c"]` and `a.b.c` differ, and an empty key is one. */
const keyText = (path: readonly string[]): string =>
  path
    .map((key) =>
      /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${visibleText(JSON.stringify(key))}]`,
    )
    .join('')
    .replace(/^\./, '');

/** Where to begin, so that the first difference is among what is shown. */
function firstShown(one = '', other = ''): number {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return same > 60 ? same - 30 : 0;
}

/** For a quick pick, which draws `$(name)` as an icon: two different values never look the same. */
function exactly(value: string, start: number): string {
  const text = visibleText(value.slice(start, start + 400)).replaceAll('$(', '⟨U+0024⟩(');
  return `${start > 0 ? '…' : ''}${text}${value.length > start + 400 ? '…' : ''}`;
}
