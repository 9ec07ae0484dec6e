import type { Field } from './fields';
import {
  boolean,
  choice,
  choices,
  endpoint,
  integer,
  password,
  sid,
  text,
  url,
  workerOrEndpoint,
} from './fields';
import { wireName } from './requests';
import type { ReservationStatus } from './resources';

/**
 * One way to act on a reservation. This table is the only place that knows which parameters belong to
 * which instruction; the form, the checks, the wire, the preview and the simulator all read it.
 * Fields stand in the order of Twilio's OpenAPI, the order in which its own helpers send them.
 * https://www.twilio.com/docs/taskrouter/api/reservations#update-a-reservation-resource
 */
export interface Instruction {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** What goes out whatever the fields hold. */
  readonly fixed: readonly (readonly [name: 'ReservationStatus' | 'Instruction', value: string])[];
  /** What only reservations in `from` can do: `be accepted`. */
  readonly can: string;
  /** What a confirmation asks; `{task}` and `{worker}` stand for their names. */
  readonly question: string;
  /** The statuses in which TaskRouter carries it out. */
  readonly from: readonly ReservationStatus[];
  /** The statuses that show that it took effect; none where the status does not change. */
  readonly settlesAs: readonly ReservationStatus[];
  /** `task`: only through Tasks/…/Reservations, not through Workers/…/Reservations. */
  readonly through: 'either' | 'task';
  /** What is going on while TaskRouter has taken it and the status is still one of `from`. */
  readonly underway?: string;
  /** It rings a phone or moves a call that is in progress. */
  readonly placesCall: boolean;
  readonly fields: readonly Field[];
}

const httpMethod = choice(['POST', 'GET']);
const callRecord = choice(['record-from-answer', 'do-not-record']);
const callEvents = ['initiated', 'ringing', 'answered', 'completed'];
const callbacks = { group: 'Callbacks' } as const;
const recording = { group: 'Recording' } as const;
const conference = { group: 'Conference' } as const;
const advanced = { group: 'Advanced' } as const;

