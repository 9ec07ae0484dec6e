import * as z from 'zod';
import type { Named } from '../query/plan';
import { ApiError } from '../taskrouter/errors';
import { rowsOf } from '../taskrouter/pages';
import * as resources from '../taskrouter/resources';
import type { Collection, Row } from '../taskrouter/resources';
import { isSid } from '../taskrouter/sid';
import { ToolError } from './tool';
import type { ToolAccount, ToolCall } from './tool';
import { ours, quoted, sid } from './text';
import type { Text } from './text';

const account = z
  .string()
  .max(100)
  .optional()
  .describe('The name of the account. Needed only where there are several.');
const workspace = z
  .string()
  .max(200)
  .optional()
  .describe('The SID (WS…) or the name of a workspace. All workspaces of the account when absent.');

/** Where a tool looks. */
export const placeInput = { account, workspace };

interface Place {
  readonly account?: string | undefined;
  readonly workspace?: string | undefined;
}

/** Of one list: 20,000 rows. */
export const maxPages = 20;
/** In how many workspaces a tool searches. */
export const maxWorkspaces = 20;
/** In how many workspaces a tool looks for one resource, with a request each. */
const maxLookedIn = 50;

/** @throws ToolError unless it is clear which account is meant */
export function accountOf({ accounts }: ToolCall, name: string | undefined): ToolAccount {
  const [only, ...others] = accounts;
  if (!only) throw new ToolError(ours('No account is signed in.'));
  if (name === undefined && others.length === 0) return only;
  const found = accounts.filter((one) => one.name.toLowerCase() === name?.toLowerCase());
  if (found.length === 1) return found[0]!;
  const why =
    name === undefined ? 'There are several accounts. Name one.' : 'There is no account with this name.';
  throw new ToolError({ reason: ours(why), accounts: accounts.map((one) => quoted(one.name)) });
}

/** All rows of a list. @throws what the client throws */
export const readAll = (
  { withReads }: ToolAccount,
  collection: Collection,
  parents: readonly string[],
): Promise<readonly Row[]> =>
  withReads((reads, signal) => rowsOf(reads.pages(collection, parents, {}, { maxPages }, signal)));

/** A resource with the workspace that has it. */
export interface Placed {
  readonly workspace: Named;
  readonly row: Row;
}

/** Looks for a resource in these workspaces; `sids` are those below the workspace. Undefined when none has it. */
export async function findIn(
  { withReads }: ToolAccount,
  workspaces: readonly Named[],
  collection: Collection,
  sids: readonly string[],
): Promise<Placed | undefined> {
  for (const workspace of workspaces.slice(0, maxLookedIn)) {
    const found = await withReads((reads, signal) =>
      reads.fetch(collection, [workspace.sid, ...sids], signal),
    ).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return undefined;
    });
    if (found) return { workspace, row: found.row };
  }
  return undefined;
}

/** Why `findIn` found nothing. */
export const notFound = (workspaces: readonly Named[], why: string): Text =>
  ours(
    workspaces.length > maxLookedIn
      ? `None of the first ${maxLookedIn} workspaces has it. Name its workspace.`
      : why,
  );

/** TaskRouter answered that there is no such resource. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

export const namedRow = ({ sid, friendly_name: name }: Row): Named => ({
  sid,
  name: typeof name === 'string' && name !== '' ? name : sid,
});

/** The workspaces to look in. @throws ToolError when none has this name */
export async function workspacesOf(
  one: ToolAccount,
  { workspace: wanted }: Place,
): Promise<readonly Named[]> {
  const all = (await readAll(one, resources.workspaces, []))
    .filter((row) => isSid('Workspace', row.sid))
    .map(namedRow);
  return wanted === undefined ? all : [pick(all, wanted, 'workspace')];
}

/** One workspace. @throws ToolError unless it is clear which one is meant */
export async function workspaceOf(one: ToolAccount, place: Place): Promise<Named> {
  const [only, ...others] = await workspacesOf(one, place);
  if (!only) throw new ToolError(ours('The account has no workspace.'));
  if (others.length === 0) return only;
  throw new ToolError({
    reason: ours('There are several workspaces: name one.'),
    workspaces: [only, ...others].map(shown),
  });
}

/** The one that has this SID, this name, or this part of a name. @throws ToolError unless there is one */
export function pick<T extends Named>(
  all: readonly T[],
  wanted: string,
  noun: 'workspace' | 'workflow' | 'activity',
): T {
  const text = wanted.toLowerCase();
  const exact = all.filter((one) => one.sid === wanted || one.name.toLowerCase() === text);
  const found = exact.length > 0 ? exact : all.filter((one) => one.name.toLowerCase().includes(text));
  if (found.length === 1) return found[0]!;
  throw new ToolError({
    reason: ours(
      found.length > 1 ? `Several have this name: name one ${noun}.` : `There is no such ${noun}.`,
    ),
    choices: (found.length > 1 ? found : all).map(shown),
  });
}

export const shown = (one: Named): { readonly sid: Text | undefined; readonly name: Text | undefined } => ({
  sid: sid(one.sid),
  name: quoted(one.name),
});
