import type { ParameterList } from './messages';
import { valueOf } from './messages';
import { badRequest } from './httpError';

/**
 * The time window of a query: from StartDate, or Minutes (default 15) before its end, to EndDate or now.
 * @throws HttpError
 */
export function timeWindow(
  query: ParameterList,
  now: number,
): { readonly from: number; readonly to: number } {
  const moment = (name: string) => {
    const text = valueOf(query, name);
    if (text === undefined) return undefined;
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw badRequest(`Invalid ${name} "${text}": must be a date and time in ISO 8601.`);
    return ms;
  };
  const minutes = valueOf(query, 'Minutes') ?? '15';
  if (!/^\d+$/.test(minutes)) throw badRequest(`Invalid Minutes "${minutes}": must be a whole number.`);
  const to = moment('EndDate') ?? now;
  return { from: moment('StartDate') ?? to - Number(minutes) * 60_000, to };
}