export const instructions = [
  {
    name: 'accept',
    title: 'Accept',
    help: 'The worker takes the task. Connecting the worker to the customer is left to you.',
    fixed: [['ReservationStatus', 'accepted']],
    can: 'be accepted',
    question: 'Accept {task} for {worker}',
    from: ['pending'],
    settlesAs: ['accepted', 'wrapping', 'completed'],
    through: 'either',
    placesCall: false,
    fields: [],
  },
  {
    name: 'reject',
    title: 'Reject',
    help: 'The worker does not take the task, which goes on to the next eligible worker.',
    fixed: [['ReservationStatus', 'rejected']],
    can: 'be rejected',
    question: 'Reject {task} for {worker}',
    from: ['pending'],
    settlesAs: ['rejected'],
    through: 'either',
    placesCall: false,
    fields: [
      sid('Activity', 'activities')(
        'workerActivitySid',
        'Worker’s next activity',
        'The activity the worker moves to. Choose an unavailable one, or the same task may come straight back. Twilio’s pages disagree on what happens without one.',
        { twilioDefault: 'the previous one, or unchanged' },
      ),
    ],
  },
  {
    name: 'conference',
    title: 'Conference',
    help: 'Rings the worker and puts worker and caller into a conference. The reservation is accepted once the worker answers.',
    fixed: [['Instruction', 'conference']],
    can: 'start a conference',
    question: 'Start a conference for {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'wrapping', 'completed'],
    through: 'either',
    underway: 'Twilio is ringing the worker. The reservation is accepted when they answer.',
    placesCall: true,
    fields: [
      endpoint(
        'to',
        'Ring the worker at',
        'A number, client: or sip: address. Overrides the worker’s contact_uri.',
        {
          requiredWithoutContactUri: true,
          source: 'worker-contact',
        },
      ),
      endpoint('from', 'Caller ID', 'The number that the worker sees.', { source: 'caller-ids' }),
      url('statusCallback', 'Call status URL', 'Twilio calls it as the worker’s call progresses.', callbacks),
      httpMethod('statusCallbackMethod', 'Call status method', 'How the call status URL is called.', {
        ...callbacks,
        twilioDefault: 'POST',
      }),
      choices(callEvents)(
        'statusCallbackEvent',
        'Call status events',
        'Which steps of the call are reported.',
        {
          ...callbacks,
        },
      ),
      integer(1, 999, 'seconds')(
        'timeout',
        'Ring for',
        'How long the worker’s phone rings before Twilio gives up.',
        {
          twilioDefault: '60',
        },
      ),
      boolean('record', 'Record the worker', 'Records the worker, also between conferences.', {
        ...recording,
        twilioDefault: 'false',
      }),
      boolean('muted', 'Worker joins muted', 'Whether the worker is muted in the conference.', {
        ...conference,
        twilioDefault: 'false',
      }),
      choice(['true', 'false', 'onEnter', 'onExit'])(
        'beep',
        'Beep',
        'Whether and when the others hear a beep.',
        {
          ...conference,
          twilioDefault: 'true',
        },
      ),
      boolean(
        'startConferenceOnEnter',
        'Worker starts the conference',
        'If not, the worker waits muted, with music, until somebody else starts it.',
        { ...conference, twilioDefault: 'true' },
      ),
      boolean(
        'endConferenceOnExit',
        'End when the worker leaves',
        'Whether the conference ends with the worker’s leg.',
        conference,
      ),
      url('waitUrl', 'Hold music URL', 'What a participant hears before the conference starts.', {
        ...conference,
        twilioDefault: 'Twilio’s hold music',
      }),
      httpMethod('waitMethod', 'Hold music method', 'GET lets Twilio cache a static audio file.', {
        ...conference,
        twilioDefault: 'POST',
      }),
      boolean(
        'earlyMedia',
        'Early media',
        'Whether the worker hears ringing and carrier announcements of an outbound call.',
        {
          ...conference,
          twilioDefault: 'true',
        },
      ),
      integer(2, 250, 'participants')('maxParticipants', 'At most', 'The most participants at one time.', {
        ...conference,
        twilioDefault: '250',
      }),
      url(
        'conferenceStatusCallback',
        'Conference status URL',
        'Twilio calls it as the conference progresses. The first participant’s value counts.',
        callbacks,
      ),
      httpMethod(
        'conferenceStatusCallbackMethod',
        'Conference status method',
        'How the conference status URL is called.',
        {
          ...callbacks,
          twilioDefault: 'POST',
        },
      ),
      choices(['start', 'end', 'join', 'leave', 'mute', 'hold', 'speaker'])(
        'conferenceStatusCallbackEvent',
        'Conference status events',
        'Which events of the conference are reported.',
        callbacks,
      ),
      choice(['true', 'false', 'record-from-start', 'do-not-record'])(
        'conferenceRecord',
        'Record the conference',
        'Whether the whole conference is recorded, and from when.',
        { ...recording, twilioDefault: 'false' },
      ),
      choice(['trim-silence', 'do-not-trim'])(
        'conferenceTrim',
        'Trim the recording',
        'Whether silence at both ends is cut.',
        {
          ...recording,
          twilioDefault: 'trim-silence',
        },
      ),
      choice(['mono', 'dual'])(
        'recordingChannels',
        'Recording channels',
        'One channel, or one for each leg.',
        {
          ...recording,
          twilioDefault: 'mono',
        },
      ),
      url(
        'recordingStatusCallback',
        'Recording status URL',
        'Twilio calls it when the worker’s recording changes.',
        recording,
      ),
      httpMethod(
        'recordingStatusCallbackMethod',
        'Recording status method',
        'How the recording status URL is called.',
        {
          ...recording,
          twilioDefault: 'POST',
        },
      ),
      url(
        'conferenceRecordingStatusCallback',
        'Conference recording URL',
        'Twilio calls it when the conference’s recording can be fetched.',
        recording,
      ),
      httpMethod(
        'conferenceRecordingStatusCallbackMethod',
        'Conference recording method',
        'How the conference recording URL is called.',
        { ...recording, twilioDefault: 'POST' },
      ),
      choice(['us1', 'us2', 'ie1', 'de1', 'sg1', 'br1', 'au1', 'jp1'])(
        'region',
        'Mixing region',
        'Where Twilio mixes the audio.',
        advanced,
      ),
      text('sipAuthUsername', 'SIP user name', 'For a sip: address that asks for one.', advanced),
      password(
        'sipAuthPassword',
        'SIP password',
        'For a sip: address that asks for one. Never kept.',
        advanced,
      ),
      sid('Activity', 'activities')(
        'postWorkActivitySid',
        'Activity after the call',
        'The activity the worker moves to afterwards. Deprecated by Twilio.',
        { ...advanced, refusedInMultitasking: true },
      ),
      boolean(
        'endConferenceOnCustomerExit',
        'End when the customer leaves',
        'Whether the conference ends with the customer’s leg.',
        conference,
      ),
      boolean(
        'beepOnCustomerEntrance',
        'Beep when the customer joins',
        'Whether a beep announces the customer.',
        conference,
      ),
      choice(['small', 'medium', 'large', 'off'])(
        'jitterBufferSize',
        'Jitter buffer',
        'Larger evens out bad connections and adds delay.',
        advanced,
      ),
    ],
  },
  {
    name: 'dequeue',
    title: 'Dequeue',
    help: 'Rings the worker and bridges the caller who waits in the queue. Only for tasks made by <Enqueue>.',
    fixed: [['Instruction', 'dequeue']],
    can: 'be dequeued',
    question: 'Dequeue {task} to {worker}',
    from: ['pending'],
    settlesAs: ['accepted', 'wrapping', 'completed'],
    through: 'either',
    underway: 'Twilio is ringing the worker. The reservation is accepted when the calls are connected.',
    placesCall: true,
    fields: [
      sid('Activity', 'activities')(
        'dequeuePostWorkActivitySid',
        'Activity after the call',
        'The activity the worker moves to when the call ends.',
        advanced,
      ),
      endpoint('dequeueFrom', 'Caller ID', 'The number that the worker sees: one of your own.', {
        required: true,
        source: 'caller-ids',
      }),
      callRecord('dequeueRecord', 'Record the call', 'Whether both legs are recorded.', {
        ...recording,
        twilioDefault: 'do-not-record',
      }),
      integer(1, 999, 'seconds')(
        'dequeueTimeout',
        'Ring for',
        'How long the worker’s phone rings; at most 600 for a sip: address.',
        { twilioDefault: '60' },
      ),
      endpoint(
        'dequeueTo',
        'Ring the worker at',
        'A number, client: or sip: address. Overrides the worker’s contact_uri.',
        {
          requiredWithoutContactUri: true,
          source: 'worker-contact',
        },
      ),
      url(
        'dequeueStatusCallbackUrl',
        'Call status URL',
        'Twilio calls it as the worker’s call progresses.',
        callbacks,
      ),
      choices(callEvents)(
        'dequeueStatusCallbackEvent',
        'Call status events',
        'Which steps of the call are reported.',
        {
          ...callbacks,
          twilioDefault: 'completed',
        },
      ),
    ],
  },
  {
    name: 'call',
    title: 'Call',
    help: 'Rings the worker and runs your TwiML when the call is answered.',
    fixed: [['Instruction', 'call']],
    can: 'place a call',
    question: 'Call {worker} about {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'rejected', 'wrapping', 'completed'],
    through: 'either',
    underway: 'Twilio is ringing the worker. The reservation stays pending unless “Accept as well” is set.',
    placesCall: true,
    fields: [
      endpoint('callFrom', 'Caller ID', 'The number that the worker sees: one of your own.', {
        required: true,
        source: 'caller-ids',
      }),
      callRecord('callRecord', 'Record the call', 'Whether both legs are recorded.', {
        ...recording,
        twilioDefault: 'do-not-record',
      }),
      integer(1, 999, 'seconds')(
        'callTimeout',
        'Ring for',
        'How long the worker’s phone rings before Twilio gives up.',
        {
          twilioDefault: '60',
        },
      ),
      endpoint(
        'callTo',
        'Ring the worker at',
        'A number, client: or sip: address. Overrides the worker’s contact_uri.',
        {
          requiredWithoutContactUri: true,
          source: 'worker-contact',
        },
      ),
      url('callUrl', 'TwiML URL', 'URL of the TwiML to run once the worker has answered.', {
        required: true,
      }),
      url(
        'callStatusCallbackUrl',
        'Call status URL',
        'Twilio calls it when the worker’s call has ended.',
        callbacks,
      ),
      boolean(
        'callAccept',
        'Accept as well',
        'Accepts the reservation too. If not, accept or reject it later.',
        {
          twilioDefault: 'false',
        },
      ),
    ],
  },
  {
    name: 'redirect',
    title: 'Redirect',
    help: 'Sends a call in progress to new TwiML.',
    fixed: [['Instruction', 'redirect']],
    can: 'redirect a call',
    question: 'Redirect the call of {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'rejected', 'wrapping', 'completed'],
    through: 'either',
    underway: 'Call redirected. The reservation stays pending unless “Accept as well” is set.',
    placesCall: true,
    fields: [
      sid('Call', 'task-call')(
        'redirectCallSid',
        'Call SID',
        'The call to move: the one that waits in the queue.',
        {
          required: true,
        },
      ),
      boolean(
        'redirectAccept',
        'Accept as well',
        'Accepts the reservation too. If not, accept or reject it later.',
        {
          twilioDefault: 'false',
        },
      ),
      url('redirectUrl', 'TwiML URL', 'URL of the TwiML to run on the call.', { required: true }),
    ],
  },
  {
    name: 'wrapUp',
    title: 'Wrap Up',
    help: 'The conversation is over and the worker finishes up. Twilio offers it to Flex accounts.',
    fixed: [['ReservationStatus', 'wrapping']],
    can: 'be wrapped up',
    question: 'Wrap up {task} for {worker}',
    from: ['accepted'],
    settlesAs: ['wrapping', 'completed'],
    through: 'either',
    placesCall: false,
    fields: [],
  },
  {
    name: 'complete',
    title: 'Complete',
    help: 'The worker is done with the task.',
    fixed: [['ReservationStatus', 'completed']],
    can: 'be completed',
    question: 'Complete {task} for {worker}',
    from: ['accepted', 'wrapping'],
    settlesAs: ['completed'],
    through: 'either',
    placesCall: false,
    fields: [],
  },
  {
    name: 'supervise',
    title: 'Supervise',
    help: 'Rings a supervisor and adds them to the conference of an accepted reservation.',
    fixed: [['Instruction', 'supervise']],
    can: 'be supervised',
    question: 'Call a supervisor into the conference for {task}',
    from: ['accepted', 'wrapping'],
    settlesAs: [],
    through: 'task',
    underway: 'Twilio is ringing the supervisor.',
    placesCall: true,
    fields: [
      choice(['monitor', 'whisper', 'barge'])(
        'supervisorMode',
        'Mode',
        'Monitor: listen. Whisper: only the worker hears. Barge: everybody hears.',
        { required: true },
      ),
      workerOrEndpoint(
        'supervisor',
        'Supervisor',
        'The worker who supervises. Their attributes need a contact_uri.',
        {
          required: true,
          source: 'workers',
        },
      ),
    ],
  },
] as const satisfies readonly Instruction[];

export type InstructionName = (typeof instructions)[number]['name'];

export function instructionNamed(name: InstructionName): Instruction {
  return instructions.find((one) => one.name === name)!;
}

const fieldsByWireName = new Map<string, Field>(
  (instructions as readonly Instruction[]).flatMap(({ fields }) =>
    fields.map((field) => [wireName(field.key), field] as const),
  ),
);

/** The field that a parameter of a request body belongs to. */
export const fieldNamed = (parameter: string): Field | undefined => fieldsByWireName.get(parameter);

/** True for a parameter whose value is never shown, stored or copied. */
export const isSecretParameter = (parameter: string): boolean =>
  fieldNamed(parameter)?.control === 'password';
