import * as vscode from 'vscode';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { isSid } from '../../taskrouter/sid';
import { snippets } from '../../taskrouter/snippets';
import type { Account } from '../accounts/account';
import { isConfirmationDue } from '../accounts/account';
import { reached } from '../display/contextKey';
import { localize, localizeText } from '../display/localize';
import { showStatus } from '../display/notification';
import { environmentName } from '../display/environmentName';
import { forQuickPick, plain } from '../display/safeText';
import { parameterTexts } from './confirm';
import type { Item } from './quickPick';
import { pick } from './quickPick';

/** Copies the request in the language of this snippet. */
interface Copy {
  readonly name: string;
  readonly text: string;
}

/** What the user can change before an update is sent. */
export interface Changeable<Field extends string> {
  readonly fields: readonly Item<Field>[];
  /** Why the update was not done when it was sent; translated. */
  readonly refusal?: string | undefined;
}

/**
 * Shows the request of an update, which the user sends or copies as code.
 * @returns the update to send; undefined when the user copied it or canceled
 */
export const reviewUpdate = (account: Account, update: PreparedUpdate): Promise<PreparedUpdate | undefined> =>
  reviewChangeable<never>(account, update, { fields: [] });

/** The same where the user can also choose a field to change, which is then returned. */
export async function reviewChangeable<Field extends string>(
  account: Account,
  update: PreparedUpdate,
  { fields, refusal }: Changeable<Field>,
): Promise<PreparedUpdate | Field | undefined> {
  const title = localize(update.question, (name) => plain(name, 60));
  const send: Item<'send' | Copy> = {
    label: `$(send) ${forQuickPick(localizeText(update.title))}`,
    description: forQuickPick(`${account.name} · ${environmentName(account)}`),
    detail: forQuickPick(requestLine(update.request), 300),
    value: 'send',
  };
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const placeholder = fields.length
    ? vscode.l10n.t('Send the request, change a value, or copy it as code?')
    : vscode.l10n.t('Send the request, or copy it as code?');
  const chosen = await pick<'send' | Field | Copy>(
    title,
    refusal === undefined ? placeholder : vscode.l10n.t('Not done. {reason}', { reason: refusal }),
    [
      send,
      ...(fields.length ? [separator(vscode.l10n.t('Change')), ...fields] : []),
      separator(vscode.l10n.t('Copy as Code')),
      ...copiesOf(account, update.request),
    ],
    { sends: !isConfirmationDue(account, update) },
  );
  if (chosen === 'send') return update;
  if (chosen === undefined || typeof chosen === 'string') return chosen;
  await vscode.env.clipboard.writeText(chosen.text);
  reached('copied');
  showStatus('pass', vscode.l10n.t('Copied as {language}. Nothing was sent.', { language: chosen.name }));
  return undefined;
}

function copiesOf({ origin, username }: Account, request: TaskRouterRequest): Item<Copy>[] {
  const to = { origin, apiKey: isSid('ApiKey', username) };
  return snippets.flatMap(({ name, write }) => {
    const { text, note } = write(request, to);
    if (text === undefined) return [];
    const detail = note ? { detail: forQuickPick(localize(note), 300) } : {};
    return { label: `$(copy) ${localizeText(name)}`, ...detail, value: { name, text } };
  });
}

/** The request in one line: exactly what it sets, then its method and path, which may be cut off. */
export const requestLine = (request: TaskRouterRequest): string =>
  [...parameterTexts(request), `${request.method} ${request.path}`].join(' · ');
