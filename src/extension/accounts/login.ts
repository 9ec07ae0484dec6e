import type { Client } from '../../taskrouter/client';
import { workspaces } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Account } from './account';

/** What a first read with new credentials found. */
export interface CheckedLogin {
  readonly account: Account;
  /** The friendly name of the first workspace, if there is one: untrusted text. */
  readonly firstWorkspace?: string;
  /** Of the first page. */
  readonly workspaces: number;
  readonly milliseconds: number;
}

export const workspacesInCheck = 50;

/** Reads the workspaces and which account they belong to. @throws what the read throws */
export async function checkLogin(
  client: Client,
  account: Account,
  signal?: AbortSignal,
): Promise<CheckedLogin> {
  const started = performance.now();
  const { rows } = await client.list(workspaces, [], {}, { pageSize: workspacesInCheck }, signal);
  signal?.throwIfAborted();
  const first = rows[0] && workspaces.read(rows[0]);
  const { account_sid: accountSid, friendly_name: firstWorkspace } = first ?? {};
  // It is stored and shown as the account's SID, so it must be one.
  const isSound = accountSid && isSid('Account', accountSid);
  return {
    account: isSound ? { ...account, accountSid } : account,
    ...(firstWorkspace === undefined || firstWorkspace === null ? {} : { firstWorkspace }),
    workspaces: rows.length,
    milliseconds: Math.round(performance.now() - started),
  };
}
