import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { originFor } from '../../../taskrouter/origin';
import { isSid } from '../../../taskrouter/sid';

/** Credentials that this machine already has. */
export interface FoundCredentials {
  readonly name: string;
  readonly origin: string;
  readonly username: string;
  readonly secret: string;
  /** The account that they are said to be of. */
  readonly accountSid?: string;
}

/** A place where credentials were looked for; `problem` says why they cannot be used. */
export interface Found {
  readonly name: string;
  readonly detail: string;
  readonly credentials?: FoundCredentials;
  readonly problem?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that Twilio's helpers and CLI read: https://www.twilio.com/docs/usage/secure-credentials */
export function fromEnvironment(env: Environment): Found | undefined {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: token } = env;
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: keySecret } = env;
  if (!accountSid && !key) return undefined;
  const name = 'Environment';
  const place = { region: env['TWILIO_REGION'], edge: env['TWILIO_EDGE'], accountSid };
  if (key && keySecret) return usable(name, 'TWILIO_API_KEY and TWILIO_API_SECRET', key, keySecret, place);
  if (accountSid && token)
    return usable(name, 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN', accountSid, token, place);
  return {
    name,
    detail: 'TWILIO_… variables',
    problem: 'There is no TWILIO_AUTH_TOKEN, nor TWILIO_API_KEY with TWILIO_API_SECRET.',
  };
}

const Profile = z.looseObject({
  accountSid: z.string().optional(),
  apiKey: z.string().optional(),
  apiSecret: z.string().optional(),
  region: z.string().optional(),
  edge: z.string().optional(),
});

/** `~/.twilio-cli/config.json` as the Twilio CLI writes it since 2022; `projects` are from before that. */
const CliConfig = z.looseObject({
  edge: z.string().optional(),
  activeProject: z.string().nullish(),
  profiles: z.record(z.string(), Profile).optional(),
  projects: z.array(z.looseObject({ id: z.string(), accountSid: z.string().optional() })).optional(),
});

/**
 * The profiles of the Twilio CLI, the active one first. The file is only read.
 * Empty when the CLI was never used here; one entry with a problem when its file cannot be read.
 */
export async function fromTwilioCli(env: Environment): Promise<Found[]> {
  const folder =
    env['TWILIO_CONFIG_DIR'] || path.join(env['HOME'] || env['USERPROFILE'] || homedir(), '.twilio-cli');
  const unusable = (problem: string) => [{ name: 'Twilio CLI', detail: 'config.json', problem }];
  let text: string;
  try {
    text = await readFile(path.join(folder, 'config.json'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : unusable(`Its file could not be read (${code}).`);
  }
  const config = CliConfig.safeParse(jsonOf(text));
  if (!config.success) return unusable('Its file is not as the Twilio CLI writes it.');
  const { activeProject, profiles = {}, projects = [], edge } = config.data;
  const isActive = (name: string) => name === activeProject;
  const found = Object.entries(profiles).map(([name, profile]) => {
    const detail = isActive(name) ? 'active profile of the Twilio CLI' : 'profile of the Twilio CLI';
    if (!profile.apiKey || !profile.apiSecret)
      return { name, detail, problem: 'It has no API key and secret.' };
    return usable(name, detail, profile.apiKey, profile.apiSecret, {
      ...profile,
      edge: profile.edge ?? edge,
    });
  });
  const old = projects
    .filter(({ id }) => !(id in profiles))
    .map(({ id }) => ({
      name: id,
      detail: 'old profile of the Twilio CLI',
      problem: 'Its secret is in the system’s keychain. Run “twilio profiles:create” again.',
    }));
  return [
    ...found.filter(({ name }) => isActive(name)),
    ...found.filter(({ name }) => !isActive(name)),
    ...old,
  ];
}

function usable(
  name: string,
  detail: string,
  username: string,
  secret: string,
  place: { readonly [key in 'region' | 'edge' | 'accountSid']?: string | undefined },
): Found {
  if (!isSid('ApiKey', username) && !isSid('Account', username)) {
    return { name, detail, problem: 'Its SID does not have the form of one.' };
  }
  const origin = originFor(place.region, place.edge);
  if (!origin) return { name, detail, problem: 'Its region or edge is not one of Twilio’s.' };
  const { accountSid } = place;
  const known = accountSid !== undefined && isSid('Account', accountSid) ? { accountSid } : {};
  return { name, detail, credentials: { name, origin, username, secret, ...known } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
