import { l10n } from 'vscode';
import type { AddressKey, SuggestionView } from '../../../webview/callbacks/protocol';
import { plain } from '../../display/safeText';
import type { Addresses } from './addresses';
import type { Suggestion } from './suggestions';

/** What a folder suggests; without a button while these addresses are the ones that were entered. */
export function suggestionView(suggestion: Suggestion, entered: Addresses): SuggestionView {
  const { folder } = suggestion;
  const file = '.vscode/taskrouter-callbacks.json';
  if ('problem' in suggestion) {
    const { problem } = suggestion;
    return {
      text: l10n.t('{file} in {folder} is not used: {problem}.', { file, folder, problem }),
      isWrong: true,
    };
  }
  const { addresses } = suggestion;
  const keys = Object.keys(addresses) as AddressKey[];
  const isUsed = keys.every((key) => addresses[key] === entered[key]);
  return {
    text: isUsed
      ? l10n.t('From {file} in {folder}', { file, folder })
      : l10n.t('Suggested by {file} in {folder}:', { file, folder }),
    ...(!isUsed && { button: l10n.t('Use {url}', { url: plain(addresses.url, 100) }) }),
    isWrong: false,
  };
}
