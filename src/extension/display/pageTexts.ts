import { l10n } from 'vscode';
import type { SharedTexts } from '../../webview/shared/protocol';

/** Texts of the controls that pages share. */
export const sharedTexts = (): SharedTexts => ({
  callerData: l10n.t('Caller data'),
  defaultValue: l10n.t('Default: {value}'),
  notSent: l10n.t('Not sent'),
  notSentWithDefault: l10n.t('Not sent (default: {value})'),
  parameterName: l10n.t('The parameter’s name in Twilio’s API'),
  readOnly: l10n.t('read-only'),
  refresh: l10n.t('Refresh'),
  simulator: l10n.t('SIMULATOR'),
  probablyExpired: l10n.t('Probably expired'),
  setAndHidden: l10n.t('Set (hidden)'),
  selected: l10n.t('Sent: {count} of {total}'),
  suggestions: l10n.t('Suggestions for {field}'),
  timeLeft: l10n.t('{time} left'),
  unset: l10n.t('Unset: {name} is not sent'),
  unsetField: l10n.t('Unset {field}'),
});
