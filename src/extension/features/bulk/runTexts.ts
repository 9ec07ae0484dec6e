import { l10n } from 'vscode';
import type { RunTexts } from '../../../bulk/run';

export const runTexts = (): RunTexts => ({
  canceled: l10n.t('Not sent: you stopped the run.'),
  failing: l10n.t('Not sent: five requests in a row failed, and the run stopped.'),
  notStored: l10n.t('Nothing was sent: VS Code could not store that it is about to be sent.'),
  interrupted: l10n.t('Not sent: the window was closed or reloaded, or VS Code ended.'),
});
