import type { Exchange } from './client';
import { originOf } from './origin';
import type { TaskRouterRequest } from './requests';

/** One request for a log: neither a secret nor anything that a customer wrote is in it. */
export function exchangeLine(
  { name, origin }: { readonly name: string; readonly origin: string },
  exchange: Exchange,
  { host }: Pick<TaskRouterRequest, 'host'>,
): string {
  const { method, path, status, failure, milliseconds, requestId, attempt, purpose } = exchange;
  const place = host === undefined ? path : new URL(originOf(host, origin)).host + path;
  const parts = [name, method, place, status ?? failure, `${milliseconds} ms`, requestId];
  const rest = [attempt > 1 && `attempt ${attempt}`, purpose === 'tool' && '(language model tool)'];
  return [...parts, ...rest].filter(Boolean).join(' ');
}
