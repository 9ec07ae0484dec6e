import type { RowState, RunRecord, RunRef } from '../../../src/bulk/journal';
import type { PlannedRow } from '../../../src/bulk/plan';
import type { BulkPlan } from '../../../src/extension/features/bulk/bulkPlan';
import { planState, runState } from '../../../src/extension/features/bulk/bulkState';
import { parseBulkMessage } from '../../../src/extension/features/bulk/pageMessage';
import type { Account } from '../../../src/extension/accounts/account';
import { cancelTask } from '../../../src/taskrouter/taskUpdates';
import { tasks } from '../../../src/taskrouter/resources';
import type { BulkMessage, BulkState } from '../../../src/webview/bulk/protocol';
import { account, StandIn } from '../shared/standIn';

export const sampleNow = new Date(2026, 5, 1, 13, 50).getTime();

const sid = (prefix: string, i: number) => prefix + i.toString(16).padStart(32, '0');
const names = ['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch', 'Dana Alder'];
const sids = (i: number) => [sid('WS', 1), sid('WT', i)];
const nameOf = (i: number) => `${names[i % names.length]} ${i + 1}`;

function planned(i: number): PlannedRow {
  const name = nameOf(i);
  if (i % 20 === 7) {
    const text = 'Only pending or reserved tasks can be canceled. This one is assigned.';
    const misfit = { kind: 'no longer fits', text } as const;
    return { sids: sids(i), name, state: 'assigned', misfit };
  }
  const shown = { sid: sid('WT', i), assignment_status: 'pending' };
  const resource = { collection: tasks, sids: sids(i), shown, name, nameOf: (one: string) => one };
  const update = cancelTask(resource, 'Storm');
  const warning =
    i % 31 === 4
      ? { warning: { of: 'call', text: 'Its call is still in progress (in-progress).' } as const }
      : {};
  return { sids: sids(i), name, state: 'pending', update, ...warning };
}

const ended: Readonly<Record<string, RowState>> = {
  done: {
    phase: 'ended',
    sentAt: 1,
    ending: { kind: 'done', text: 'Task canceled.', requestId: `RQ${'ab'.repeat(16)}`, status: 200 },
  },
  notDone: {
    phase: 'ended',
    sentAt: 1,
    ending: {
      kind: 'not done',
      text: 'Too many requests at once (20429). Wait a few seconds, then try again.',
      requestId: `RQ${'cd'.repeat(16)}`,
      status: 429,
    },
  },
  lookedUp: {
    phase: 'ended',
    sentAt: 1,
    ending: { kind: 'done', text: 'Task canceled. Looked up at 1:47 PM.', status: 503 },
  },
  changed: {
    phase: 'ended',
    sentAt: 1,
    ending: {
      kind: 'changed',
      text: 'Task canceled. The reason is “Duplicate”, not the one that was sent. Looked up at 1:47 PM.',
    },
  },
  asBefore: {
    phase: 'ended',
    sentAt: 1,
    ending: { kind: 'not done', text: 'The task is now pending. Looked up at 1:47 PM.' },
  },
  unknown: {
    phase: 'ended',
    sentAt: 1,
    ending: {
      kind: 'unknown',
      text: 'Twilio is having problems (HTTP 503). Nothing has changed so far. Use Look Up Again before you send again.',
    },
  },
};

/** Shows one bulk action of 312 rows in any of its stages. */
export class BulkStandIn extends StandIn<BulkState, BulkMessage> {
  stage: 'reading' | 'planned' | 'running' | 'ended' | 'looking up' | 'looked up' | 'interrupted' = 'planned';
  total = 312;
  onAccount: Account = account;
  failure: string | undefined;
  workspaces: ReadonlyMap<string, string> = new Map([[sid('WS', 1), 'Contact Center']]);
  shown = { from: 0, to: 120 };
  number = 3;
  /** The run that this one tries again, and those that try it again. */
  retryOf: RunRef | undefined;
  retries: readonly RunRef[] = [];
  protected override now = sampleNow;
  override binding = { run: '' };

  protected override stateAt(): BulkState {
    const { total, stage, shown, failure } = this;
    const { now, retries } = this;
    const common = { account: this.onAccount, workspaces: this.workspaces, shown, now, retries };
    if (stage === 'reading' || stage === 'planned') {
      const read = stage === 'reading' ? 120 : total;
      const rows = Array.from({ length: total }, (_, i) => (i < read ? planned(i) : undefined));
      const plan = {
        request: {
          accountId: 'one',
          action: { kind: 'cancel', reason: 'Storm' },
          ...(this.retryOf ? { retryOf: this.retryOf } : {}),
          rows: Array.from({ length: total }, (_, i) => [sid('WS', 1), sid('WT', i)]),
        },
        rows,
        readAt: sampleNow - 60_000,
        failure: undefined,
        isReading: stage === 'reading',
        isWhole: stage === 'planned',
        fits: rows.filter((row) => row?.update).length,
        nameOf: (one: string) => nameOf(Number.parseInt(one.slice(-8), 16)),
        sets: ['AssignmentStatus = canceled', 'Reason = Storm'],
      } as unknown as BulkPlan;
      return planState(plan, this.number, { ...common, failure });
    }
    const isLookUp = stage === 'looking up';
    return runState(this.record(), {
      ...{ ...common, failure },
      isRunning: isLookUp || stage === 'running',
      isElsewhere: stage === 'interrupted',
      lookUp: isLookUp ? { value: 2, max: 5 } : undefined,
      canRead: true,
    });
  }

  private record(): RunRecord {
    const { total, stage } = this;
    const sent = stage === 'running' || stage === 'interrupted' ? 150 : total;
    const stateOf = (i: number): RowState => {
      if (i >= sent)
        return i < sent + 8 && stage === 'running' ? { phase: 'sending', sentAt: 1 } : { phase: 'waiting' };
      if (i % 70 === 30) return this.unanswered(i);
      return i % 25 === 3 ? ended['notDone']! : ended['done']!;
    };
    return {
      run: {
        ...{ id: '1', accountId: 'one', accountName: 'One', origin: '', kind: 'simulated' },
        ...{ environment: 'development', title: `Cancel ${total} Tasks`, startedAt: sampleNow - 540_000 },
        action: { kind: 'cancel', reason: 'Storm' },
        ...(this.retryOf ? { retryOf: this.retryOf } : {}),
        rows: Array.from({ length: total }, (_, i) => ({
          ...{ sids: sids(i), name: nameOf(i) },
          shown: { sid: sid('WT', i) },
        })),
      },
      rows: Array.from({ length: total }, (_, i) => stateOf(i)),
    };
  }

  /** What no clear response came to, at this stage. */
  private unanswered(i: number): RowState {
    const { stage } = this;
    const isLookedUp = stage === 'looked up' || (stage === 'looking up' && i < 140);
    if (isLookedUp) return ended[(['lookedUp', 'changed', 'asBefore'] as const)[((i - 30) / 70) % 3]!]!;
    const isNow = stage === 'running' || (stage === 'looking up' && i < 210);
    return isNow ? { phase: 'looking up', sentAt: 1 } : ended['unknown']!;
  }

  protected override parse(message: unknown): BulkMessage | undefined {
    return parseBulkMessage(message);
  }

  protected override apply(message: BulkMessage): void {
    if (message.type === 'rows') this.shown = { from: Math.max(0, message.from - 40), to: message.to + 40 };
  }
}
