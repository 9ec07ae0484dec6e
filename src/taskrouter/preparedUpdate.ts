import type { CalledWorker } from './calledWorker';
import type { Message } from './message';
import type { TaskRouterRequest } from './requests';
import type { Collection, Row } from './resources';

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
  readonly related: readonly ResourceRef[];
}

/** `call`: it rings a phone or moves a call in progress, so that sending it twice can place a second call. */
export type Risk = 'routine' | 'call';

/**
 * One write, built by a pure function. The same value is previewed, confirmed, sent once, logged and copied as a
 * snippet. Whatever sends it needs to know nothing about the kind of resource.
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
}

/** The fields that must not differ from what the user saw, and do. */
export const changedFields = ({ unchanged, shown }: UpdateSubject, now: Row): readonly string[] =>
  differingFields(unchanged, shown, now);

/** The fields whose value in `one` is another in `other`. A list may leave fields out: nobody has seen those. */
export const differingFields = <F extends string>(fields: readonly F[], one: Row, other: Row): readonly F[] =>
  fields.filter((field) => one[field] !== undefined && !isSameValue(field, one[field], other[field]));

/** TaskRouter's lists and resources may write the same date in two ways. */
const isSameValue = (field: string, one: unknown, other: unknown): boolean =>
  one === other ||
  (field.startsWith('date_') &&
    typeof one === 'string' &&
    typeof other === 'string' &&
    Date.parse(one) === Date.parse(other));

/** The same update, to be taken for this version of its subject only. Without an ETag it stays as it is. */
export const forVersion = (update: PreparedUpdate, etag: string | undefined): PreparedUpdate =>
  etag === undefined ? update : { ...update, request: { ...update.request, ifMatch: etag } };
