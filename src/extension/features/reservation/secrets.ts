import { isSecretParameter } from '../../../taskrouter/instructions';
import { wireName } from '../../../taskrouter/requests';
import { holdsSecret } from '../../../taskrouter/secrets';
import type { FormValues } from '../../../webview/shared/protocol';

/** The keys of the values that are or hold a password or token, or the beginning of one: they are stored nowhere. */
export const secretKeysIn = (values: FormValues): string[] =>
  Object.entries(values)
    .filter(([key, value]) => isSecretParameter(wireName(key)) || [value].flat().some(isSecretText))
    .map(([key]) => key);

const isSecretText = (value: unknown): boolean => typeof value === 'string' && holdsSecret(value);
