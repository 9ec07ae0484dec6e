import { l10n } from 'vscode';
import { trimCredential } from '../../accounts/credentials';
import { originFor } from '../../../taskrouter/origin';
import { isSid } from '../../../taskrouter/sid';

/** Credentials that are already on this machine. */
export interface FoundCredentials {
  readonly name: string;
  readonly origin: string;
  readonly username: string;
  readonly secret: string;
  /** The account that the source names. */
  readonly accountSid?: string;
}

/** A choice of Sign In; `problem` says why its credentials cannot be used. */
export interface CredentialSource {
  readonly name: string;
  readonly detail: string;
  readonly credentials?: FoundCredentials;
  readonly problem?: string;
}

/** The unchecked texts of a source. */
export interface RawCredentials {
  readonly username?: string | undefined;
  readonly secret?: string | undefined;
  readonly region?: string | undefined;
  readonly edge?: string | undefined;
  readonly accountSid?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that Twilio's helpers and CLI read: https://www.twilio.com/docs/usage/secure-credentials */
export function fromEnvironment(env: Environment): CredentialSource | undefined {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: token } = trimmed(env);
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: keySecret } = trimmed(env);
  if (!accountSid && !key) return undefined;
  const name = l10n.t('Environment');
  const place = { region: env['TWILIO_REGION'], edge: env['TWILIO_EDGE'], accountSid };
  if (key && keySecret) {
    return sourceOf(name, l10n.t('TWILIO_API_KEY and TWILIO_API_SECRET'), {
      ...place,
      username: key,
      secret: keySecret,
    });
  }
  if (accountSid && token) {
    return sourceOf(name, l10n.t('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN'), {
      ...place,
      username: accountSid,
      secret: token,
    });
  }
  return {
    name,
    detail: l10n.t('TWILIO_… variables'),
    problem: l10n.t('Set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.'),
  };
}

/** Checks the texts of a source. Every value is trimmed like a typed one. */
export function sourceOf(name: string, detail: string, raw: RawCredentials): CredentialSource {
  const { username = '', secret = '', region, edge, accountSid = '' } = trimmed(raw);
  if (!isSid('ApiKey', username) && !isSid('Account', username)) {
    return { name, detail, problem: l10n.t('The SID must be SK or AC followed by 32 hexadecimal digits.') };
  }
  if (/\p{Cc}/u.test(secret))
    return { name, detail, problem: l10n.t('The secret contains a line break or control character.') };
  const origin = originFor(region, edge);
  if (!origin) return { name, detail, problem: l10n.t('Twilio has no such region or edge.') };
  const known = isSid('Account', accountSid) ? { accountSid } : {};
  return { name, detail, credentials: { name, origin, username, secret, ...known } };
}

/** Every text in it, as `trimCredential` has it; undefined where nothing is left. */
function trimmed<T extends object>(values: T): { readonly [K in keyof T]: string | undefined } {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      (typeof value === 'string' && trimCredential(value)) || undefined,
    ]),
  ) as { [K in keyof T]: string | undefined };
}
