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
  /** Parameters that are always sent, with these values. */
  readonly fixed: readonly (readonly [name: 'ReservationStatus' | 'Instruction', value: string])[];
  /** Which reservations can do this, as a sentence that names all of `from`. */
  readonly onlyFor: string;
  /** What a confirmation asks; `{task}` and `{worker}` stand for their names. */
  readonly question: string;
  /** The statuses in which TaskRouter carries it out. */
  readonly from: readonly ReservationStatus[];
  /** The statuses that show that it took effect; none where the status does not change. */
  readonly settlesAs: readonly ReservationStatus[];
  /** `task`: only through Tasks/…/Reservations, not through Workers/…/Reservations. */
  readonly through: 'either' | 'task';
  /**
   * What happens after TaskRouter has accepted it, for as long as the status is still one of `from`. `{server}` stands
   * for the TaskRouter: Twilio's, a local one, or the simulator.
   */
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
    help: 'The worker takes the task. Your application connects the worker to the customer.',
    fixed: [['ReservationStatus', 'accepted']],
    onlyFor: 'Only pending reservations can be accepted.',
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
    help: 'The worker declines the task, which is offered to the next eligible worker.',
    fixed: [['ReservationStatus', 'rejected']],
    onlyFor: 'Only pending reservations can be rejected.',
    question: 'Reject {task} for {worker}',
    from: ['pending'],
    settlesAs: ['rejected'],
    through: 'either',
    placesCall: false,
    fields: [
      sid('Activity', 'activities')(
        'workerActivitySid',
        'Worker’s next activity',
        'The activity the worker moves to. Choose an unavailable one, or TaskRouter may offer the worker the same task again. Twilio’s documentation is inconsistent about the default.',
        { twilioDefault: 'the previous activity, or unchanged' },
      ),
    ],
  },
  {
    name: 'conference',
    title: 'Conference',
    help: 'Calls the worker and connects worker and caller in a conference. The reservation is accepted when the worker answers.',
    fixed: [['Instruction', 'conference']],
    onlyFor: 'Only pending reservations can start a conference.',
    question: 'Start a conference for {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'wrapping', 'completed'],
    through: 'either',
    underway: '{server} is calling the worker. The reservation is accepted when they answer.',
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
      url('statusCallback', 'Call status URL', 'Receives updates about the worker’s call.', callbacks),
      httpMethod('statusCallbackMethod', 'Call status method', 'HTTP method for the call status URL.', {
        ...callbacks,
        twilioDefault: 'POST',
      }),
      choices(callEvents)('statusCallbackEvent', 'Call status events', 'The call events to report.', {
        ...callbacks,
      }),
      integer(1, 999, 'seconds')('timeout', 'Ring timeout', 'How long to let the worker’s phone ring.', {
        twilioDefault: '60',
      }),
      boolean(
        'record',
        'Record the worker',
        'Records the worker’s side of the call, also outside the conference.',
        {
          ...recording,
          twilioDefault: 'false',
        },
      ),
      boolean('muted', 'Worker joins muted', 'Whether the worker joins the conference muted.', {
        ...conference,
        twilioDefault: 'false',
      }),
      choice(['true', 'false', 'onEnter', 'onExit'])(
        'beep',
        'Beep',
        'Whether other participants hear a beep, and when.',
        {
          ...conference,
          twilioDefault: 'true',
        },
      ),
      boolean(
        'startConferenceOnEnter',
        'Worker starts the conference',
        'If false, the worker hears hold music until somebody else starts the conference.',
        { ...conference, twilioDefault: 'true' },
      ),
      boolean(
        'endConferenceOnExit',
        'End when the worker leaves',
        'Whether the conference ends when the worker leaves.',
        conference,
      ),
      url('waitUrl', 'Hold music URL', 'TwiML or audio for participants before the conference starts.', {
        ...conference,
        twilioDefault: 'Twilio’s hold music',
      }),
      httpMethod(
        'waitMethod',
        'Hold music method',
        'HTTP method for the hold music URL. Use GET to let Twilio cache a static audio file.',
        {
          ...conference,
          twilioDefault: 'POST',
        },
      ),
      boolean(
        'earlyMedia',
        'Early media',
        'Whether the worker hears ringing and carrier announcements before the call is answered.',
        {
          ...conference,
          twilioDefault: 'true',
        },
      ),
      integer(2, 250, 'participants')(
        'maxParticipants',
        'Participant limit',
        'Maximum number of participants.',
        {
          ...conference,
          twilioDefault: '250',
        },
      ),
      url(
        'conferenceStatusCallback',
        'Conference status URL',
        'Receives updates about the conference. Only the first participant’s value is used.',
        callbacks,
      ),
      httpMethod(
        'conferenceStatusCallbackMethod',
        'Conference status method',
        'HTTP method for the conference status URL.',
        {
          ...callbacks,
          twilioDefault: 'POST',
        },
      ),
      choices(['start', 'end', 'join', 'leave', 'mute', 'hold', 'speaker'])(
        'conferenceStatusCallbackEvent',
        'Conference status events',
        'The conference events to report.',
        callbacks,
      ),
      choice(['true', 'false', 'record-from-start', 'do-not-record'])(
        'conferenceRecord',
        'Record the conference',
        'Whether to record the whole conference, and from when.',
        { ...recording, twilioDefault: 'false' },
      ),
      choice(['trim-silence', 'do-not-trim'])(
        'conferenceTrim',
        'Trim the recording',
        'Whether to trim silence at the start and end.',
        {
          ...recording,
          twilioDefault: 'trim-silence',
        },
      ),
      choice(['mono', 'dual'])(
        'recordingChannels',
        'Recording channels',
        'One channel for all, or one for each call leg.',
        {
          ...recording,
          twilioDefault: 'mono',
        },
      ),
      url(
        'recordingStatusCallback',
        'Recording status URL',
        'Receives updates about the worker’s recording.',
        recording,
      ),
      httpMethod(
        'recordingStatusCallbackMethod',
        'Recording status method',
        'HTTP method for the recording status URL.',
        {
          ...recording,
          twilioDefault: 'POST',
        },
      ),
      url(
        'conferenceRecordingStatusCallback',
        'Conference recording status URL',
        'Receives a request when the conference recording is available.',
        recording,
      ),
      httpMethod(
        'conferenceRecordingStatusCallbackMethod',
        'Conference recording status method',
        'HTTP method for the conference recording status URL.',
        { ...recording, twilioDefault: 'POST' },
      ),
      choice(['us1', 'us2', 'ie1', 'de1', 'sg1', 'br1', 'au1', 'jp1'])(
        'region',
        'Mixing region',
        'The region where Twilio mixes the audio.',
        advanced,
      ),
      text('sipAuthUsername', 'SIP user name', 'For sip: addresses that require authentication.', advanced),
      password(
        'sipAuthPassword',
        'SIP password',
        'For sip: addresses that require authentication. Never stored.',
        advanced,
      ),
      sid('Activity', 'activities')(
        'postWorkActivitySid',
        'Activity after the call',
        'The activity the worker moves to after the call. Deprecated by Twilio.',
        { ...advanced, refusedInMultitasking: true },
      ),
      boolean(
        'endConferenceOnCustomerExit',
        'End when the customer leaves',
        'Whether the conference ends when the customer leaves.',
        conference,
      ),
      boolean(
        'beepOnCustomerEntrance',
        'Beep when the customer joins',
        'Whether participants hear a beep when the customer joins.',
        conference,
      ),
      choice(['small', 'medium', 'large', 'off'])(
        'jitterBufferSize',
        'Jitter buffer',
        'A larger buffer smooths bad connections but adds delay.',
        advanced,
      ),
    ],
  },
  {
    name: 'dequeue',
    title: 'Dequeue',
    help: 'Calls the worker and connects the caller waiting in the queue. Only for tasks created by <Enqueue>.',
    fixed: [['Instruction', 'dequeue']],
    onlyFor: 'Only pending reservations can be dequeued.',
    question: 'Dequeue {task} to {worker}',
    from: ['pending'],
    settlesAs: ['accepted', 'wrapping', 'completed'],
    through: 'either',
    underway: '{server} is calling the worker. The reservation is accepted when the calls are connected.',
    placesCall: true,
    fields: [
      sid('Activity', 'activities')(
        'dequeuePostWorkActivitySid',
        'Activity after the call',
        'The activity the worker moves to when the call ends.',
        advanced,
      ),
      endpoint(
        'dequeueFrom',
        'Caller ID',
        'The number that the worker sees. Use one of your Twilio numbers.',
        {
          required: true,
          source: 'caller-ids',
        },
      ),
      callRecord('dequeueRecord', 'Record the call', 'Whether to record both sides of the call.', {
        ...recording,
        twilioDefault: 'do-not-record',
      }),
      integer(1, 999, 'seconds')(
        'dequeueTimeout',
        'Ring timeout',
        'How long to let the worker’s phone ring; at most 600 seconds for sip: addresses.',
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
        'Receives updates about the worker’s call.',
        callbacks,
      ),
      choices(callEvents)('dequeueStatusCallbackEvent', 'Call status events', 'The call events to report.', {
        ...callbacks,
        twilioDefault: 'completed',
      }),
    ],
  },
  {
    name: 'call',
    title: 'Call',
    help: 'Calls the worker and runs your TwiML when the worker answers.',
    fixed: [['Instruction', 'call']],
    onlyFor: 'Only pending reservations can place a call.',
    question: 'Call {worker} about {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'rejected', 'wrapping', 'completed'],
    through: 'either',
    underway:
      '{server} placed a call to the worker. The reservation stays pending unless “Accept as well” is true.',
    placesCall: true,
    fields: [
      endpoint('callFrom', 'Caller ID', 'The number that the worker sees. Use one of your Twilio numbers.', {
        required: true,
        source: 'caller-ids',
      }),
      callRecord('callRecord', 'Record the call', 'Whether to record both sides of the call.', {
        ...recording,
        twilioDefault: 'do-not-record',
      }),
      integer(1, 999, 'seconds')('callTimeout', 'Ring timeout', 'How long to let the worker’s phone ring.', {
        twilioDefault: '60',
      }),
      endpoint(
        'callTo',
        'Ring the worker at',
        'A number, client: or sip: address. Overrides the worker’s contact_uri.',
        {
          requiredWithoutContactUri: true,
          source: 'worker-contact',
        },
      ),
      url('callUrl', 'TwiML URL', 'URL of the TwiML to run when the worker answers.', {
        required: true,
      }),
      url(
        'callStatusCallbackUrl',
        'Call status URL',
        'Receives a request when the worker’s call ends.',
        callbacks,
      ),
      boolean(
        'callAccept',
        'Accept as well',
        'Also accepts the reservation. If false, accept or reject it later.',
        {
          twilioDefault: 'false',
        },
      ),
    ],
  },
  {
    name: 'redirect',
    title: 'Redirect',
    help: 'Redirects a call in progress to new TwiML.',
    fixed: [['Instruction', 'redirect']],
    onlyFor: 'Only pending reservations can redirect a call.',
    question: 'Redirect the call of {task}',
    from: ['pending'],
    settlesAs: ['accepted', 'rejected', 'wrapping', 'completed'],
    through: 'either',
    underway: '{server} redirected the call. The reservation stays pending unless “Accept as well” is true.',
    placesCall: true,
    fields: [
      sid('Call', 'task-call')(
        'redirectCallSid',
        'Call SID',
        'The call to redirect: the one waiting in the queue.',
        {
          required: true,
        },
      ),
      boolean(
        'redirectAccept',
        'Accept as well',
        'Also accepts the reservation. If false, accept or reject it later.',
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
    help: 'The conversation has ended and the worker finishes the task. Available for Flex accounts.',
    fixed: [['ReservationStatus', 'wrapping']],
    onlyFor: 'Only accepted reservations can be wrapped up.',
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
    help: 'The worker has finished the task.',
    fixed: [['ReservationStatus', 'completed']],
    onlyFor: 'Only accepted or wrapping reservations can be completed.',
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
    help: 'Calls a supervisor and adds them to the conference of an accepted reservation.',
    fixed: [['Instruction', 'supervise']],
    onlyFor: 'Only accepted or wrapping reservations can be supervised.',
    question: 'Call a supervisor into the conference for {task}',
    from: ['accepted', 'wrapping'],
    settlesAs: [],
    through: 'task',
    underway: '{server} placed a call to the supervisor.',
    placesCall: true,
    fields: [
      choice(['monitor', 'whisper', 'barge'])(
        'supervisorMode',
        'Mode',
        'Monitor: listen only. Whisper: speak to the worker. Barge: speak to everyone.',
        { required: true },
      ),
      workerOrEndpoint(
        'supervisor',
        'Supervisor',
        'The worker who supervises. Their attributes must have a contact_uri.',
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
