import type { Message } from '../taskrouter/message';
import type { PreparedUpdate } from '../taskrouter/preparedUpdate';
import { forVersion } from '../taskrouter/preparedUpdate';
import type { Row } from '../taskrouter/resources';
import type { Fetched } from '../taskrouter/response';
import type { BulkAction } from './action';
import type { Misfit } from './journal';
import { collectionOf, misfitOf, prepareRow, stateOf } from './action';

/** What is worth knowing about a row that fits. */
export interface RowWarning {
  /** `unread`: nobody knows. */
  readonly of: 'call' | 'reservations' | 'unread';
  readonly text: string;
}

/** What a plan says of one row: its update for the version that was just read, or why there is none. */
export interface PlannedRow {
  readonly sids: readonly string[];
  readonly name: string;
  /** Of what changes. */
  readonly state?: Message | string;
  readonly update?: PreparedUpdate;
  readonly misfit?: Misfit;
  readonly warning?: RowWarning;
}

export interface PlanOptions {
  readonly action: BulkAction;
  readonly read: (sids: readonly string[]) => Promise<Fetched>;
  readonly warningOf: (sids: readonly string[], row: Row) => Promise<RowWarning | undefined>;
  /** What people call a resource, or else its SID. */
  readonly nameOf: (sid: string) => string;
  readonly say: (message: Message) => string;
  /** A failed read, as sentences. */
  readonly describe: (error: unknown) => string;
  readonly onRow: (row: number, planned: PlannedRow) => void;
  readonly signal: AbortSignal;
}

/** Reads at once. */
const maxReads = 8;

/** Reads every row again, and prepares its update. Ends early when the signal aborts. */
export async function planRows(
  subjects: readonly (readonly string[])[],
  options: PlanOptions,
): Promise<void> {
  let next = 0;
  const planOneByOne = async () => {
    while (next < subjects.length && !options.signal.aborted) {
      const row = next++;
      const planned = await planRow(subjects[row]!, options);
      if (!options.signal.aborted) options.onRow(row, planned);
    }
  };
  await Promise.all(Array.from({ length: maxReads }, planOneByOne));
}

async function planRow(
  sids: readonly string[],
  { action, read, warningOf, nameOf, say, describe }: PlanOptions,
): Promise<PlannedRow> {
  const named = () => ({ sids, name: nameOf(sids.at(-1)!) });
  let fetched: Fetched;
  try {
    fetched = await read(sids);
  } catch (error) {
    return { ...named(), misfit: { kind: 'not done', text: describe(error) } };
  }
  const { row: shown, etag } = fetched;
  const { name } = named();
  const update = prepareRow(action, { collection: collectionOf(action), sids, shown, name, nameOf });
  const state = stateOf(action, shown);
  const misfit = misfitOf(action, update, shown);
  if (misfit) {
    const kind = update.settled(shown) ? 'unchanged' : 'no longer fits';
    return { sids, name, state, misfit: { kind, text: say(misfit) } };
  }
  const warning = await warningOf(sids, shown);
  return { sids, name, state, update: forVersion(update, etag), ...(warning ? { warning } : {}) };
}
