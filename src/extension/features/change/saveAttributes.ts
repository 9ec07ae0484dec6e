import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Conflict, Side } from '../../../taskrouter/attributesMerge';
import { isAttributes } from '../../../taskrouter/attributesMerge';
import { setAttributes } from '../../../taskrouter/attributesUpdate';
import { writeAttributes } from '../../../taskrouter/attributesWrite';
import type { CommandParts } from '../../actions/actions';
import type { Outcome } from '../../actions/outcome';
import { pick } from '../../actions/quickPick';
import type { ResourceTarget } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { localize } from '../../display/localize';
import { nameOf } from '../../display/names';
import { forMessage, forQuickPick, plain } from '../../display/safeText';

type Parts = Pick<CommandParts, 'accounts' | 'store' | 'actions'>;

/**
 * Sends attributes that the user made of the base, together with what others wrote in the meantime.
 * @returns the attributes as TaskRouter has them now
 * @throws FileSystemError, which says why they were not saved
 */
export async function saveAttributes(
  parts: Parts,
  target: ResourceTarget,
  base: string,
  mine: string,
): Promise<string> {
  if (!isAttributes(mine)) throw notSaved(l10n.t('Attributes must be a JSON object.'));
  if (!isAttributes(base)) throw notSaved(l10n.t('The current attributes are not a JSON object.'));
  const { accountId, collection, sids } = target;
  const sid = sids.at(-1)!;
  const named = (one: string) => nameOf(parts.store, accountId, one) ?? one;
  const current = () => {
    const { row, etag } = parts.store.version(accountId, sid)!;
    return { row, etag, attributes: typeof row['attributes'] === 'string' ? row['attributes'] : '{}' };
  };
  try {
    const ended = await writeAttributes<ReturnType<typeof current>, Outcome | 'declined'>(base, mine, {
      async read() {
        await parts.store.fetch(accountId, collection, sids);
        return current();
      },
      choose: (conflicts) => chooseSides(named(sid), conflicts),
      async write(text, { row, etag, attributes }) {
        const resource = { collection, sids, shown: row, name: named(sid), nameOf: named };
        const outcome = await send(parts, accountId, setAttributes(resource, text, etag));
        const now = current();
        const isNewer = now.etag !== etag || now.attributes !== attributes;
        return outcome?.kind === 'not done' && isNewer ? 'changed' : (outcome ?? 'declined');
      },
    });
    return check(parts, target, ended, current);
  } catch (error) {
    if (error instanceof vscode.FileSystemError) throw error;
    throw notSaved(sentence(describeError(error)));
  }
}

async function send(
  { accounts, actions }: Parts,
  accountId: string,
  update: ReturnType<typeof setAttributes>,
) {
  const account = accounts.get(accountId);
  if (!account) throw notSaved(l10n.t('You are not signed in to this account.'));
  return actions.inProgress.follow(account, update, async (onPhase) =>
    actions.send(await accounts.connect(accountId), update, onPhase),
  );
}

function check(
  { accounts, store, actions }: Parts,
  { accountId, sids }: ResourceTarget,
  ended: Outcome | 'declined' | 'changed' | 'unchanged' | undefined,
  current: () => { readonly attributes: string },
): string {
  if (ended === undefined || ended === 'declined') throw notSaved(l10n.t('Nothing was sent.'));
  if (ended === 'changed') throw notSaved(l10n.t('Others are changing it again and again. Save again.'));
  if (ended === 'unchanged') return current().attributes;
  if (ended.kind !== 'done')
    throw notSaved([localize(ended.headline, (text) => plain(text, 60)), ...ended.details].join(' '));
  const sid = sids.at(-1)!;
  const about = nameOf(store, accountId, sid) ?? sid;
  void actions.show(ended, { about, accountName: accounts.get(accountId)?.name ?? '' });
  return current().attributes;
}

/** VS Code shows it in a notification, which makes links of what looks like one. */
const notSaved = (why: string) => vscode.FileSystemError.Unavailable(forMessage(why, 600));

async function chooseSides(
  name: string,
  conflicts: readonly Conflict[],
): Promise<readonly Side[] | undefined> {
  const sides: Side[] = [];
  for (const { path, mine, theirs } of conflicts) {
    const key = path.join('.') || l10n.t('all attributes');
    const title = l10n.t('Save Attributes: {name}', { name: plain(name, 60) });
    const placeholder = l10n.t('{key} was changed in the meantime. Which value do you want?', {
      key: plain(key, 100),
    });
    const shown = (value: string | undefined) => value ?? l10n.t('removed');
    const side = await pick<Side>(title, placeholder, [
      { label: l10n.t('Yours'), detail: forQuickPick(shown(mine), 200), value: 'mine' },
      { label: l10n.t('Theirs'), detail: forQuickPick(shown(theirs), 200), value: 'theirs' },
    ]);
    if (!side) return undefined;
    sides.push(side);
  }
  return sides;
}
