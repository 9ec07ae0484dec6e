import { l10n } from 'vscode';
import type { Answer } from '../../../callbacks/answer';
import { consequenceTexts, fieldOf, replayTexts } from '../../../callbacks/answer';
import type { Delivery, WorkspaceTarget } from '../../../callbacks/deliver';
import { assignmentTimeout, decisiveAnswer, maxEndedOffers } from '../../../callbacks/deliver';
import { isRecordable } from '../../../callbacks/recording';
import { instructionNamed } from '../../../taskrouter/instructions';
import type {
  CallFilter,
  SetupField,
  SetupKey,
  CallbackDetail,
  CallbackRow,
  CallbacksState,
  DeliveryView,
  ReplayView,
  Tone,
} from '../../../webview/callbacks/protocol';
import type { Account } from '../../accounts/account';
import { localize, localizeText } from '../../display/localize';
import { pageAccount } from '../../display/pageAccount';
import { plain } from '../../display/safeText';
import { exactTimeOfDay } from '../../display/times';
import type { Setup } from './setup';
import { setupProblem } from './setup';
import { attemptView, partOf, tookShort, withoutUser } from './attemptView';
import type { AssignmentCall, BenchCall, Replay } from './benchCall';
import { kindOf } from './benchCall';
import type { BenchCalls } from './benchCalls';
import { maxCalls } from './benchCalls';
import { nameOf, reportDetail, reportRow } from './reportView';
import { suggestionView } from './suggestionView';
import type { Suggestion } from './suggestions';
import { benchTexts } from './texts';

/** Everything that the page of a bench depends on. */
export interface BenchModel {
  readonly account: Account;
  readonly workspace: string;
  readonly setup: Setup;
  /** Start was pressed without a URL. */
  readonly isUrlMissing: boolean;
  /** Of the workspace folders. */
  readonly suggestions: readonly Suggestion[];
  /** Undefined while nothing is delivered. */
  readonly deliveringTo: WorkspaceTarget | undefined;
  /** The window was reloaded while the page was open. */
  readonly isRestored: boolean;
  /** Why delivering could not be started. */
  readonly failure?: string | undefined;
  /** Until the next assignment is sent: too many in a row failed or rejected. */
  readonly pauseSeconds?: number | undefined;
  /** Callbacks have a signature; undefined until that is known. */
  readonly isSigned?: boolean | undefined;
  readonly calls: Pick<BenchCalls, 'all' | 'listed' | 'chosen' | 'filter' | 'hasDropped'>;
  readonly replay?: Replay | undefined;
  readonly shown: { readonly from: number; readonly to: number };
  /** The name of a worker. */
  readonly workerOf: (sid: string) => string;
  /** The status of a reservation, as far as it is known. */
  readonly statusOf: (reservationSid: string) => string | undefined;
}

export function benchState(model: BenchModel): CallbacksState {
  const { account, calls, shown, isSigned } = model;
  const { listed, chosen } = calls;
  const from = Math.min(shown.from, listed.length);
  return {
    texts: benchTexts(account, model),
    account: pageAccount(account),
    workspace: model.workspace,
    fields: fieldsOf(model),
    suggestions: model.suggestions.map((one) => suggestionView(one, model.setup)),
    delivery: deliveryOf(model),
    ...(isSigned === false && {
      note: l10n.t(
        'Callbacks have no X-Twilio-Signature: this account is signed in with an API key, and only the Auth Token can sign.',
      ),
    }),
    ...(account.kind === 'simulated' && {
      signing: l10n.t(
        'Callbacks are signed with the Auth Token of the simulated account. It is no secret, and changes when the window is reloaded.',
      ),
    }),
    ...filterOf(calls),
    ...(calls.hasDropped && {
      dropped: l10n.t('Only the last {count} of each kind are kept.', {
        count: maxCalls.toLocaleString('en'),
      }),
    }),
    total: listed.length,
    from,
    rows: listed.slice(from, shown.to).map((one) => rowOf(one, model)),
    chosen: listed.findIndex((one) => one === chosen),
    ...(chosen && { detail: detailOf(chosen, model) }),
    ...(model.replay && { replay: replayOf(model.replay, model) }),
  };
}

