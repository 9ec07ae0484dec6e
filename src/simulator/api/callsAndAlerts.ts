import type { PhoneNetwork } from '../environment/phoneNetwork';
import { badRequest } from '../protocol/httpError';
import type { ApiRequest, ParameterList } from '../protocol/messages';
import { valueOf } from '../protocol/messages';
import type { AccountState } from '../state/accountState';
import type { Alert } from '../state/alerts';
import { page } from './pages';

/**
 * The two parts of Twilio's other APIs with data about tasks: the call of a task, and the alerts about its callbacks.
 * Undefined for any other path.
 */
export function readCallOrAlerts(
  account: AccountState,
  phones: PhoneNetwork,
  { origin, path, query }: ApiRequest,
): object | undefined {
  const call = /^\/2010-04-01\/Accounts\/(\w+)\/Calls\/(\w+)\.json$/.exec(path);
  if (call) return call[1] === account.accountSid ? showCall(account, phones, call[2]!) : undefined;
  return path === '/v1/Alerts' ? listAlerts(account, query, `${origin}${path}`) : undefined;
}

interface ShownCall {
  readonly from: string;
  readonly to: string;
  readonly created: number;
  readonly ended?: number;
  readonly status: string;
  readonly direction: 'inbound' | 'outbound-api';
}

function findCall({ customerCalls }: AccountState, phones: PhoneNetwork, sid: string): ShownCall | undefined {
  const customer = customerCalls.find(sid);
  if (customer) {
    return {
      ...customer,
      status: customer.ended === undefined ? 'in-progress' : 'completed',
      direction: 'inbound',
    };
  }
  const call = phones.calls.findLast((one) => one.sid === sid);
  return call && { ...call, direction: 'outbound-api' };
}

/** As in `Fri, 18 Oct 2019 17:00:00 +0000`. */
const rfc2822 = (at: number) => new Date(at).toUTCString().replace('GMT', '+0000');

const subresources = {
  notifications: 'Notifications',
  recordings: 'Recordings',
  payments: 'Payments',
  events: 'Events',
  siprec: 'Siprec',
  streams: 'Streams',
  transcriptions: 'Transcriptions',
  user_defined_message_subscriptions: 'UserDefinedMessageSubscriptions',
  user_defined_messages: 'UserDefinedMessages',
};

/** https://www.twilio.com/docs/voice/api/call-resource */
function showCall(account: AccountState, phones: PhoneNetwork, sid: string): object | undefined {
  const call = findCall(account, phones, sid);
  if (!call) return undefined;
  const { from, to, created, ended, status, direction } = call;
  const isCompleted = status === 'completed' && ended !== undefined;
  const uri = `/2010-04-01/Accounts/${account.accountSid}/Calls/${sid}`;
  return {
    sid,
    date_created: rfc2822(created),
    date_updated: rfc2822(ended ?? created),
    parent_call_sid: null,
    account_sid: account.accountSid,
    to,
    to_formatted: to,
    from,
    from_formatted: from,
    phone_number_sid: null,
    status,
    start_time: rfc2822(created),
    end_time: isCompleted ? rfc2822(ended) : null,
    duration: isCompleted ? String(Math.round((ended - created) / 1000)) : null,
    price: null,
    price_unit: 'USD',
    direction,
    answered_by: null,
    api_version: '2010-04-01',
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: Object.fromEntries(
      Object.entries(subresources).map(([key, name]) => [key, `${uri}/${name}.json`]),
    ),
  };
}

/** https://www.twilio.com/docs/usage/monitor-alert */
function listAlerts({ accountSid, alerts, sids }: AccountState, query: ParameterList, url: string): object {
  const moment = (name: string, otherwise: number) => {
    const text = valueOf(query, name);
    if (text === undefined) return otherwise;
    const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(at))
      throw badRequest(`Invalid ${name} "${text}": must be a date, or a date and time in GMT.`);
    return at;
  };
  const level = valueOf(query, 'LogLevel') ?? 'error';
  const from = moment('StartDate', 0);
  const to = moment('EndDate', Infinity);
  const listing = {
    noun: 'Alert' as const,
    matching: (index: number) => (level === 'error' ? alerts.between(from, to, index) : []),
    get: (sid: string) => alerts.get(sid),
    order: (a: Alert, b: Alert) => b.created - a.created,
  };
  const { rows, meta } = page(sids, listing, query, url, 'alerts');
  return { alerts: rows.map((alert) => showAlert(accountSid, alert, url)), meta };
}

const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

const showAlert = (accountSid: string, alert: Alert, url: string) => ({
  account_sid: accountSid,
  alert_text: alert.text,
  api_version: null,
  date_created: iso(alert.created),
  date_generated: iso(alert.created),
  date_updated: iso(alert.created),
  error_code: alert.code,
  log_level: 'error',
  more_info: `https://www.twilio.com/docs/errors/${alert.code}`,
  request_method: 'POST',
  request_url: alert.url,
  resource_sid: alert.resourceSid,
  service_sid: null,
  sid: alert.sid,
  url: `${url}/${alert.sid}`,
});
