import { l10n } from 'vscode';
import type { WorkspaceTarget } from '../../../callbacks/deliver';
import { eventsFilterProblem } from '../../../callbacks/events';
import { hostProblem, isHttpUrl, mayBeLoopback } from '../../../callbacks/loopback';
import { urlHint } from '../../../callbacks/urlHint';
import type { Message } from '../../../taskrouter/message';
import type { SetupKey } from '../../../webview/callbacks/protocol';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';

/** What the user entered. */
export type Setup = Readonly<Record<SetupKey, string>>;

export const emptySetup: Setup = { url: '', fallbackUrl: '', signedUrl: '', eventUrl: '', eventsFilter: '' };

/** Why a value is refused; undefined while it is correct. Only the first one is required, once something needs it. */
export function setupProblem(key: SetupKey, text: string): string | undefined {
  if (text === '') return undefined;
  if (key === 'eventsFilter') return said(eventsFilterProblem(text));
  const parsed = URL.parse(text);
  if (!parsed || !isHttpUrl(text)) {
    const hint = said(urlHint(text));
    return hint ?? l10n.t('Enter an http or https URL, such as http://localhost:3000/assignment.');
  }
  if (key === 'signedUrl' || mayBeLoopback(text)) return undefined;
  return notHere(parsed);
}

const said = (text: Message | undefined) => text && localize(text, (data) => plain(data, 200));

const notHere = ({ hostname }: URL) =>
  l10n.t('{host} is not this machine. Callbacks are sent to this machine only: use localhost or 127.0.0.1.', {
    host: plain(hostname, 60),
  });

/** Why callbacks cannot go there, found by resolving the names; undefined if they can. */
export async function targetProblem(target: WorkspaceTarget): Promise<string | undefined> {
  for (const one of [target, target.fallback, target.events])
    if (one && (await hostProblem(one.url)) !== undefined) return notHere(new URL(one.url));
  return undefined;
}

/** Where callbacks go; undefined until a correct URL is there. */
export function targetOf(setup: Setup): WorkspaceTarget | undefined {
  const { url, fallbackUrl, signedUrl, eventUrl, eventsFilter: filter } = setup;
  const keys = Object.keys(emptySetup) as SetupKey[];
  if (url === '' || keys.some((key) => setupProblem(key, setup[key]) !== undefined)) return undefined;
  return {
    url,
    ...(signedUrl && { signedUrl }),
    ...(fallbackUrl && { fallback: { url: fallbackUrl } }),
    ...(eventUrl && { events: { url: eventUrl, ...(filter && { filter }) } }),
  };
}
