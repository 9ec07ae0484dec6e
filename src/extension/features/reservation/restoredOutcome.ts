import { instructionNamed } from '../../../taskrouter/instructions';
import { describeAfter } from '../../../taskrouter/reservationUpdate';
import type { Row } from '../../../taskrouter/resources';
import type { FormValues } from '../../../webview/shared/protocol';
import type { Account } from '../../accounts/account';
import { serverOf } from '../../accounts/account';
import type { Outcome } from '../../actions/outcome';
import { serverName } from '../../display/serverName';
import type { FormModel, SentInstruction, Statuses } from './formModel';
import type { SavedOutcome } from './savedOutcomes';
import { secretKeysIn } from './secrets';

/** @param values those that were sent: a server may repeat a password of theirs, which is stored nowhere */
export function outcomeToSave(
  { kind, headline, details, receipt }: Outcome,
  sent: SentInstruction,
  before: Statuses | undefined,
  values: FormValues,
): SavedOutcome {
  const lacksSecrets = secretKeysIn(values).length > 0;
  const own = lacksSecrets ? details.slice(0, 1) : details;
  const saved = own.filter((detail) => secretKeysIn({ detail }).length === 0);
  return {
    outcome: { kind, headline, details: saved, ...(receipt ? { receipt } : {}) },
    sent: { ...sent, lacksSecrets },
    before,
  };
}

/** What a form shows of it again. */
export function restoredOutcome(
  { outcome, sent, before }: SavedOutcome,
  account: Account,
): Pick<FormModel, 'outcome' | 'sent' | 'before'> {
  const instruction = instructionNamed(sent.instruction);
  const describe = (row: Row) => describeAfter(instruction, row, serverName(serverOf(account)));
  return { outcome: outcome.kind === 'done' ? { ...outcome, describe } : outcome, sent, before };
}
