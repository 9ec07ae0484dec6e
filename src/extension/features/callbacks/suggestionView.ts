import { l10n } from 'vscode';
import type { SetupKey, SuggestionView } from '../../../webview/callbacks/protocol';
import { plain } from '../../display/safeText';
import type { Setup } from './setup';
import type { Suggestion } from './suggestions';

/** What a folder suggests; without a button while it is what was entered. */
export function suggestionView(suggestion: Suggestion, entered: Setup): SuggestionView {
  const { folder } = suggestion;
  const file = '.vscode/taskrouter-callbacks.json';
  if ('problem' in suggestion) {
    const { problem } = suggestion;
    return {
      text: l10n.t('{file} in {folder} is not used: {problem}.', { file, folder, problem }),
      isWrong: true,
    };
  }
  const { setup } = suggestion;
  const keys = Object.keys(setup) as SetupKey[];
  const isUsed = keys.every((key) => setup[key] === entered[key]);
  return {
    text: isUsed
      ? l10n.t('From {file} in {folder}', { file, folder })
      : l10n.t('Suggested by {file} in {folder}:', { file, folder }),
    ...(!isUsed && { button: l10n.t('Use {url}', { url: plain(setup.url, 100) }) }),
    isWrong: false,
  };
}
