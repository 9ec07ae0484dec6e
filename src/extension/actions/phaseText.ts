import { l10n } from 'vscode';
import { localizeText } from '../display/localize';
import type { SendPhase } from './send';

/** What happens to an update that is being sent. `title` is the update's, in English. */
export function phaseText(phase: SendPhase, title: string): string {
  switch (phase) {
    case 'checking':
      return l10n.t('Checking the current state…');
    case 'confirming':
      return l10n.t('Waiting for your confirmation…');
    case 'sending':
      return l10n.t('Sending {action}…', { action: localizeText(title) });
    case 'reading':
      return l10n.t('Reading the result…');
  }
}
