import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import { Emitter } from '../emitter';
import type { Outcome } from './outcome';
import type { OnPhase, SendPhase } from './send';
import type { SendJournal } from './sendJournal';

export interface UpdateInProgress {
  readonly accountId: string;
  readonly update: Pick<PreparedUpdate, 'title' | 'about' | 'subject' | 'risk'>;
  /** Undefined once it has ended. */
  readonly phase?: SendPhase;
  /** Undefined also where the user declined. */
  readonly outcome?: Outcome | undefined;
}

/**
 * The updates of this window from the click that starts one to its outcome. Whatever shows the subject can show them,
 * also when it was opened later, and the journal knows of an update before anything is read or asked for it.
 */
export class UpdatesInProgress {
  private readonly running = new Map<string, UpdateInProgress>();
  private readonly changed = new Emitter<UpdateInProgress>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly journal: Pick<SendJournal, 'intend' | 'withdraw'>) {}

  /** `sid` is the subject's. */
  of(accountId: string, sid: string): UpdateInProgress | undefined {
    return this.running.get(`${accountId}/${sid}`);
  }

  /** Resolves as `work` does. An update of a subject that another one is changing is not followed: it changes nothing. */
  async follow(
    account: Pick<Account, 'id' | 'name'>,
    update: UpdateInProgress['update'],
    work: (onPhase: OnPhase) => Promise<Outcome | undefined>,
  ): Promise<Outcome | undefined> {
    const accountId = account.id;
    const key = `${accountId}/${update.subject.sids.at(-1)!}`;
    if (this.running.has(key)) return work(() => undefined);
    const onPhase = (phase: SendPhase) => {
      const now = { accountId, update, phase };
      this.running.set(key, now);
      this.changed.fire(now);
    };
    onPhase('checking');
    // An entry that cannot be stored prevents the request later, not the checks.
    await this.journal.intend(account, update).catch(() => undefined);
    let outcome: Outcome | undefined;
    try {
      outcome = await work(onPhase);
      return outcome;
    } finally {
      await this.journal.withdraw(account, update, outcome?.kind).catch(() => undefined);
      this.running.delete(key);
      this.changed.fire({ accountId, update, outcome });
    }
  }
}