/** The kinds to choose from, once there are several. */
function filterOf({ all, filter }: BenchModel['calls']): Pick<CallbacksState, 'filter'> {
  const kinds = all.map(kindOf);
  if (filter === 'all' && kinds.every((kind) => kind === 'assignment')) return {};
  const choice = (value: CallFilter, label: string) => {
    const count = value === 'all' ? kinds.length : kinds.filter((kind) => kind === value).length;
    return { value, label, count: count.toLocaleString('en') };
  };
  return {
    filter: {
      chosen: filter,
      choices: [
        choice('all', l10n.t('All')),
        choice('assignment', l10n.t('Assignments')),
        choice('event', l10n.t('Events')),
        choice('status', l10n.t('Status callbacks')),
      ],
    },
  };
}

function fieldsOf({ account, setup, isUrlMissing }: BenchModel): SetupField[] {
  const field = (
    key: SetupKey,
    label: string,
    placeholder: string,
    help: string,
    missing = false,
  ): SetupField => {
    const problem = missing
      ? l10n.t('Enter the URL of your application on this machine.')
      : setupProblem(key, setup[key]);
    return {
      key,
      label,
      placeholder,
      help,
      value: setup[key],
      ...(problem !== undefined && { problem }),
    };
  };
  return [
    field(
      'url',
      l10n.t('Assignment callback URL'),
      'http://localhost:3000/assignment',
      l10n.t('On this machine. TaskRouter’s request is sent here, and nowhere else.'),
      isUrlMissing && setup.url === '',
    ),
    field(
      'fallbackUrl',
      l10n.t('Fallback URL'),
      'http://localhost:3000/fallback',
      l10n.t('On this machine. Called when the first URL does not answer with status 200 and JSON.'),
    ),
    field(
      'signedUrl',
      l10n.t('Signed URL'),
      'https://example.com/assignment',
      l10n.t('The public URL that your application validates. It is signed, and never called.'),
    ),
    ...(account.kind === 'simulated'
      ? [
          field(
            'eventUrl',
            l10n.t('Event callback URL'),
            'http://localhost:3000/events',
            l10n.t('On this machine. The events of this workspace are sent here in order, while delivering.'),
          ),
          field(
            'eventsFilter',
            l10n.t('Events filter'),
            'task.created,reservation.accepted',
            l10n.t('The types of events that are sent, with commas. All while this is empty.'),
          ),
        ]
      : []),
  ];
}

function deliveryOf({ account, setup, deliveringTo, failure, pauseSeconds }: BenchModel): DeliveryView {
  if (account.kind !== 'simulated') {
    const text =
      account.kind === 'local'
        ? l10n.t(
            'This page sends replays only. A local simulator sends the callbacks of its assignments, events and status itself, and prints what came back: start it with --callbacks {url}',
            { url: plain(withoutUser(setup.url), 200) || 'http://localhost:3000/assignment' },
          )
        : l10n.t('Only replays are sent, to this machine. Nothing is written to TaskRouter.');
    return { text, tone: 'plain' };
  }
  if (failure !== undefined) return { button: 'start', text: failure, tone: 'not-done' };
  if (!deliveringTo) return { button: 'start', text: l10n.t('Not delivering'), tone: 'plain' };
  if (pauseSeconds !== undefined) {
    const args = { count: maxEndedOffers, seconds: pauseSeconds };
    const text = l10n.t(
      'Paused for {seconds} s, as the last {count} callbacks failed or rejected. Goes on by itself.',
      args,
    );
    return { button: 'stop', text, tone: 'unknown' };
  }
  const url = plain(withoutUser(deliveringTo.url), 100);
  const text = l10n.t('Delivering the assignments of this workspace to {url}', { url });
  return { button: 'stop', text, tone: 'done' };
}

