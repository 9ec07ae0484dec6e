import type { FindableNoun } from '../../actions/sidSearch';
import { findableNouns } from '../../actions/sidSearch';
import { isSid } from '../../../taskrouter/sid';

/** What a link leads to. It says nothing else: whoever opens it sees what their own credentials may read. */
export interface LinkTarget {
  readonly accountSid: string;
  readonly workspaceSid: string;
  readonly sid: string;
  /** The task of a reservation. */
  readonly parentSid?: string | undefined;
}

/** The part of `vscode.Uri` that is read; its query is decoded. */
export interface LinkUri {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const path = '/open';

/** `vscode://publisher.name/open?account=AC…&workspace=WS…&sid=WT…`; `extensionId` is `publisher.name`. */
export function linkTo(scheme: string, extensionId: string, target: LinkTarget): string {
  const { accountSid, workspaceSid, sid, parentSid } = target;
  const query = [
    `account=${accountSid}`,
    `workspace=${workspaceSid}`,
    `sid=${sid}`,
    ...(parentSid ? [`task=${parentSid}`] : []),
  ];
  return `${scheme}://${extensionId}${path}?${query.join('&')}`;
}

export type LinkProblem = 'other command' | 'other parameter' | 'malformed';

/** Takes nothing but what `linkTo` writes: each parameter once, and each a SID of its kind. */
export function readLink(
  link: LinkUri,
): (LinkTarget & { readonly noun: FindableNoun }) | { readonly problem: LinkProblem } {
  if (link.path !== path) return { problem: 'other command' };
  const parameters = new Map<string, string>();
  for (const part of link.query.split('&')) {
    const [name = '', value = '', ...rest] = part.split('=');
    if (!['account', 'workspace', 'sid', 'task'].includes(name)) return { problem: 'other parameter' };
    if (rest.length > 0 || parameters.has(name)) return { problem: 'malformed' };
    parameters.set(name, value);
  }
  const [accountSid = '', workspaceSid = '', sid = ''] = ['account', 'workspace', 'sid'].map((name) =>
    parameters.get(name),
  );
  const parentSid = parameters.get('task');
  const noun = findableNouns.find((one) => isSid(one, sid));
  const isWhole =
    noun !== undefined &&
    link.fragment === '' &&
    isSid('Account', accountSid) &&
    isSid('Workspace', workspaceSid) &&
    (noun !== 'Workspace' || sid === workspaceSid) &&
    (parentSid === undefined || (noun === 'Reservation' && isSid('Task', parentSid)));
  return isWhole
    ? { accountSid, workspaceSid, sid, noun, ...(parentSid === undefined ? {} : { parentSid }) }
    : { problem: 'malformed' };
}
