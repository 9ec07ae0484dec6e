import * as vscode from 'vscode';
import { ApiError } from '../../../taskrouter/errors';
import { regionOf } from '../../../taskrouter/origin';
import { regionChoices } from './questions';

/** Where else credentials may be of that one region has refused: each region has credentials of its own. */
export const otherRegions = (origin: string): readonly string[] =>
  regionChoices.map(({ value }) => value).filter((other) => regionOf(other) !== regionOf(origin));

/** `IE1, AU1 and JP1` */
export const namesOf = (origins: readonly string[]): string =>
  new Intl.ListFormat('en-GB').format(origins.map((origin) => regionOf(origin).toUpperCase()));

/**
 * Shows the credentials that `refusedBy` has refused to other regions, as the person has asked for, with `takes`, which
 * rejects where they are not taken. Answers with the region to sign in to, with none of them to ask anew, or with
 * undefined when the person gives up.
 */
export async function lookIn(
  origins: readonly string[],
  refusedBy: string,
  takes: (origin: string) => Promise<unknown>,
): Promise<{ readonly origin?: string } | undefined> {
  // Not in a notification: one that comes and goes within a moment can take the next one with it.
  const answers = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `TaskRouter: looking in ${namesOf(origins)}…` },
    () => Promise.allSettled(origins.map(takes)),
  );
  const taken = origins.filter((_, i) => answers[i]!.status === 'fulfilled');
  if (taken.length > 0) {
    const buttons = taken.map((origin) => `Sign In to ${namesOf([origin])}`);
    const choice = await vscode.window.showInformationMessage(
      `These credentials are of ${namesOf(taken)}, not of ${namesOf([refusedBy])}.`,
      ...buttons,
    );
    const origin = taken[buttons.indexOf(choice ?? '')];
    return origin === undefined ? undefined : { origin };
  }
  const silent = origins.filter((_, i) => {
    const answer = answers[i]!;
    return answer.status === 'rejected' && !(answer.reason instanceof ApiError);
  });
  const refusing = origins.filter((origin) => !silent.includes(origin));
  const told = [
    ...(refusing.length ? [`${namesOf(refusing)} did not accept them either.`] : []),
    ...(silent.length ? [`${namesOf(silent)} could not be asked.`] : []),
  ];
  return (await vscode.window.showErrorMessage(told.join(' '), 'Try Again')) === undefined ? undefined : {};
}
