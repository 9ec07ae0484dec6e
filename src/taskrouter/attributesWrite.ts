import type { Conflict, Side } from './attributesMerge';
import { compact, mergeAttributes } from './attributesMerge';

/** The attributes of one version of a resource, as TaskRouter sent them. */
export interface AttributesVersion {
  readonly attributes: string;
  readonly etag?: string | undefined;
}

export interface AttributesWriting<Version extends AttributesVersion, Ended> {
  readonly read: () => Promise<Version>;
  /** Asks which side wins, one answer for each conflict; undefined when the user cancels. */
  readonly choose: (conflicts: readonly Conflict[]) => Promise<readonly Side[] | undefined>;
  /** Writes for this version only, at most once: `not sent` when there was another one before anything was sent. */
  readonly write: (text: string, version: Version) => Promise<'not sent' | Ended>;
}

/** How often it is read and merged again while nothing was sent. */
const maxAttempts = 20;

/**
 * Writes what the user made of the base, together with what others wrote in the meantime. It sends one request at most.
 * @returns undefined when the user cancels, `not sent` when others write faster than this
 */
export async function writeAttributes<Version extends AttributesVersion, Ended>(
  base: string,
  mine: string,
  { read, choose, write }: AttributesWriting<Version, Ended>,
): Promise<Ended | 'not sent' | 'unchanged' | undefined> {
  let [from, wanted] = [base, mine];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const version = await read();
    const theirs = version.attributes || '{}';
    let merged = mergeAttributes(from, wanted, theirs);
    if (merged.conflicts.length) {
      const sides = await choose(merged.conflicts);
      if (!sides) return undefined;
      const { conflicts } = merged;
      const sideOf = ({ path }: Conflict) => sides[conflicts.findIndex((one) => isSamePath(one.path, path))]!;
      merged = mergeAttributes(from, wanted, theirs, sideOf);
    }
    // What was decided stays decided when they change again.
    [from, wanted] = [theirs, merged.text];
    if (compact(theirs) === compact(wanted)) return 'unchanged';
    const ended = await write(wanted, version);
    if (ended !== 'not sent') return ended;
  }
  return 'not sent';
}

const isSamePath = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((key, i) => key === other[i]);
