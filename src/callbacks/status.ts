import type { Parameters } from '../taskrouter/requests';

/** The call that an instruction placed. */
export interface StatusCall {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  /** Of the call that created the task: TaskRouter adds it to the status of a dequeued call. */
  readonly taskCallSid?: string;
  /** Counts the callbacks of this call, from 0. */
  readonly sequenceNumber: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seconds, once it has ended. */
  readonly duration?: number;
  /** Of a call that was recorded, once it has ended. */
  readonly recording?: Pick<StatusRecording, 'sid' | 'duration'>;
}

/** https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
export const callStatusParameters = (call: StatusCall): Parameters => [
  ['CallSid', call.sid],
  ['AccountSid', call.accountSid],
  ['From', call.from],
  ['To', call.to],
  ['CallStatus', call.status],
  ['ApiVersion', '2010-04-01'],
  ['Direction', 'outbound-api'],
  ['Timestamp', rfc2822(call.at)],
  ['CallbackSource', 'call-progress-events'],
  ['SequenceNumber', String(call.sequenceNumber)],
  ...(call.duration === undefined ? [] : [['CallDuration', String(call.duration)] as const]),
  ...(call.recording === undefined
    ? []
    : ([
        ['RecordingUrl', recordingUrl({ ...call, sid: call.recording.sid })],
        ['RecordingSid', call.recording.sid],
        ['RecordingDuration', String(call.recording.duration)],
      ] as const)),
  ...(call.taskCallSid === undefined ? [] : [['taskCallSid', call.taskCallSid] as const]),
];

export interface StatusConference {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  /** Such as `conference-start` or `participant-join`. */
  readonly event: string;
  readonly sequenceNumber: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The participant of the event. */
  readonly participant?: {
    readonly callSid: string;
    readonly muted: boolean;
    readonly startConferenceOnEnter: boolean;
    readonly endConferenceOnExit: boolean;
    readonly label: string;
  };
}

/** https://www.twilio.com/docs/voice/twiml/conference#statuscallback */
export const conferenceStatusParameters = (conference: StatusConference): Parameters => [
  ['ConferenceSid', conference.sid],
  ['FriendlyName', conference.friendlyName],
  ['AccountSid', conference.accountSid],
  ['SequenceNumber', String(conference.sequenceNumber)],
  ['Timestamp', rfc2822(conference.at)],
  ['StatusCallbackEvent', conference.event],
  ...participantParameters(conference.participant),
  ...(conference.event === 'conference-end'
    ? [['ReasonConferenceEnded', 'last-participant-left'] as const]
    : []),
];

const participantParameters = (participant: StatusConference['participant']): Parameters =>
  participant === undefined
    ? []
    : [
        ['CallSid', participant.callSid],
        ['Muted', String(participant.muted)],
        ['Hold', 'false'],
        ['Coaching', 'false'],
        ['EndConferenceOnExit', String(participant.endConferenceOnExit)],
        ['StartConferenceOnEnter', String(participant.startConferenceOnEnter)],
        ['ParticipantLabel', participant.label],
      ];

export interface StatusRecording {
  readonly sid: string;
  readonly accountSid: string;
  /** What was recorded: the call of a participant, or the conference. */
  readonly of: { readonly callSid: string } | { readonly conferenceSid: string };
  readonly channels: 1 | 2;
  /** Seconds. */
  readonly duration: number;
  /** When it started, in milliseconds since 1970. */
  readonly at: number;
}

/** Of a recording that is complete. https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback */
export const recordingStatusParameters = (recording: StatusRecording): Parameters => [
  ['AccountSid', recording.accountSid],
  'callSid' in recording.of
    ? ['CallSid', recording.of.callSid]
    : ['ConferenceSid', recording.of.conferenceSid],
  ['RecordingSid', recording.sid],
  ['RecordingUrl', recordingUrl(recording)],
  ['RecordingStatus', 'completed'],
  ['RecordingDuration', String(recording.duration)],
  ['RecordingChannels', String(recording.channels)],
  ['RecordingStartTime', rfc2822(recording.at)],
  ['RecordingSource', 'callSid' in recording.of ? 'OutboundAPI' : 'Conference'],
  ...('callSid' in recording.of ? [['RecordingTrack', 'both'] as const] : []),
];

/** Nothing answers there for a simulated recording. */
const recordingUrl = ({ sid, accountSid }: Pick<StatusRecording, 'sid' | 'accountSid'>) =>
  `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;

/** As Twilio's Voice API writes dates: `Thu, 01 Jun 2017 20:48:32 +0000`. */
const rfc2822 = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000');
