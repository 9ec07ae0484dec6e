import type { AttributesPlan, WorkspacePlan } from '../scenario';

/** Texts as real attributes contain them, and some that an attacker may send. */
const strange: readonly AttributesPlan[] = [
  'no JSON here: {"half": ',
  { name: '[Click me](command:workbench.action.quit) $(trash) <b>bold</b>', from: '../../etc' },
  { name: 'right\u202Eto left\u202C and zero\u200Bwidth', note: 'line one\nline two\ttab' },
  { name: 'Long', transcript: 'The caller says that it is long. '.repeat(900) },
  '[1, [2, [3, [4, {"__proto__": {"polluted": true}, "constructor": null}]]]]',
  '',
];

/** The smaller workspace: single-tasking, with unusual attributes. */
export const clinic: WorkspacePlan = {
  name: 'Harbor Clinic',
  multitasking: false,
  activities: [
    { name: 'Idle', available: true },
    { name: 'Reserved', available: false },
    { name: 'On a Task', available: false },
    { name: 'Lunch', available: false },
    { name: 'Offline', available: false },
  ],
  defaultActivity: 'Offline',
  timeoutActivity: 'Offline',
  channels: [
    { uniqueName: 'default', friendlyName: 'Default' },
    { uniqueName: 'voice', friendlyName: 'Voice' },
  ],
  queues: [
    {
      name: 'Front Desk',
      targetWorkers: 'desk == "front"',
      reservationActivity: 'Reserved',
      assignmentActivity: 'On a Task',
    },
    {
      name: 'Nurses',
      targetWorkers: 'role == "nurse"',
      reservationActivity: 'Reserved',
      assignmentActivity: 'On a Task',
    },
  ],
  workflows: [
    { name: 'Appointments', reservationTimeout: 300, filters: [], defaultQueue: 'Front Desk' },
    { name: 'Nurse Line', reservationTimeout: 900, filters: [], defaultQueue: 'Nurses' },
  ],
  workers: [
    { name: 'Clara Winther', activity: 'Idle', attributes: { desk: 'front', contact_uri: 'client:clara' } },
    { name: 'Jonah Pell', activity: 'Idle', attributes: { desk: 'front', contact_uri: '+15555550122' } },
    { name: 'Sofia Brandt', activity: 'Idle', attributes: { role: 'nurse' } },
    { name: 'Theo Vance', activity: 'Lunch', attributes: 'not JSON at all' },
  ],
  tasks: [
    {
      workflow: 'Nurse Line',
      queue: 'Nurses',
      channel: 'voice',
      attributes: { call_sid: `CA${'d'.repeat(32)}`, from: '+12125550109', name: '🩺 Åsa 日本語 👩‍👩‍👧' },
      age: 60,
      status: 'pending',
    },
    ...strange.map((attributes, i) => ({
      workflow: 'Nurse Line',
      queue: 'Nurses',
      channel: 'default',
      attributes,
      age: 40 - 5 * i,
      status: 'pending' as const,
    })),
  ],
  life: {
    arrivalEvery: 420,
    pendingAtLeast: 0,
    waitingAtMost: 12,
    leftToPerson: 35,
    rejected: 10,
    answerAfter: [10, 60],
    talk: [60, 200],
    wrapUp: [10, 40],
    backAfter: [60, 150],
    forgottenAfter: 1800,
    arrivals: [
      {
        weight: 3,
        workflow: 'Appointments',
        channel: 'voice',
        words: { topic: ['new appointment', 'change of appointment', 'prescription'] },
        attributes: {
          call_sid: '{call}',
          from: '{phone}',
          to: '{line}',
          caller: '{phone}',
          name: '{customer}',
          topic: '{topic}',
        },
      },
      ...strange.map((attributes) => ({
        weight: 0.5,
        workflow: 'Nurse Line',
        channel: 'default',
        attributes,
      })),
    ],
  },
};
