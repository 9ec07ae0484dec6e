import * as vscode from 'vscode';
import { isSecretParameter } from '../../taskrouter/instructions';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import type { CalledWorker } from '../../taskrouter/calledWorker';
import { describeCallee } from '../../taskrouter/calledWorker';
import { message } from '../../taskrouter/message';
import { withoutSecrets } from '../../taskrouter/secrets';
import type { Account } from '../accounts/account';
import { isConfirmationDue } from '../accounts/account';
import { localize, localizeText } from '../display/localize';
import type { ConfirmModal } from '../display/modal';
import { environmentName } from '../display/environmentName';
import { plain } from '../display/safeText';
import { visibleText } from '../display/visibleText';
import type { Confirmation } from './send';

/** Shortens each name separately, so that a long one hides neither its SID nor another name. */
const short = (name: string) => plain(name, 200);

/** Whom Twilio rings, exactly: another address must never look like this one. */
function calleeText(calls: string | CalledWorker): string {
  if (typeof calls === 'string') return visibleText(calls);
  const { name, contactUri } = calls;
  const shown = describeCallee({
    ...calls,
    name: typeof name === 'string' ? short(name) : localize(name, short),
    contactUri: contactUri && whole(withoutSecrets(contactUri)),
  });
  return typeof shown === 'string' ? shown : localize(shown);
}

/** More characters than any value has but a workflow's configuration, which a comparison shows before. */
const maxShown = 4096;

function whole(text: string): string {
  const count = text.length - maxShown;
  return count > 0
    ? vscode.l10n.t('{text}… ({count} more characters)', {
        text: visibleText(text.slice(0, maxShown)),
        count,
      })
    : visibleText(text);
}

/** Exactly what a request sets: `Reason = Storm`. A value of more than 4,096 characters is cut off, which it says. */
export const parameterTexts = ({ body = [] }: TaskRouterRequest): string[] =>
  body.map(([name, value]) => `${name} = ${isSecretParameter(name) ? '********' : whole(value)}`);

/** Where the update goes, what it changes, and exactly what is sent. For a modal dialog, which shows links as text. */
export function confirmationText(account: Account, update: PreparedUpdate): string {
  const { calls, request, warnings } = update;
  return [
    vscode.l10n.t('Account: {name} ({environment})', {
      name: plain(account.name),
      environment: environmentName(account),
    }),
    `TaskRouter: ${account.origin}`,
    ...update.facts.map(([label, value]) => {
      const text = typeof value === 'string' ? short(value) : localize(value, short);
      return `${localize(label)}: ${text}`;
    }),
    ...(calls === undefined ? [] : [`${localize(message('Calls'))}: ${calleeText(calls)}`]),
    '',
    ...(request.ifMatch === undefined ? [] : [`If-Match: ${visibleText(request.ifMatch)}`]),
    ...parameterTexts(request),
    ...(warnings.length ? ['', ...warnings.map((warning) => localize(warning))] : []),
  ].join('\n');
}

export function createModalConfirmation(confirmModal: ConfirmModal): Confirmation {
  return {
    isDue: ({ account }, update) => isConfirmationDue(account, update),
    ask({ account }, update) {
      const asked = localize(update.question, (name) => plain(name, 60));
      const question =
        account.environment === 'production'
          ? vscode.l10n.t('{question} in production?', { question: asked })
          : vscode.l10n.t('{question}?', { question: asked });
      const button = vscode.l10n.t('{action} on {account}', {
        action: localizeText(update.title),
        account: plain(account.name, 40),
      });
      return confirmModal(question, confirmationText(account, update), button);
    },
  };
}
