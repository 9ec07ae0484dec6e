import { homedir } from 'node:os';
import path from 'node:path';
import { l10n } from 'vscode';
import * as z from 'zod';
import { readSmallFile, UnusableFileError } from '../../data/smallFile';
import { localize } from '../../display/localize';
import type { CredentialSource, Environment } from './foundCredentials';
import { sourceOf } from './foundCredentials';

const text = z.string().nullish();
const Profile = z.looseObject({ accountSid: text, apiKey: text, apiSecret: text, region: text, edge: text });

/** `~/.twilio-cli/config.json` as the Twilio CLI writes it since 2022; `projects` are older. */
const CliConfig = z.looseObject({
  edge: text,
  activeProject: text,
  profiles: z.record(z.string(), z.unknown()).nullish(),
  projects: z.array(z.looseObject({ id: z.string() })).nullish(),
});

/**
 * The profiles of the Twilio CLI, the active one first. The file is only read.
 * Empty if the CLI has not been used on this machine; one source with a problem if its file cannot be read.
 */
export async function fromTwilioCli(env: Environment): Promise<CredentialSource[]> {
  const home = env['HOME']?.trim() || env['USERPROFILE']?.trim() || homedir();
  const folder = env['TWILIO_CONFIG_DIR']?.trim() || path.join(home, '.twilio-cli');
  const unusable = (problem: string) => [{ name: 'Twilio CLI', detail: 'config.json', problem }];
  let json: string | undefined;
  try {
    json = await readSmallFile(path.join(folder, 'config.json'), maxSize);
  } catch (error) {
    if (!(error instanceof UnusableFileError)) throw error;
    return unusable(
      l10n.t('The file config.json is not used: {reason}.', { reason: localize(error.problem) }),
    );
  }
  if (json === undefined) return [];
  const config = CliConfig.safeParse(jsonOf(json));
  if (!config.success) return unusable(l10n.t('The file config.json was not written by the Twilio CLI.'));
  const { activeProject, edge } = config.data;
  const profiles = Object.entries(config.data.profiles ?? {});
  const current = profiles.map(([name, profile]) =>
    profileSource(name, profile, edge, name === activeProject),
  );
  const names = new Set(profiles.map(([name]) => name));
  const old = (config.data.projects ?? [])
    .filter(({ id }) => !names.has(id))
    .map(({ id }) => ({
      name: id,
      detail: l10n.t('old Twilio CLI profile'),
      problem: l10n.t('The secret is in the system’s keychain. Run “twilio profiles:create” again.'),
    }));
  const isActive = ({ name }: CredentialSource) => name === activeProject;
  return [...current.filter(isActive), ...current.filter((one) => !isActive(one)), ...old];
}

function profileSource(
  name: string,
  profile: unknown,
  edge: string | null | undefined,
  isActive: boolean,
): CredentialSource {
  const detail = isActive ? l10n.t('active Twilio CLI profile') : l10n.t('Twilio CLI profile');
  const read = Profile.safeParse(profile);
  if (!read.success || !read.data.apiKey || !read.data.apiSecret) {
    return { name, detail, problem: l10n.t('This profile has no API key and secret.') };
  }
  const { apiKey: username, apiSecret: secret, region, accountSid } = read.data;
  return sourceOf(name, detail, {
    username,
    secret,
    region: region ?? undefined,
    edge: read.data.edge ?? edge ?? undefined,
    accountSid: accountSid ?? undefined,
  });
}

/** KiB */
const maxSize = 1024;

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
