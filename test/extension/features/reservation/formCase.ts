import type { FormModel, Statuses } from '../../../../src/extension/features/reservation/formModel';
import { contextOf, readFormRows } from '../../../../src/extension/features/reservation/formModel';
import { formState } from '../../../../src/extension/features/reservation/formState';
import { prepareReservation } from '../../../../src/extension/features/reservation/prepare';
import type { PreparedUpdate } from '../../../../src/taskrouter/preparedUpdate';
import type { Collection, Row } from '../../../../src/taskrouter/resources';
import { instructionNamed } from '../../../../src/taskrouter/instructions';
import { InvalidArgumentsError } from '../../../../src/taskrouter/update';
import type { FormState } from '../../../../src/webview/reservation/protocol';

/** A form, and the rows that the store has for it. */
export interface FormCase extends Omit<FormModel, 'isReading' | 'wasPending' | 'before'> {
  readonly isReading?: boolean;
  readonly wasPending?: boolean;
  readonly before?: Partial<Statuses>;
  readonly reservation: Row;
  readonly etag?: string;
  readonly task?: Row;
  readonly worker?: Row;
  readonly workspace?: Row;
  readonly workflow?: Row;
  readonly activities?: readonly Row[];
  readonly workers?: readonly Row[];
  readonly ofTask?: readonly Row[];
  readonly callerIds?: readonly string[];
}

function read(one: FormCase) {
  const { activities = [], workers = [], ofTask = [], reservation, etag } = one;
  const single = [one.task, one.worker, one.workspace, one.workflow, reservation];
  const rows = [...activities, ...workers, ...ofTask, ...single].filter((row) => row !== undefined);
  const byId = new Map(rows.map((row) => [row.sid, row]));
  const store = {
    row: (_accountId: string, sid: string) => byId.get(sid),
    read: <T>(collection: Collection<T>, _accountId: string, sid: string | null | undefined) => {
      const row = sid ? byId.get(sid) : undefined;
      return row && collection.read(row);
    },
    list: (ref: object) => {
      const noun = 'collection' in ref ? (ref.collection as Collection).noun : '';
      const listed = noun === 'Activity' ? activities : ofTask;
      return { sids: listed.map(({ sid }) => sid), unreadable: 0 };
    },
  };
  const before = { reservation: undefined, task: undefined, worker: undefined, ...one.before };
  const model: FormModel = {
    isReading: false,
    wasPending: false,
    ...one,
    ...(one.before ? { before } : { before: undefined }),
  };
  const version = { row: reservation, ...(etag === undefined ? {} : { etag }) };
  return { store, model, version, rows: readFormRows(store, model, version) };
}

/** What the page shows of it. */
export function formStateOf(one: FormCase): FormState {
  const { store, model, version, rows } = read(one);
  const { address, chosen, values, account } = model;
  let update: PreparedUpdate | undefined;
  try {
    update = prepareReservation(store, account.id, {
      address,
      shown: version.row,
      etag: version.etag,
      instruction: instructionNamed(chosen),
      args: values[chosen] ?? {},
    });
  } catch (error) {
    if (!(error instanceof InvalidArgumentsError)) throw error;
  }
  return formState(model, rows, update, one.callerIds ?? [], one.sent?.at ?? 0);
}

export function contextIn(one: FormCase) {
  const { model, rows } = read(one);
  return contextOf(model, rows);
}
