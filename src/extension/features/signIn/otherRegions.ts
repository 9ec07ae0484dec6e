import { env, l10n } from 'vscode';
import { ApiError } from '../../../taskrouter/errors';
import { regionOf } from '../../../taskrouter/origin';
import { showError, showInformation, withStatusProgress } from '../../display/notification';
import { regionChoices } from './questions';

/** Origins of the other regions, which may accept credentials that this one refused. */
export const otherRegions = (origin: string): readonly string[] =>
  regionChoices.map(({ value }) => value).filter((other) => regionOf(other) !== regionOf(origin));

/** `IE1, AU1, and JP1` */
export const namesOf = (origins: readonly string[]): string =>
  new Intl.ListFormat(env.language).format(origins.map((origin) => regionOf(origin).toUpperCase()));

/**
 * Sends the credentials that `refusedBy` refused to other regions, after the user asked for it. `check` rejects where
 * they are refused.
 * @returns the origin to sign in to; an object without one to start over; undefined when the user cancels
 */
export async function tryRegions(
  origins: readonly string[],
  refusedBy: string,
  check: (origin: string) => Promise<unknown>,
): Promise<{ readonly origin?: string } | undefined> {
  // Not in a notification: when one closes quickly, VS Code can close the next one with it.
  const results = await withStatusProgress(
    l10n.t('TaskRouter: trying {regions}…', { regions: namesOf(origins) }),
    () => Promise.allSettled(origins.map(check)),
  );
  const accepting = origins.filter((_, i) => results[i]!.status === 'fulfilled');
  if (accepting.length > 0) {
    const buttons = accepting.map((origin) => l10n.t('Sign In to {region}', { region: namesOf([origin]) }));
    const choice = await showInformation(
      l10n.t('These credentials belong to {regions}, not {region}.', {
        regions: namesOf(accepting),
        region: namesOf([refusedBy]),
      }),
      ...buttons,
    );
    const origin = accepting[buttons.indexOf(choice ?? '')];
    return origin === undefined ? undefined : { origin };
  }
  const refusing = origins.filter((_, i) => {
    const result = results[i]!;
    return result.status === 'rejected' && result.reason instanceof ApiError;
  });
  const unreachable = origins.filter((origin) => !refusing.includes(origin));
  const message = [
    ...(refusing.length
      ? [l10n.t('{regions} do not accept these credentials either.', { regions: namesOf(refusing) })]
      : []),
    ...(unreachable.length
      ? [l10n.t('{regions} could not be reached.', { regions: namesOf(unreachable) })]
      : []),
  ].join(' ');
  return (await showError(message, l10n.t('Try Again'))) === undefined ? undefined : {};
}
