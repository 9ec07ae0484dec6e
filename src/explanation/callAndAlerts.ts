import type { Alert } from '../taskrouter/callsAndAlerts';
import { maxAlerts } from '../taskrouter/callsAndAlerts';
import { message } from '../taskrouter/message';
import { eventsOfTask } from './events';
import type { Headline, Pattern, TaskExplanation } from './explanation';
import type { ExplanationFacts } from './facts';
import { ageDoubts } from './freshness';
import { certain, claim, clip, span } from './texts';

const support = 'https://support.twilio.com/hc/en-us/articles';
const errors = 'https://www.twilio.com/docs/api/errors';

const callEnds: readonly string[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];
/** Milliseconds in which TaskRouter and the application notice that a call has ended. */
const usualDelay = 60_000;

interface EndedCall {
  readonly status: string;
  /** Milliseconds since it ended, where the API says when. */
  readonly ago?: number;
}

/** The call of a task that nobody has finished since. A task that is wrapping up has no call any more. */
function endedCall({ now, task, outside }: ExplanationFacts): EndedCall | undefined {
  const { call } = outside ?? {};
  const isOpen = ['pending', 'reserved', 'assigned'].includes(task?.assignment_status ?? '');
  if (!call || !isOpen || !callEnds.includes(call.status)) return undefined;
  const { status, ended } = call;
  if (ended === undefined) return { status };
  return now - ended < usualDelay ? undefined : { status, ago: now - ended };
}

export function stuckVoice(facts: ExplanationFacts): Pattern | undefined {
  const call = endedCall(facts);
  if (!call) return undefined;
  const { status, ago } = call;
  return {
    kind: 'stuck voice task',
    claim: certain(
      ago === undefined
        ? message('The call is over ({status}), and the task is still open.', { status })
        : message('The call ended {time} ago ({status}), and the task is still open.', {
            time: span(ago),
            status,
          }),
    ),
    remedy:
      facts.task?.assignment_status === 'assigned'
        ? message('Complete the task.')
        : message('Cancel the task, unless it is a callback or voicemail that a worker should still get.'),
    page: `${support}/42423992053915-Stuck-Voice-Tasks-From-TaskRouter`,
  };
}

/** An offer that was canceled. Times are in milliseconds since 1970. */
export interface Cancellation {
  readonly reservationSid: string;
  readonly created: number;
  readonly canceled: number;
}

/** The canceled offers of the task, the oldest first, from its reservations and Events. */
export function cancellationsOf(facts: ExplanationFacts): Cancellation[] {
  const found = new Map<string, Cancellation>();
  for (const {
    sid,
    reservation_status: status,
    date_created: from,
    date_updated: to,
  } of facts.reservations ?? []) {
    if (status !== 'canceled' || !from) continue;
    // The rows have whole seconds.
    found.set(sid, { reservationSid: sid, created: from.getTime(), canceled: (to ?? from).getTime() + 999 });
  }
  const events = eventsOfTask(facts);
  for (const { type, reservationSid, at } of events) {
    if (type !== 'reservation.canceled' || reservationSid === undefined) continue;
    const offer = events.find(
      (one) => one.type === 'reservation.created' && one.reservationSid === reservationSid,
    );
    found.set(reservationSid, { reservationSid, created: offer?.at ?? at, canceled: at });
  }
  return [...found.values()].sort((a, b) => a.canceled - b.canceled);
}

/** Milliseconds by which the time of an alert and that of its offer may differ. */
const tolerance = 15_000;
/** So many offers are looked at: a pattern needs no more. */
const maxOffers = 3;
const maxWindow = 3_600_000;

/** The time in which alerts about the latest canceled offers are, in milliseconds since 1970. */
export function alertWindow(
  facts: ExplanationFacts,
): { readonly from: number; readonly to: number } | undefined {
  const latest = cancellationsOf(facts).slice(-maxOffers);
  const last = latest.at(-1);
  if (!last) return undefined;
  const to = last.canceled + tolerance;
  const from = Math.min(...latest.map(({ created }) => created)) - tolerance;
  return { from: Math.max(from, to - maxWindow), to };
}

