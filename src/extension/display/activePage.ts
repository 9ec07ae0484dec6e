import type { Accounts } from '../accounts/accounts';
import type { CommandId } from '../contributions';
import type { ClockSkew } from '../data/clockSkew';
import type { Store } from '../data/store';
import type { ResourceTarget, RowTarget, RowTargets } from '../data/target';
import { resourceTarget } from '../data/target';
import type { Disposable, Event } from '../emitter';
import { forAccount, appearanceOf } from './rows';

export interface FollowedPages {
  /** What the page in the active editor is about; undefined when that is another page, or none. */
  readonly active: ResourceTarget | undefined;
  readonly onDidUse: Event<void>;
  readonly openedBy: readonly CommandId[];
  /** Where rows of the page have menus: see `RowTargets.ofMenu`. */
  readonly ofMenu?: (argument: unknown) => readonly RowTarget[] | undefined;
}

export interface FollowPagesOptions {
  readonly accounts: Pick<Accounts, 'get'>;
  readonly store: Pick<Store, 'row'>;
  readonly skew: Pick<ClockSkew, 'now'>;
  readonly targets: RowTargets;
}

/** Makes commands from the palette act on what the page in the active editor is about. */
export function followPages(pages: FollowedPages, options: FollowPagesOptions): Disposable {
  const { accounts, store, skew, targets } = options;
  targets.addMenus((argument) => pages.ofMenu?.(argument));
  targets.addPages(() => {
    const { active, openedBy } = pages;
    if (!active) return undefined;
    const { accountId, collection, sids } = active;
    const sid = sids.at(-1)!;
    const appearance = appearanceOf(
      collection,
      store.row(accountId, sid) ?? { sid },
      skew.now(accountId),
      () => undefined,
    );
    const context = forAccount(accounts.get(accountId), appearance.context);
    return { target: resourceTarget(accountId, collection, sids), context, openedBy };
  });
  return pages.onDidUse(() => targets.setPageUsed());
}
