import type { CalledWorker } from './calledWorker';
import type { Message } from './message';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import type { Collection, Row } from './resources';
import { isSid } from './sid';

/** One resource: its collection, and the SIDs of its path from the workspace down, its own last. */
export interface ResourceRef {
  readonly collection: Collection;
  readonly sids: readonly string[];
}

/** The resource that an update changes, in the version on which the user decided. */
export interface UpdateSubject extends ResourceRef {
  readonly shown: Row;
  /** The field that says what state it is in; it is also one of `unchanged`. */
  readonly statusField: string;
  /** The update is not sent when one of these fields differs from `shown`. */
  readonly unchanged: readonly string[];
  /** Resources that change together with this one, and are read again afterwards. */
  readonly related: readonly RelatedRef[];
}

export interface RelatedRef extends ResourceRef {
  /** What the outcome says of this version of it; absent where it says nothing. */
  readonly describe?: (row: Row) => Message;
}

/** `call`: it rings a phone or moves a call in progress, so that sending it twice can place a second call. */
export type Risk = 'routine' | 'call';

/**
 * One write, built by a pure function. The same value is previewed, confirmed, sent once, logged and copied as a
 * snippet. The sender needs to know nothing about the kind of resource.
 */
export interface PreparedUpdate {
  /** With If-Match where the version is known. */
  readonly request: TaskRouterRequest;
  readonly subject: UpdateSubject;
  /** As on its button, in English: `Accept`. */
  readonly title: string;
  /** The subject by the names that people know: `Rosa Hazel → Yuki Tanabe`. Untrusted text. */
  readonly about: string;
  /** What a confirmation asks, without the question mark: `Start a conference for Rosa Hazel`. Arguments are untrusted text. */
  readonly question: Message;
  /** What a confirmation says about the subject: labels, and values that are untrusted text. */
  readonly facts: readonly (readonly [label: Message, value: Message | string])[];
  /** Whom Twilio rings: the address that was set, or a worker; undefined when it rings nobody. Untrusted text. */
  readonly calls?: string | CalledWorker | undefined;
  /** What is allowed but unwise about the values: whole sentences. */
  readonly warnings: readonly Message[];
  readonly risk: Risk;
  /** Updates with the same lock in the same region never run at the same time. */
  readonly lock: string;
  /** Whether this later version of the subject shows that the update took effect. */
  readonly settled: (row: Row) => boolean;
  /** Whether the update can still work on this later version of the subject. */
  readonly isPossible: (row: Row) => boolean;
  /**
   * The state of this version of the subject after the update: `Reservation accepted.` `server` is who carries it out,
   * as the beginning of a sentence.
   */
  readonly describe: (row: Row, server: Message) => Message;
  /** For a request that does more than update its subject. */
  readonly effect?: Deletion | Creation | undefined;
}

/** The request deletes the subject. */
export interface Deletion {
  readonly kind: 'deletes';
  /** What the outcome says once TaskRouter no longer has it: `Task deleted.` */
  readonly outcome: Message;
}

/** The request creates a resource below the subject. It has no SID before, so that it cannot be looked up by it. */
export interface Creation {
  readonly kind: 'creates';
  readonly collection: Collection;
  /** Whether this row can be what the request created. */
  readonly isLike: (row: Row) => boolean;
  readonly describe: (row: Row) => Message;
}

/** A resource as the user sees it: what an update of it is prepared from. */
export interface ShownResource extends ResourceRef {
  readonly shown: Row;
  /** What people call it, or else its SID: `Rosa Hazel`. Untrusted text. */
  readonly name: string;
  /** What people call another resource, or else its SID. Untrusted text. */
  readonly nameOf: (sid: string) => string;
}

/** Another resource that the update changes too. Its SID is a field of the subject, so it can be missing or malformed. */
export interface RelatedResource {
  readonly collection: Collection;
  readonly label: Message;
  readonly sid: unknown;
  readonly describe?: RelatedRef['describe'];
}

type Given = 'request' | 'question' | 'calls';
type Defaulted = 'warnings' | 'risk' | 'describe' | 'effect';