const withoutQuery = (url: string) => url.split(/[?#]/)[0];

interface FailedCallback {
  readonly alert: Alert;
  /** The alert names an offer of this task, and not only the callback's URL. */
  readonly isOfTask: boolean;
}

/** The latest alert about the assignment callback of a canceled offer. */
function failureOf(facts: ExplanationFacts): FailedCallback | undefined {
  const { workflow, outside, task, taskSid } = facts;
  const isWorkedOn = ['assigned', 'wrapping', 'completed'].includes(task?.assignment_status ?? '');
  if (!outside?.alerts || isWorkedOn) return undefined;
  const offers = cancellationsOf(facts);
  const urls = [workflow?.assignment_callback_url, workflow?.fallback_assignment_callback_url].flatMap(
    (url) => (url ? [withoutQuery(url)] : []),
  );
  const isCallback = ({ requestUrl }: Alert) =>
    requestUrl !== undefined &&
    (workflow ? urls.includes(withoutQuery(requestUrl)) : !/\.twilio\.com([:/]|$)/.test(requestUrl));
  const sids = new Set([taskSid, ...offers.map(({ reservationSid }) => reservationSid)]);
  const isOfTask = ({ resourceSid }: Alert) => resourceSid !== undefined && sids.has(resourceSid);
  const fits = (alert: Alert) =>
    isOfTask(alert) ||
    (workflow !== undefined &&
      offers.some(({ created, canceled }) => alert.at >= created - 1000 && alert.at <= canceled + tolerance));
  const [alert] = outside.alerts
    .filter((one) => isCallback(one) && fits(one))
    .sort((a, b) => Number(isOfTask(b)) - Number(isOfTask(a)) || b.at - a.at);
  return alert && offers.length > 0 ? { alert, isOfTask: isOfTask(alert) } : undefined;
}

export function failedCallback(facts: ExplanationFacts): Pattern | undefined {
  const failure = failureOf(facts);
  if (!failure) return undefined;
  const { alert, isOfTask } = failure;
  const { code, text } = alert;
  const time = span(facts.now - alert.at);
  return {
    kind: 'callback failed',
    claim: claim(
      text === undefined
        ? message('The assignment callback failed {time} ago with error {code}.', { time, code })
        : message('The assignment callback failed {time} ago with error {code}: {value}', {
            time,
            code,
            value: clip(text),
          }),
      isOfTask
        ? []
        : [
            message(
              'The alert names the callback’s URL and not the task: it may be about another task of this workflow.',
            ),
          ],
    ),
    remedy: message('Answer the assignment callback with status 200 within 5 seconds.'),
    page: `${errors}/${code}`,
  };
}

/** Milliseconds for which a failed callback explains what a task waits for: TaskRouter offers it again at once. */
const maxFailureAge = 300_000;

/** The offers that were canceled last, the oldest first; none where a later offer went better, or that was long ago. */
function canceledLast(facts: ExplanationFacts): readonly Cancellation[] {
  const canceled = cancellationsOf(facts);
  const last = canceled.at(-1);
  if (!last || facts.now - last.canceled > maxFailureAge) return [];
  const sids = new Set(canceled.map(({ reservationSid }) => reservationSid));
  const others = [
    ...(facts.reservations ?? []).flatMap(({ sid, date_created: date }) =>
      sids.has(sid) || !date ? [] : [date.getTime()],
    ),
    ...eventsOfTask(facts).flatMap(({ type, reservationSid, at: created }) =>
      type !== 'reservation.created' || sids.has(reservationSid ?? '') ? [] : [created],
    ),
  ];
  const later = Math.max(...others.filter((created) => created >= last.created), -Infinity);
  // An offer that was just made may be canceled as well.
  const isAgain = later - last.canceled < tolerance && facts.now - later < tolerance;
  if (later > -Infinity && !(facts.task?.assignment_status === 'reserved' && isAgain)) return [];
  return canceled.filter(({ created }) => !others.some((other) => other >= created && other < last.created));
}

/** Alerts were read as far as they go, and none is about the assignment callback. */
export const hasNoFailedCallback = (facts: ExplanationFacts): boolean => {
  const { alerts } = facts.outside ?? {};
  return alerts !== undefined && alerts.length < maxAlerts && !failureOf(facts);
};

/** What the call or the alerts say about a task is a more specific cause than what its routing does. */
export function withOutsideCause(explanation: TaskExplanation, facts: ExplanationFacts): TaskExplanation {
  const headline = callHeadline(facts) ?? callbackHeadline(facts) ?? loopHeadline(explanation, facts);
  const [first] = explanation.patterns;
  return headline
    ? { ...explanation, headline: { ...headline, ...(first ? { remedy: first.remedy } : {}) } }
    : explanation;
}

function callHeadline(facts: ExplanationFacts): Headline | undefined {
  const call = endedCall(facts);
  if (!call) return undefined;
  const status = facts.task?.assignment_status ?? '';
  const text =
    call.ago === undefined
      ? message('The task is still {status}, but its call is over', { status })
      : message('The task is still {status}, but its call ended {time} ago', {
          status,
          time: span(call.ago),
        });
  // The end of a call is final, the status of the task is not.
  const outdated = facts.outdated?.filter((part) => part === 'task') ?? [];
  return { kind: 'call ended', ...claim(text, ageDoubts({ ...facts, outdated })) };
}

function callbackHeadline(facts: ExplanationFacts): Headline | undefined {
  const isWaiting = ['pending', 'reserved'].includes(facts.task?.assignment_status ?? '');
  const failure = isWaiting ? failureOf(facts) : undefined;
  const canceled = canceledLast(facts);
  const last = canceled.at(-1);
  if (!failure || !last) return undefined;
  const { code, at, resourceSid } = failure.alert;
  if (resourceSid !== last.reservationSid && at < last.created - 1000) return undefined;
  const count = canceled.length;
  const text =
    count === 1
      ? message('The offer was canceled because the assignment callback failed with error {code}', { code })
      : message('{count} offers were canceled because the assignment callback failed with error {code}', {
          count,
          code,
        });
  return { ...failedCallback(facts)!.claim, kind: 'callback failed', message: text };
}

/** Fewer canceled offers are no loop. */
const minLoop = 3;

/** The worker with the present offer says little when every offer is canceled at once. */
function loopHeadline(
  { patterns, headline, next }: TaskExplanation,
  facts: ExplanationFacts,
): Headline | undefined {
  const { length: count } = canceledLast(facts);
  const pattern = patterns.find(
    ({ kind }) => kind === 'created and canceled loop' || kind === 'callback failed',
  );
  const isOffered = facts.task?.assignment_status === 'reserved' || next.when === 'now';
  if (!pattern || !isOffered || count < minLoop) return undefined;
  const text =
    pattern.kind === 'callback failed'
      ? message(
          '{count} offers in a row were canceled without a worker’s response: the assignment callback may have failed',
          {
            count,
          },
        )
      : message(
          '{count} offers in a row were canceled without a worker’s response: check the worker’s device and what the application does',
          { count },
        );
  const { certainty, because } = pattern.kind === 'callback failed' ? pattern.claim : headline;
  return { kind: 'offers canceled', message: text, certainty, because };
}
