import type { StatusRecording } from '../../callbacks/status';
import {
  callStatusParameters,
  conferenceStatusParameters,
  recordingStatusParameters,
} from '../../callbacks/status';
import type { Parameters } from '../../taskrouter/requests';
import type { AccountState } from '../state/accountState';
import type { Reservation, Task, Worker, Workspace } from '../state/rows';
import { accept, cancel, complete, taskAndWorkerOf, wrapUp } from '../state/reservations';
import { route } from '../routing/routing';

/** A simulated call. Nothing leaves this process. */
export interface Call {
  readonly sid: string;
  readonly reservationSid: string;
  readonly instruction: string;
  readonly from: string;
  readonly to: string;
  readonly created: number;
  /** When it ended, however it did. */
  ended?: number;
  status: 'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';
  /** The TwiML URL of a call or redirect. */
  readonly url?: string;
}

export interface Conference {
  readonly sid: string;
  readonly reservationSid: string;
  status: 'in-progress' | 'completed';
  readonly participants: { readonly callSid: string; readonly role: string }[];
}

export interface Callback {
  readonly at: number;
  readonly workspaceSid: string;
  readonly reservationSid: string;
  readonly method: string;
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** How many calls, conferences and callbacks are recorded, each. */
const maxRemembered = 1000;

function remember<T>(all: T[], one: T): T {
  all.push(one);
  if (all.length > maxRemembered) all.shift();
  return one;
}

/** An instruction's parameters, by twilio-node's keys. */
export interface InstructionArguments {
  value(key: string): string | undefined;
  values(key: string): readonly string[];
}

export interface InstructionContext {
  readonly workspace: Workspace;
  readonly reservation: Reservation;
  readonly task: Task;
  readonly worker: Worker;
  readonly args: InstructionArguments;
}

type CallbackSource = Pick<InstructionContext, 'workspace' | 'reservation'>;

/** Seconds until a simulated worker picks up. */
const picksUpAfter = [2, 6] as const;
/** Seconds that a call lasts. */
const talksFor = [180, 420] as const;
const ringsFor = '60';

const unreached = {
  busy: 'busy',
  unregistered: 'failed',
  'rings out': 'no-answer',
  // The worker would pick up after the call's timeout.
  answers: 'no-answer',
} as const;

/** The simulated phone network: calls, conferences, and the status callbacks that Twilio would send. */
export class PhoneNetwork {
  readonly calls: Call[] = [];
  readonly conferences: Conference[] = [];
  readonly callbacks: Callback[] = [];
  readonly #reports = new WeakMap<Conference, number>();
  /** Sends a callback, where callbacks are sent. */
  onCallback: (callback: Callback) => void = () => undefined;
  constructor(private readonly account: AccountState) {}