function rowOf(call: BenchCall, { workerOf }: BenchModel): CallbackRow {
  if ('attempt' in call) return reportRow(call, workerOf);
  const { id, assignment, at, delivery, isReplay } = call;
  const about = {
    ...{ id, name: nameOf(assignment), subject: workerOf(assignment.workerSid), time: exactTimeOfDay(at) },
    ...(isReplay && { kind: l10n.t('Replay') }),
  };
  if (!delivery)
    return {
      ...about,
      ...{ icon: 'loading codicon-modifier-spin', tone: 'plain', result: l10n.t('Waiting for the answer…') },
      ...{ took: '', part: 0 },
    };
  const answer = decisiveAnswer(delivery);
  const milliseconds = delivery.attempts.reduce((sum, one) => Math.max(sum, one.milliseconds), 0);
  const took = tookShort(milliseconds);
  const result = resultText(answer, call);
  return {
    ...about,
    ...outcomeOf(delivery, call.refusal),
    result: delivery.attempts.length > 1 ? l10n.t('{result} (fallback)', { result }) : result,
    took,
    part: partOf(milliseconds, assignmentTimeout),
  };
}

/** The instruction, or else what kept TaskRouter from carrying it out: why it refused, or the first mistake that matters. */
function resultText(answer: Answer, { refusal, isReplay }: AssignmentCall): string {
  const { consequence, instruction, problems } = answer;
  if (consequence === 'applies' && instruction)
    return refusal === undefined
      ? localizeText(instructionNamed(instruction).title)
      : consequenceText(answer, isReplay, refusal);
  return problems.length === 0 ? l10n.t('No instruction') : reasonOf(answer);
}

/** The first mistake that matters. */
function reasonOf({ problems }: Answer): string {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  if (!first) return '';
  const mistake = localize(first.message, (data) => plain(data, 60));
  const field = fieldOf(first);
  return field === undefined ? mistake : l10n.t('{field}: {mistake}', { field: plain(field, 60), mistake });
}

/** What TaskRouter does with the answer, or did. */
function consequenceText(
  { consequence, instruction }: Answer,
  isReplay: boolean,
  refusal: string | undefined,
): string {
  const args = { reason: plain(refusal ?? '', 300) };
  const text =
    refusal === undefined
      ? localize((isReplay ? replayTexts : consequenceTexts)[consequence])
      : isReplay
        ? l10n.t('TaskRouter would refuse it: {reason}', args)
        : l10n.t('TaskRouter refused it: {reason}', args);
  return consequence === 'applies' && instruction
    ? l10n.t('{instruction}: {consequence}', {
        instruction: localizeText(instructionNamed(instruction).title),
        consequence: text,
      })
    : text;
}

function outcomeOf(
  delivery: Delivery,
  refusal: string | undefined,
): { readonly icon: string; readonly tone: Tone } {
  const { consequence, problems } = decisiveAnswer(delivery);
  if (refusal !== undefined) return { icon: 'error', tone: 'not-done' };
  if (consequence === 'applies')
    return delivery.attempts.length > 1
      ? { icon: 'warning', tone: 'unknown' }
      : { icon: 'pass', tone: 'done' };
  if (consequence === 'cancels the reservation') return { icon: 'error', tone: 'not-done' };
  const severities = problems.map(({ severity }) => severity);
  if (severities.includes('error')) return { icon: 'error', tone: 'not-done' };
  return severities.length > 0 ? { icon: 'warning', tone: 'unknown' } : { icon: 'clock', tone: 'plain' };
}

