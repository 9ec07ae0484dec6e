import type { FindableNoun } from '../../actions/sidSearch';
import { sidPrefixes } from '../../../taskrouter/sid';

/** The SIDs in a text: of one resource that TaskRouter has, and of where it is, as far as the text says. */
export interface NamedResource {
  readonly accountSid?: string;
  readonly workspaceSid?: string;
  /** The last one in the text that can be found. An account where nothing else is named. */
  readonly noun?: FindableNoun | 'Account';
  readonly sid?: string;
  /** The task of a reservation, if the text has both. */
  readonly parentSid?: string;
  /** SIDs of other products: calls, conversations, chats. Tasks have them in their attributes. */
  readonly others: readonly string[];
}

/** Longer texts are not addresses, and their first SIDs are enough. */
export const maxAddress = 4000;
/** The Console has an address within an address. */
const maxDecodings = 3;

const sidInText = /(?<![0-9A-Za-z])([A-Za-z]{2})([0-9a-fA-F]{32})(?![0-9A-Za-z])/g;

/** In the order in which a resource is chosen among several of one text. */
const nouns: Readonly<Record<string, FindableNoun>> = Object.fromEntries(
  (
    ['Task', 'Worker', 'Reservation', 'Activity', 'Workflow', 'TaskQueue', 'TaskChannel', 'Event'] as const
  ).map((noun) => [sidPrefixes[noun], noun]),
);

/**
 * What a SID, an address or a line of a log names. Every address is accepted: it is only read as text and never requested.
 * https://www.twilio.com/docs/glossary/what-is-a-sid
 */
export function namedIn(text: string): NamedResource {
  // An upper-case prefix is part of a SID; some logs have it in lower case.
  const sids = [...decoded(text.slice(0, maxAddress)).matchAll(sidInText)].map(
    ([, prefix, digits]) => prefix!.toUpperCase() + digits!,
  );
  const last = (prefix: string) => sids.findLast((sid) => sid.startsWith(prefix));
  const first = (prefix: string) => sids.find((sid) => sid.startsWith(prefix));
  const accountSid = first(sidPrefixes.Account);
  const workspaceSid = first(sidPrefixes.Workspace);
  const target = sids.findLast((sid) => Object.hasOwn(nouns, sid.slice(0, 2)));
  const own = new Set<string>([...Object.keys(nouns), ...Object.values(sidPrefixes)]);
  const others = sids.filter((sid) => !own.has(sid.slice(0, 2)) || sid.startsWith(sidPrefixes.Call));
  const place = { ...(accountSid ? { accountSid } : {}), ...(workspaceSid ? { workspaceSid } : {}), others };
  if (target) {
    const noun = nouns[target.slice(0, 2)]!;
    const parentSid = noun === 'Reservation' ? last(sidPrefixes.Task) : undefined;
    return { ...place, noun, sid: target, ...(parentSid ? { parentSid } : {}) };
  }
  if (others.length) return place;
  if (workspaceSid) return { ...place, noun: 'Workspace', sid: workspaceSid };
  return accountSid ? { ...place, noun: 'Account', sid: accountSid } : place;
}

/** Without what an address encodes, also more than once. */
function decoded(text: string): string {
  let plain = text;
  for (let i = 0; i < maxDecodings && plain.includes('%'); i++) {
    const next = plain.replace(/%[0-9a-fA-F]{2}/g, (code) =>
      String.fromCharCode(parseInt(code.slice(1), 16)),
    );
    if (next === plain) break;
    plain = next;
  }
  return plain;
}