  /** Calls the worker. The reservation is accepted when worker and caller are in the conference. */
  conference(context: InstructionContext): void {
    const { workspace, reservation, task, worker, args } = context;
    const postWork = args.value('postWorkActivitySid');
    if (postWork !== undefined) reservation.postWorkActivitySid = postWork;
    const attributes = this.account.attributesOf(task);
    this.#ring(workspace, reservation, worker, {
      instruction: 'conference',
      to: args.value('to') ?? this.contactOf(worker),
      from: args.value('from') ?? textOf(attributes['from']),
      seconds: Number(args.value('timeout') ?? ringsFor),
      report: this.#reporter(
        context,
        'statusCallback',
        args.value('statusCallbackMethod'),
        'statusCallbackEvent',
      ),
      answered: (call, report) => {
        const customer = textOf(attributes['call_sid']) || this.account.sids.next('Call');
        const conference = this.#open(reservation, [
          { callSid: customer, role: 'customer' },
          { callSid: call.sid, role: 'worker' },
        ]);
        this.account.addAttributes(workspace, task, {
          conference: { sid: conference.sid, participants: { worker: call.sid, customer } },
        });
        this.#reportConference(context, conference, ['start', 'join', 'join']);
        const at = this.account.now();
        this.#bridged(workspace, reservation, call, () => {
          conference.status = 'completed';
          report('completed', call);
          this.#reportConference(context, conference, ['leave', 'leave', 'end']);
          this.#reportRecordings(context, call, conference, at);
        });
      },
    });
  }

  /** Calls the worker and connects the caller in the queue. */
  dequeue(context: InstructionContext): void {
    const { workspace, reservation, task, worker, args } = context;
    const postWork = args.value('dequeuePostWorkActivitySid');
    if (postWork !== undefined) reservation.postWorkActivitySid = postWork;
    const call = this.#ring(workspace, reservation, worker, {
      instruction: 'dequeue',
      to: args.value('dequeueTo') ?? this.contactOf(worker),
      from: args.value('dequeueFrom')!,
      seconds: Number(args.value('dequeueTimeout') ?? ringsFor),
      report: this.#reporter(context, 'dequeueStatusCallbackUrl', 'GET', 'dequeueStatusCallbackEvent', {
        taskCallSid: textOf(this.account.attributesOf(task)['call_sid']),
        recordKey: 'dequeueRecord',
      }),
      answered: (answered, report) =>
        this.#bridged(workspace, reservation, answered, () => report('completed', answered)),
    });
    this.account.addAttributes(workspace, task, { worker_call_sid: call.sid });
  }

  /** Calls the worker. Accepts only with CallAccept. */
  call(context: InstructionContext): void {
    const { workspace, reservation, task, worker, args } = context;
    const call = this.#ring(workspace, reservation, worker, {
      instruction: 'call',
      to: args.value('callTo') ?? this.contactOf(worker),
      from: args.value('callFrom')!,
      url: args.value('callUrl')!,
      seconds: Number(args.value('callTimeout') ?? ringsFor),
      report: this.#reporter(context, 'callStatusCallbackUrl', 'POST', undefined, {
        recordKey: 'callRecord',
      }),
      answered: () => undefined,
    });
    this.account.addAttributes(workspace, task, { worker_call_sid: call.sid });
    if (args.value('callAccept') === 'true') accept(this.account, workspace, reservation);
  }

  /** Redirects a call to other TwiML. Accepts only with RedirectAccept. */
  redirect({ workspace, reservation, args: args }: InstructionContext): void {
    remember(this.calls, {
      sid: args.value('redirectCallSid')!,
      reservationSid: reservation.sid,
      instruction: 'redirect',
      from: '',
      to: '',
      url: args.value('redirectUrl')!,
      created: this.account.now(),
      status: 'in-progress',
    });
    if (args.value('redirectAccept') === 'true') accept(this.account, workspace, reservation);
  }

  /** Calls the supervisor, who joins the conference if there is one. */
  supervise({ workspace, reservation, task, args: args }: InstructionContext): void {
    const supervisor = workspace.workers.get(args.value('supervisor'));
    this.#ring(workspace, reservation, supervisor, {
      instruction: 'supervise',
      to: supervisor ? this.contactOf(supervisor) : args.value('supervisor')!,
      from: textOf(this.account.attributesOf(task)['from']),
      seconds: Number(ringsFor),
      report: () => undefined,
      answered: (call) => {
        const conference = this.conferences.findLast(
          (one) => one.reservationSid === reservation.sid && one.status === 'in-progress',
        );
        conference?.participants.push({
          callSid: call.sid,
          role: `supervisor (${args.value('supervisorMode')})`,
        });
      },
    });
  }

  contactOf(worker: Worker): string {
    return textOf(this.account.attributesOf(worker)['contact_uri']);
  }

  #ring(
    workspace: Workspace,
    reservation: Reservation,
    answering: Worker | undefined,
    plan: {
      readonly instruction: string;
      readonly to: string;
      readonly from: string;
      readonly url?: string;
      readonly seconds: number;
      readonly report: (event: string, call: Call) => void;
      readonly answered: (call: Call, report: (event: string, call: Call) => void) => void;
    },
  ): Call {
    const { account } = this;
    const { seconds, report, answered, ...shown } = plan;
    const call = remember<Call>(this.calls, {
      ...shown,
      sid: account.sids.next('Call'),
      reservationSid: reservation.sid,
      created: account.now(),
      status: 'ringing',
    });
    report('initiated', call);
    report('ringing', call);
    const needed = plan.instruction === 'conference' || plan.instruction === 'dequeue';
    // The call is on hold, and the reservation ends accepted or canceled. https://support.twilio.com/hc/en-us/articles/42786996187419
    if (needed) account.unschedule(reservation.sid);
    const phone = answering?.phone ?? 'answers';
    const delay = account.random.integer(...picksUpAfter);
    const wait = phone === 'rings out' || delay > seconds ? seconds : delay;
    account.schedule(call.sid, phone === 'unregistered' ? 0 : wait * 1000, () => {
      if (needed && reservation.status !== 'pending') {
        this.#end(call, 'canceled');
      } else if (phone === 'answers' && delay <= seconds) {
        call.status = 'in-progress';
        report('answered', call);
        answered(call, report);
      } else {
        this.#end(call, unreached[phone]);
        if (needed) cancel(account, workspace, reservation);
      }
      if (call.status !== 'in-progress') report('completed', call);
      route(account, workspace);
    });
    return call;
  }

  /** Accepts the reservation, and ends it when worker and caller hang up. */
  #bridged(workspace: Workspace, reservation: Reservation, call: Call, ended: () => void): void {
    const { account } = this;
    accept(account, workspace, reservation);
    account.schedule(call.sid, account.random.integer(...talksFor) * 1000, () => {
      this.#end(call, 'completed');
      ended();
      // A client may have ended the reservation, and the task may be deleted.
      if (reservation.status !== 'accepted' || !taskAndWorkerOf(workspace, reservation).task) return;
      if (workspace.multitasking) wrapUp(account, workspace, reservation);
      else complete(account, workspace, reservation);
      route(account, workspace);
    });
  }

  #end(call: Call, status: Call['status']): void {
    call.status = status;
    call.ended = this.account.now();
  }

  #open(reservation: Reservation, participants: Conference['participants']): Conference {
    return remember<Conference>(this.conferences, {
      sid: this.account.sids.next('Conference'),
      reservationSid: reservation.sid,
      status: 'in-progress',
      participants,
    });
  }

  #reporter(
    context: InstructionContext,
    urlKey: string,
    method = 'POST',
    eventsKey?: string,
    { taskCallSid, recordKey }: { readonly taskCallSid?: string; readonly recordKey?: string } = {},
  ) {
    const { args } = context;
    const url = args.value(urlKey);
    const chosen = eventsKey ? args.values(eventsKey) : [];
    const wanted = chosen.length ? chosen : ['completed'];
    const isRecorded = recordKey !== undefined && args.value(recordKey) === 'record-from-answer';
    let sequenceNumber = 0;
    let answeredAt: number | undefined;
    return (event: string, { sid, from, to, status, created }: Call): void => {
      const at = this.account.now();
      if (event === 'answered') answeredAt = at;
      if (url === undefined || !wanted.includes(event)) return;
      const { accountSid, sids } = this.account;
      const ended = event === 'completed';
      const parameters = callStatusParameters({
        ...{ sid, accountSid, from, to, at, sequenceNumber: sequenceNumber++ },
        status: event === 'answered' || ended ? status : event,
        ...(ended && { duration: secondsBetween(created, at) }),
        ...(ended &&
          isRecorded &&
          answeredAt !== undefined && {
            recording: { sid: sids.next('Recording'), duration: secondsBetween(answeredAt, at) },
          }),
        ...(taskCallSid !== undefined && { taskCallSid }),
      });
      this.recordCallback(context, url, method, parameters);
    };
  }

  /** Reports `start` and `end` of a conference, and that each participant joins or leaves. */
  #reportConference(
    context: InstructionContext,
    conference: Conference,
    events: readonly ('start' | 'join' | 'leave' | 'end')[],
  ): void {
    const { args } = context;
    const { sid, reservationSid, participants } = conference;
    const url = args.value('conferenceStatusCallback');
    if (url === undefined) return;
    const isOn = (key: string, byDefault: boolean) => (args.value(key) ?? String(byDefault)) === 'true';
    let moved = 0;
    for (const event of events) {
      const ofParticipant = event === 'join' || event === 'leave';
      const participant = ofParticipant ? participants[moved++] : undefined;
      if (!args.values('conferenceStatusCallbackEvent').includes(event)) continue;
      const isWorker = participant?.role === 'worker';
      const sequenceNumber = (this.#reports.get(conference) ?? 0) + 1;
      this.#reports.set(conference, sequenceNumber);
      const parameters = conferenceStatusParameters({
        ...{ sid, accountSid: this.account.accountSid, friendlyName: reservationSid, at: this.account.now() },
        event: `${ofParticipant ? 'participant' : 'conference'}-${event}`,
        sequenceNumber,
        ...(participant && {
          participant: {
            callSid: participant.callSid,
            label: participant.role,
            muted: isWorker && isOn('muted', false),
            startConferenceOnEnter: !isWorker || isOn('startConferenceOnEnter', true),
            endConferenceOnExit: isOn(
              isWorker ? 'endConferenceOnExit' : 'endConferenceOnCustomerExit',
              false,
            ),
          },
        }),
      });
      const method = args.value('conferenceStatusCallbackMethod') ?? 'POST';
      this.recordCallback(context, url, method, parameters);
    }
  }

  /** Reports those of the worker's call and of the conference, once they are complete. */
  #reportRecordings(context: InstructionContext, call: Call, conference: Conference, at: number): void {
    const { args } = context;
    const { accountSid, sids } = this.account;
    const isDual = args.value('recordingChannels') === 'dual';
    const report = (
      urlKey: string,
      recordKey: string,
      of: StatusRecording['of'],
      channels: StatusRecording['channels'],
    ) => {
      const url = args.value(urlKey);
      const isRecorded = ['true', 'record-from-start'].includes(args.value(recordKey) ?? '');
      if (url === undefined || !isRecorded) return;
      const duration = secondsBetween(at, this.account.now());
      const parameters = recordingStatusParameters({
        ...{ sid: sids.next('Recording'), accountSid, of, channels, duration, at },
      });
      this.recordCallback(context, url, args.value(`${urlKey}Method`) ?? 'POST', parameters);
    };
    report('recordingStatusCallback', 'record', { callSid: call.sid }, isDual ? 2 : 1);
    const conferenceSid = conference.sid;
    report('conferenceRecordingStatusCallback', 'conferenceRecord', { conferenceSid }, 1);
  }

  recordCallback(source: CallbackSource, url: string, method: string, parameters: Parameters): void {
    const [workspaceSid, reservationSid] = [source.workspace.sid, source.reservation.sid];
    const callback = {
      ...{ at: this.account.now(), workspaceSid, reservationSid, method, url },
      parameters: Object.fromEntries(parameters),
    };
    this.onCallback(remember(this.callbacks, callback));
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const secondsBetween = (from: number, to: number): number => Math.floor((to - from) / 1000);
