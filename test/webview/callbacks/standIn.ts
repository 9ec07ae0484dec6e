import { readAnswer } from '../../../src/callbacks/answer';
import type { Assignment } from '../../../src/callbacks/assignment';
import { assignmentParameters } from '../../../src/callbacks/assignment';
import type { Attempt, Delivery } from '../../../src/callbacks/deliver';
import { eventParameters } from '../../../src/callbacks/events';
import type { Exchange } from '../../../src/callbacks/loopback';
import { conferenceStatusParameters } from '../../../src/callbacks/status';
import type { Account } from '../../../src/extension/accounts/account';
import type { Setup } from '../../../src/extension/features/callbacks/setup';
import type { BenchCall, Replay } from '../../../src/extension/features/callbacks/benchCall';
import { kindOf } from '../../../src/extension/features/callbacks/benchCall';
import { benchState } from '../../../src/extension/features/callbacks/benchState';
import type { Suggestion } from '../../../src/extension/features/callbacks/suggestions';
import { parseCallbacksMessage } from '../../../src/extension/features/callbacks/pageMessage';
import type { CallFilter, CallbacksMessage, CallbacksState } from '../../../src/webview/callbacks/protocol';
import type { Parameters } from '../../../src/taskrouter/requests';
import { account, StandIn } from '../shared/standIn';

const sid = (prefix: string, i: number) => prefix + i.toString(16).padStart(32, '0');
const customers = ['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch', 'Dana Alder'];
const workers = ['Yuki Tanabe', 'Priya Raman', 'Liam Okafor'];
const url = 'http://localhost:3000/assignment';

export const assignment = (i: number): Assignment => ({
  ...{ accountSid: sid('AC', 1), workspaceSid: sid('WS', 1), workflowSid: sid('WW', 1) },
  ...{ taskQueueSid: sid('WQ', 1), workerSid: sid('WK', i % workers.length), taskSid: sid('WT', i) },
  workerAttributes: '{"contact_uri":"client:yuki","languages":["en","ja"]}',
  taskAttributes: JSON.stringify({
    ...{ customerName: customers[i % customers.length], type: 'returns', order: `A-${10_000 + i}` },
    ...{ from: '+12065550142', to: '+18885550100', call_sid: sid('CA', i) },
  }),
  ...{ taskAge: 42, taskPriority: 10, reservationSid: sid('WR', i), at: Date.UTC(2026, 5, 1, 13, 47, 3) },
});

const json = (body: unknown, status = 200): Exchange => ({
  response: {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-powered-by': 'Express' },
    body: typeof body === 'string' ? body : JSON.stringify(body, null, 2),
  },
});

const dequeue = { instruction: 'dequeue', from: '+18885550100', post_work_activity_sid: sid('WA', 3) };

/** How an application can answer, by the name of the scene. */
export const exchanges = {
  correct: json(dequeue),
  typo: json({ instruction: 'dequeu', from: '+18885550100' }),
  'wrong values': json({ ...dequeue, timeout: 'soon', recrd: 'record-from-answer' }),
  later: json({}),
  'no JSON': json('{"instruction": "accept",}'),
  html: {
    response: {
      ...{ status: 500, headers: { 'content-type': 'text/html' } },
      body: '<!DOCTYPE html>\n<html><body><pre>Cannot POST /assignment</pre></body></html>',
    },
  },
  slow: { failure: 'timed out' },
  refused: { failure: 'refused' },
  redirect: { response: { status: 302, headers: { location: 'https://example.com/login' }, body: '' } },
} as const satisfies Record<string, Exchange>;
export type Answered = keyof typeof exchanges;

export function deliveryOf(
  one: Assignment,
  answered: readonly Answered[],
  milliseconds: number,
  isSigned = true,
): Delivery {
  const parameters = assignmentParameters(one);
  const attempts = answered.map((name, i): Attempt => ({
    ...exchanges[name],
    ...{ method: 'POST', parameters },
    url: i === 0 ? url : 'http://localhost:3000/fallback',
    signedUrl: 'https://desk.example.com/assignment',
    milliseconds: name === 'slow' ? 5000 : milliseconds,
    ...(isSigned && { signature: '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' }),
  }));
  const answers = attempts.map((attempt, i) => readAnswer(attempt, parameters, i < attempts.length - 1));
  return { attempts, answers };
}

const cycle: readonly Answered[] = ['correct', 'correct', 'later', 'correct', 'typo', 'correct', 'slow'];

