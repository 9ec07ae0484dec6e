import { l10n } from 'vscode';
import type { Account } from '../accounts/account';

/** What an account is for, in one word: its environment at Twilio, or where else its TaskRouter is. */
export function environmentName({ kind, environment }: Pick<Account, 'kind' | 'environment'>): string {
  if (kind === 'simulated') return l10n.t('simulator');
  if (kind === 'local') return l10n.t('local');
  return {
    production: l10n.t('production'),
    staging: l10n.t('staging'),
    development: l10n.t('development'),
  }[environment];
}
