import { ResponseShapeError } from './errors';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import type { ApiResponse } from './response';
import { readRows } from './response';
import { checkedSid, isAnySid, isSid } from './sid';

/** A call as far as it tells about its task. https://www.twilio.com/docs/voice/api/call-resource */
export interface Call {
  readonly sid: string;
  readonly status: CallStatus;
  /** Milliseconds since 1970; absent for a call that is in progress or was not answered. */
  readonly ended?: number;
}

const callStatuses = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** An error that Twilio met while it sent a callback. https://www.twilio.com/docs/usage/monitor-alert */
export interface Alert {
  readonly sid: string;
  /** Twilio's error code: five digits. https://www.twilio.com/docs/api/errors */
  readonly code: string;
  /** When the error occurred, in milliseconds since 1970. */
  readonly at: number;
  /** The resource that it is about, in the form of a SID. */
  readonly resourceSid?: string;
  /** The URL that Twilio requested: untrusted text. */
  readonly requestUrl?: string;
  /** Untrusted text, which can contain customer data. */
  readonly text?: string;
}

/** @throws TypeError for a SID of the wrong kind or shape */
export const callRequest = (accountSid: string, callSid: string): TaskRouterRequest => ({
  host: 'api',
  method: 'GET',
  path: `/2010-04-01/Accounts/${checkedSid('Account', accountSid)}/Calls/${checkedSid('Call', callSid)}.json`,
  query: [],
});

export const maxAlerts = 50;

/** The errors of these times, in milliseconds since 1970: the first page of the list. */
export const alertsRequest = (from: number, to: number): TaskRouterRequest => ({
  host: 'monitor',
  method: 'GET',
  path: '/v1/Alerts',
  query: [
    ['LogLevel', 'error'],
    ['StartDate', inSeconds(Math.floor(from / 1000))],
    ['EndDate', inSeconds(Math.ceil(to / 1000))],
    ['PageSize', String(maxAlerts)],
  ],
});

const inSeconds = (seconds: number) => `${new Date(1000 * seconds).toISOString().slice(0, 19)}Z`;

/** @throws ResponseShapeError */
export function readCall(request: TaskRouterRequest, { body, status }: ApiResponse): Call {
  const { sid, status: said, end_time: end } = (body ?? {}) as Record<string, unknown>;
  const known = callStatuses.find((one) => one === said);
  if (typeof sid !== 'string' || !isSid('Call', sid) || !request.path.includes(`/${sid}.`) || !known) {
    throw new ResponseShapeError(request, 'shape', status, message('the response is not a call'));
  }
  const ended = timeOf(end);
  return { sid, status: known, ...(ended === undefined ? {} : { ended }) };
}

/** Those with a code and a time. @throws ResponseShapeError */
export function readAlerts(request: TaskRouterRequest, { body, status }: ApiResponse): Alert[] {
  const { alerts } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(alerts)) {
    const problem = message('the response has no list of {key}', { key: 'alerts' });
    throw new ResponseShapeError(request, 'shape', status, problem);
  }
  return readRows(alerts.slice(0, maxAlerts)).flatMap((row): Alert[] => {
    const { sid, error_code: code, resource_sid: resourceSid, request_url: url, alert_text: text } = row;
    const at = timeOf(row['date_generated']) ?? timeOf(row['date_created']);
    // An error code is a link, and a part of a sentence.
    if (at === undefined || !/^\d{5}$/.test(String(code))) return [];
    return [
      {
        sid,
        code: String(code),
        at,
        ...(typeof resourceSid === 'string' && isAnySid(resourceSid) ? { resourceSid } : {}),
        ...(typeof url === 'string' && url ? { requestUrl: url } : {}),
        ...(typeof text === 'string' && text ? { text } : {}),
      },
    ];
  });
}

/** ISO 8601 or RFC 2822. */
function timeOf(text: unknown): number | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
