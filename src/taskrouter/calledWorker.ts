import { attribute } from './attributes';
import type { Message } from './message';
import { message } from './message';
import { withoutSecrets } from './secrets';
import type { ResourceRef } from './preparedUpdate';

/** A worker whom an update calls at the `contact_uri` of the worker's attributes. */
export interface CalledWorker extends ResourceRef {
  /** Untrusted text. */
  readonly name: Message | string;
  /** As the user saw it; empty when the attributes have none, undefined when they could not be read. Untrusted text. */
  readonly contactUri: string | undefined;
}

/** The `contact_uri` of a worker's attributes; empty when they have none, undefined when they are not known. */
export const contactUriOf = (attributes: string | null | undefined): string | undefined =>
  attributes ? (attribute(attributes, 'contact_uri') ?? '') : undefined;

/** Whom Twilio rings, for a confirmation. Untrusted text. */
export function describeCallee(calls: string | CalledWorker): Message | string {
  if (typeof calls === 'string') return calls;
  const { name: whose } = calls;
  const contactUri = calls.contactUri && withoutSecrets(calls.contactUri);
  if (contactUri === undefined)
    return message('unknown (the contact_uri of {whose} could not be read)', { whose });
  return contactUri === ''
    ? message('{whose} (no contact_uri)', { whose })
    : message('{contactUri} (the contact_uri of {whose})', { contactUri, whose });
}