/** What distinguishes one update from another. By default it has no warnings, and describes the status. */
export interface Change extends Pick<PreparedUpdate, Given>, Partial<Pick<PreparedUpdate, Defaulted>> {
  /** As on its button: `Accept`. */
  readonly title: Message;
  /** What the subject is: `Task`. */
  readonly label: Message;
  /** The field that says what state the subject is in. */
  readonly statusField: string;
  /** What a confirmation calls that field, if not `Status`. */
  readonly statusLabel?: Message;
  /** What else a confirmation says about the subject, such as a value that the update replaces. */
  readonly values?: PreparedUpdate['facts'];
  /** The statuses in which the update is possible: any, unless given. */
  readonly from?: readonly string[];
  /** What shows that it took effect: statuses, or what a later version of the subject says. */
  readonly settlesAs: readonly string[] | PreparedUpdate['settled'];
  /** As in `UpdateSubject`: the status alone, unless something else is given. */
  readonly unchanged?: readonly string[];
  readonly related?: readonly RelatedResource[];
}

/** An update of this resource. The confirmation names its workspace, what is related to it, itself, and its status. */
export function prepareUpdate(resource: ShownResource, change: Change): PreparedUpdate {
  const { collection, sids, shown, name, nameOf } = resource;
  const {
    title,
    label,
    statusField,
    statusLabel = message('Status'),
    values = [],
    unchanged = [statusField],
    from,
    settlesAs,
    related = [],
    ...rest
  } = change;
  const [workspaceSid] = sids;
  const sid = sids.at(-1)!;
  const statusOf = (row: Row) => {
    const status = row[statusField];
    return typeof status === 'string' ? status : undefined;
  };
  const isIn = (statuses: readonly string[]) => (row: Row) => statuses.includes(statusOf(row) ?? '');
  return {
    warnings: [],
    risk: 'routine',
    describe: (row) =>
      message('The status is now {status}.', { status: statusOf(row) ?? message('unknown') }),
    ...rest,
    subject: {
      ...{ collection, sids, shown, statusField, unchanged },
      related: related.flatMap((one) =>
        isSid(one.collection.noun, String(one.sid))
          ? {
              collection: one.collection,
              sids: [workspaceSid!, String(one.sid)],
              ...(one.describe ? { describe: one.describe } : {}),
            }
          : [],
      ),
    },
    title: title.text,
    about: name,
    facts: [
      [message('Workspace'), factOf(workspaceSid, nameOf)],
      ...related.map((one) => [one.label, factOf(one.sid, nameOf)] as const),
      [label, factOf(sid, nameOf)],
      [statusLabel, statusOf(shown) ?? message('unknown')],
      ...values,
    ],
    lock: sid,
    settled: typeof settlesAs === 'function' ? settlesAs : isIn(settlesAs),
    isPossible: from ? isIn(from) : () => true,
  };
}

/** What people call a resource, with its SID. */
function factOf(sid: unknown, nameOf: ShownResource['nameOf']): Message | string {
  if (typeof sid !== 'string' || !sid) return message('unknown');
  const name = nameOf(sid);
  return name === sid ? sid : message('{name} ({sid})', { name, sid });
}

/** The fields that must not differ from what the user saw, and do. */
export const changedFields = ({ unchanged, shown }: UpdateSubject, now: Row): readonly string[] =>
  differingFields(unchanged, shown, now);

/** The fields whose value in `one` is another in `other`. A list may omit fields: the user has not seen those. */
export const differingFields = <F extends string>(fields: readonly F[], one: Row, other: Row): readonly F[] =>
  fields.filter((field) => one[field] !== undefined && !isSameValue(field, one[field], other[field]));

/** TaskRouter's lists and resources may write the same date in two ways. */
const isSameValue = (field: string, one: unknown, other: unknown): boolean =>
  one === other ||
  (field.startsWith('date_') &&
    typeof one === 'string' &&
    typeof other === 'string' &&
    Date.parse(one) === Date.parse(other));

/**
 * The same update, for this version of its subject only. Without an ETag it is returned unchanged; so is one that creates
 * something, which depends on no version.
 */
export const forVersion = (update: PreparedUpdate, etag: string | undefined): PreparedUpdate =>
  etag === undefined || update.effect?.kind === 'creates'
    ? update
    : { ...update, request: { ...update.request, ifMatch: etag } };
