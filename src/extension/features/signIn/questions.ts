import * as vscode from 'vscode';
import { defaultOrigin, edges, isLoopbackOrigin, originFor } from '../../../taskrouter/origin';
import { isSid } from '../../../taskrouter/sid';
import type { Account, Environment } from '../../accounts/account';
import type { Choice, Step } from './multiStep';
import { askChoice, askText, under } from './multiStep';
import { forMessage, plain } from '../../display/safeText';

/** What the questions have found out so far. */
export interface Draft {
  readonly username: string;
  readonly secret: string;
  readonly origin: string;
  readonly use: { readonly environment: Environment; readonly readOnly: boolean };
  readonly name: string;
  /** The account that the place where these credentials were found says they are of. */
  readonly accountSid?: string;
}

export const longestName = 60;

export const askUsername: Step<Draft> = async (draft, place) =>
  under<Draft, 'username'>(
    'username',
    await askText(place, {
      prompt: 'API key SID (SK…), which can be revoked by itself, or Account SID (AC…)',
      placeholder: 'SK… or AC…',
      value: draft.username,
      problem: (text) =>
        isSid('ApiKey', text) || isSid('Account', text)
          ? undefined
          : 'Must be SK or AC and 32 hexadecimal digits.',
    }),
  );

const secretOf = (username: string | undefined) =>
  username && isSid('ApiKey', username) ? 'the API key’s secret' : 'the Auth Token';

export const askSecret: Step<Draft> = async (draft, place) =>
  under<Draft, 'secret'>(
    'secret',
    await askText(place, {
      prompt: `Now ${secretOf(draft.username)}. It is kept in VS Code’s secret storage and nowhere else.`,
      value: draft.secret,
      password: true,
      problem: (text) => (text ? undefined : `Type ${secretOf(draft.username)}.`),
    }),
  );

export const regionChoices: readonly Choice<string>[] = [
  { label: 'US1', description: 'United States, the default', value: defaultOrigin },
  { label: 'IE1, through Dublin', description: 'Ireland', value: originFor('ie1')! },
  { label: 'AU1, through Sydney', description: 'Australia', value: originFor('au1')! },
  { label: 'JP1, through Tokyo', description: 'Japan', value: originFor('jp1')! },
];

const waysThere: readonly Choice<string>[] = [
  ...regionChoices,
  ...edges.map((edge) => ({ label: `US1, through the edge ${edge}`, value: originFor('us1', edge)! })),
];

export const askRegion: Step<Draft> = async (draft, place) =>
  under<Draft, 'origin'>(
    'origin',
    await askChoice(place, 'Which region? Each has credentials of its own.', waysThere, draft.origin),
  );

const uses: readonly Choice<Draft['use']>[] = [
  {
    label: 'Production',
    iconPath: new vscode.ThemeIcon('globe'),
    description: 'asks before every action',
    value: { environment: 'production', readOnly: false },
  },
  {
    label: 'Production, read-only',
    iconPath: new vscode.ThemeIcon('lock'),
    description: 'refuses every action',
    value: { environment: 'production', readOnly: true },
  },
  {
    label: 'Staging',
    iconPath: new vscode.ThemeIcon('globe'),
    description: 'asks before it rings a phone',
    value: { environment: 'staging', readOnly: false },
  },
  {
    label: 'Development',
    iconPath: new vscode.ThemeIcon('globe'),
    description: 'asks before it rings a phone',
    value: { environment: 'development', readOnly: false },
  },
];

/** The account that is here already and is about to be replaced, if any: what is known of it is what is offered. */
export type Replaced = (draft: Partial<Draft>) => Account | undefined;

export const askUse =
  (replaced: Replaced): Step<Draft> =>
  async (draft, place) => {
    const before = draft.use ?? replaced(draft);
    const chosen = uses.find(
      ({ value }) => value.environment === before?.environment && value.readOnly === before.readOnly,
    );
    return under<Draft, 'use'>(
      'use',
      await askChoice(place, 'What is this account used for?', uses, chosen?.value),
    );
  };

export const askName =
  (replaced: Replaced): Step<Draft> =>
  async (draft, place) => {
    const before = replaced(draft)?.name;
    const prompt =
      before === undefined
        ? 'A name for it here. It stands on its row, in its forms, and on every confirmation.'
        : `This login is here already, as “${forMessage(before, longestName)}”, and is replaced. Keep its name, or give it another.`;
    return under<Draft, 'name'>(
      'name',
      await askText(place, {
        prompt,
        value: draft.name ?? before ?? `Twilio ${draft.username?.slice(0, 2)}…${draft.username?.slice(-4)}`,
        problem: (text) => {
          if (!text) return 'Give it a name.';
          if (text === plain(text, longestName)) return undefined;
          return `Must be at most ${longestName} characters on one line, all of which can be seen.`;
        },
      }),
    );
  };

export const askAddress: Step<Draft> = async (draft, place) => {
  const address = await askText(place, {
    prompt: 'Its address on this machine',
    placeholder: 'http://127.0.0.1:4010',
    value: draft.origin,
    problem: (text) =>
      isLoopbackOrigin(text.replace(/\/$/, ''))
        ? undefined
        : 'Must be http:// and an address of this machine, with its port and nothing after it: http://127.0.0.1:4010',
  });
  return under<Draft, 'origin'>('origin', typeof address === 'string' ? address.replace(/\/$/, '') : address);
};