/** Shows one bench, with as many callbacks as the test wants. */
export class CallbacksStandIn extends StandIn<CallbacksState, CallbacksMessage> {
  onAccount: Account = account;
  setup: Setup = { url, fallbackUrl: '', signedUrl: '', eventUrl: '', eventsFilter: '' };
  isUrlMissing = false;
  suggestions: readonly Suggestion[] = [];
  isDelivering = true;
  isRestored = false;
  isSigned = true;
  failure: string | undefined;
  chosen: string | undefined = '12';
  replay: Replay | undefined;
  shown = { from: 0, to: 80 };
  filter: CallFilter = 'all';
  status: string | undefined = 'accepted';
  calls: readonly BenchCall[] = callsOf(12);
  override binding = { accountId: 'one', workspaceSid: sid('WS', 1) };

  /** One callback, answered so. */
  answer(...answered: readonly Answered[]): void {
    const one = assignment(0);
    const call = { id: '1', assignment: one, at: one.at, isReplay: false };
    this.calls = [{ ...call, delivery: deliveryOf(one, answered, 1204, this.isSigned) }, ...callsOf(3)];
    this.chosen = '1';
    this.status = answered.at(-1) === 'correct' ? 'accepted' : 'pending';
  }

  /** An event and the status of a conference, above some assignments. */
  report(): void {
    const { accountSid, workspaceSid, reservationSid, at } = assignment(3);
    const parameters = eventParameters({
      ...{ type: 'reservation.created', accountSid, workspaceSid, workspaceName: 'Acme Support', at },
      ...{ description: `Reservation ${reservationSid} created.` },
      ...{ resourceType: 'reservation', resourceSid: reservationSid },
      data: {
        task_sid: sid('WT', 3),
        task_attributes: assignment(3).taskAttributes,
        worker_name: workers[0]!,
      },
    });
    const sent = (path: string, given: Parameters, status: number): Attempt => ({
      ...{ url: `http://localhost:3000/${path}`, signedUrl: `http://localhost:3000/${path}` },
      ...{ method: 'POST', parameters: given, milliseconds: 38, signature: '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' },
      response: { status, headers: { 'x-powered-by': 'Express' }, body: '' },
    });
    const conference = conferenceStatusParameters({
      ...{ sid: sid('CF', 1), accountSid, friendlyName: reservationSid, event: 'participant-join' },
      ...{ sequenceNumber: 2, at },
    });
    this.calls = [
      { id: 'event', at, kind: 'event', attempt: sent('events', parameters, 204) },
      { id: 'status', at, kind: 'status', attempt: sent('status', conference, 404), cause: assignment(3) },
      ...callsOf(4),
    ];
    this.chosen = 'event';
  }

  protected override stateAt(): CallbacksState {
    return benchState({
      account: this.onAccount,
      workspace: 'Acme Support',
      setup: this.setup,
      isUrlMissing: this.isUrlMissing,
      suggestions: this.suggestions,
      deliveringTo: this.isDelivering ? { url: this.setup.url } : undefined,
      isRestored: this.isRestored,
      failure: this.failure,
      isSigned: this.isSigned,
      calls: benchCalls(this.calls, this.chosen, this.filter),
      replay: this.replay,
      shown: this.shown,
      workerOf: (one) => workers[Number.parseInt(one.slice(-2), 16)] ?? one,
      statusOf: () => this.status,
    });
  }

  protected override parse(message: unknown): CallbacksMessage | undefined {
    return parseCallbacksMessage(message);
  }

  protected override apply(message: CallbacksMessage): void {
    if (message.type === 'rows') this.shown = { from: Math.max(0, message.from - 40), to: message.to + 40 };
    if (message.type === 'choose') this.chosen = message.id ?? this.calls[message.index]?.id;
    if (message.type === 'filter') this.filter = message.filter;
    if (message.type === 'setup') this.setup = { ...this.setup, [message.key]: message.value };
    const suggestion = message.type === 'useSuggestion' && this.suggestions[message.index];
    if (suggestion && 'setup' in suggestion) this.setup = suggestion.setup;
    if (message.type === 'edit' && this.replay)
      this.replay = { ...this.replay, attributes: message.attributes };
    if (message.type === 'replay') this.replay = { id: '1', assignment: assignment(0), attributes: '{}' };
    if (message.type === 'cancelReplay') this.replay = undefined;
  }
}

export function benchCalls(all: readonly BenchCall[], chosenId?: string, filter: CallFilter = 'all') {
  const listed = all.filter((one) => filter === 'all' || kindOf(one) === filter);
  return { all, listed, filter, hasDropped: false, chosen: listed.find(({ id }) => id === chosenId) };
}

/** So many callbacks, newest first. */
export const callsOf = (count: number): BenchCall[] =>
  Array.from({ length: count }, (_, n) => {
    const i = count - n;
    const one = assignment(i);
    const answered = cycle[n % cycle.length]!;
    return {
      ...{ id: String(i), assignment: one, at: one.at + i * 1000, isReplay: false },
      delivery: deliveryOf(one, [answered], (n * 137) % 900),
    };
  });