function detailOf(call: BenchCall, model: BenchModel): CallbackDetail {
  if ('attempt' in call) return reportDetail(call, model.workerOf);
  const { id, assignment, at, delivery, isReplay } = call;
  const answer = delivery && decisiveAnswer(delivery);
  const worker = model.workerOf(assignment.workerSid);
  return {
    id,
    name: nameOf(assignment),
    about: `${exactTimeOfDay(at)} · ${worker}`,
    isReplay,
    isRunning: !delivery,
    verdict: verdictOf(call, model),
    reservation: l10n.t('Open Reservation'),
    canReplay: true,
    canOpenForm: answer?.instruction !== undefined,
    canCopyOutput: answer?.instruction !== undefined && isRecordable(answer),
    canRecord: answer !== undefined && isRecordable(answer),
    attempts: delivery
      ? delivery.attempts.map((one, i) => attemptView(one, delivery.answers[i]!.problems, assignmentTimeout))
      : [],
  };
}

function verdictOf(
  { delivery, assignment, isReplay, refusal }: AssignmentCall,
  { statusOf, account }: BenchModel,
): CallbackDetail['verdict'] {
  const waiting = l10n.t('Waiting for the answer…');
  if (!delivery) return { tone: 'plain', icon: 'loading codicon-modifier-spin', lines: [waiting] };
  const answer = decisiveAnswer(delivery);
  const { icon, tone } = outcomeOf(delivery, refusal);
  const status = statusOf(assignment.reservationSid);
  const isUnsure = answer.problems.some(({ severity, undocumented }) => severity === 'error' && undocumented);
  const lines = [
    consequenceText(answer, isReplay, refusal),
    ...(delivery.attempts.length > 1
      ? [l10n.t('The first URL failed: {reason}', { reason: reasonOf(delivery.answers[0]!) })]
      : []),
    ...(isUnsure ? [l10n.t('Twilio does not document what TaskRouter does here; this is assumed.')] : []),
    ...(isReplay
      ? [
          account.kind === 'twilio'
            ? l10n.t('This was a replay. Nothing was written to TaskRouter.')
            : l10n.t('This was a replay: TaskRouter did not carry it out.'),
        ]
      : []),
    ...(status === undefined
      ? []
      : isReplay
        ? [l10n.t('In TaskRouter the reservation is {status}.', { status: plain(status, 30) })]
        : answer.consequence === 'stays pending' && status !== 'pending'
          ? [l10n.t('It has become {status} since.', { status: plain(status, 30) })]
          : [l10n.t('The reservation is now {status}.', { status: plain(status, 30) })]),
  ];
  return { tone, icon, lines };
}

function replayOf({ id, assignment, attributes }: Replay, model: BenchModel): ReplayView {
  const { account, workerOf } = model;
  const problem = attributesProblem(attributes);
  const obstacle = obstacleOf(model);
  return {
    of: id,
    about: `${nameOf(assignment)} · ${workerOf(assignment.workerSid)}`,
    attributes,
    ...(problem !== undefined && { problem }),
    ...(account.kind === 'twilio' && {
      warning: l10n.t(
        'This is a live reservation. It is sent to this machine only, but your application may act on it, for example by calling Twilio’s API.',
      ),
    }),
    ...(obstacle !== undefined && { obstacle }),
  };
}

/** What keeps a replay from being sent besides its attributes. */
function obstacleOf(model: BenchModel): string | undefined {
  if (model.setup.url === '') return l10n.t('Enter the assignment callback URL to send this.');
  const wrong = fieldsOf(model).find(({ problem }) => problem !== undefined);
  return wrong && l10n.t('Correct the field “{field}” to send this.', { field: wrong.label });
}

/** Why these attributes cannot be sent: as in TaskRouter, they are a JSON object. */
export function attributesProblem(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return undefined;
    return l10n.t('Attributes must be a JSON object.');
  } catch (error) {
    const reason = plain((error as Error).message, 100);
    return l10n.t('Not valid JSON: {reason}', { reason });
  }
}
