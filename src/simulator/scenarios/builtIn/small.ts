import type { Scenario, WorkspacePlan } from '../scenario';

const caller = (digit: string, name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  call_sid: `CA${digit.repeat(32)}`,
  from: `+1212555010${digit}`,
  to: '+18885550100',
  channelType: 'voice',
  name,
  ...more,
});

const workspace: Omit<WorkspacePlan, 'name' | 'queues' | 'workflows' | 'workers' | 'tasks'> = {
  multitasking: true,
  activities: [
    { name: 'Available', available: true },
    { name: 'Break', available: false },
    { name: 'Offline', available: false },
  ],
  defaultActivity: 'Offline',
  timeoutActivity: 'Offline',
  channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
};

/** Nothing changes, so that the case can be examined. */
export const stuck: Scenario = {
  name: 'stuck',
  description: 'Two agents and one call that nobody gets: its queue wants a language that neither speaks.',
  workspaces: [
    {
      ...workspace,
      name: 'Night Desk',
      queues: [
        { name: 'Danish', targetWorkers: 'languages HAS "da"' },
        { name: 'English', targetWorkers: 'languages HAS "en"' },
      ],
      workflows: [
        {
          name: 'Calls',
          reservationTimeout: 120,
          filters: [{ name: 'Danish', expression: 'language == "da"', queue: 'Danish' }],
          defaultQueue: 'English',
        },
      ],
      workers: [
        {
          name: 'Ada Wren',
          activity: 'Available',
          attributes: { contact_uri: 'client:ada', languages: ['en', 'es'] },
        },
        {
          name: 'Ben Finch',
          activity: 'Available',
          attributes: { contact_uri: 'client:ben', languages: ['en'] },
        },
      ],
      tasks: [
        {
          workflow: 'Calls',
          queue: 'Danish',
          channel: 'voice',
          attributes: caller('1', 'Mette Holm', { language: 'da' }),
          age: 1500,
          status: 'pending',
        },
      ],
    },
  ],
};

const team = ['Ivo Larch', 'June Maple', 'Kai Rowan', 'Lena Fir', 'Milo Pine', 'Nora Elm'];

/** Workers go offline one by one, and each remaining one gets more tasks. */
export const timeouts: Scenario = {
  name: 'timeouts',
  description:
    'A cascade of timeouts: nobody answers, so every reservation runs out after 15 seconds and takes its worker offline.',
  workspaces: [
    {
      ...workspace,
      name: 'Lunch Break',
      queues: [{ name: 'Everyone', targetWorkers: '1 == 1' }],
      workflows: [{ name: 'Calls', reservationTimeout: 15, filters: [], defaultQueue: 'Everyone' }],
      workers: team.map((name, i) => ({
        name,
        activity: 'Available',
        attributes: { contact_uri: `client:agent${i + 1}` },
      })),
      tasks: ['1', '2', '3'].map((digit, i) => ({
        workflow: 'Calls',
        queue: 'Everyone',
        channel: 'voice',
        attributes: caller(digit, `Caller ${digit}`),
        age: 30 - 10 * i,
        status: 'pending',
      })),
      life: {
        arrivalEvery: 30,
        arrivals: [
          {
            weight: 1,
            workflow: 'Calls',
            channel: 'voice',
            attributes: { call_sid: '{call}', from: '{phone}', to: '{line}', name: '{customer}' },
          },
        ],
        pendingAtLeast: 0,
        waitingAtMost: 10,
        leftToPerson: 100,
        rejected: 0,
        answerAfter: [5, 10],
        talk: [60, 120],
        wrapUp: [10, 20],
        backAfter: [300, 600],
        forgottenAfter: 1800,
      },
    },
  ],
};

/** https://github.com/twilio/twilio-taskrouter.js/issues/2 */
export const unregistered: Scenario = {
  name: 'unregistered',
  description:
    'A loop of created and canceled reservations: the application answers each with a conference, and the worker’s device is not registered.',
  workspaces: [
    {
      ...workspace,
      name: 'Front Desk',
      queues: [{ name: 'Everyone', targetWorkers: '1 == 1' }],
      workflows: [
        {
          name: 'Calls',
          reservationTimeout: 120,
          filters: [],
          defaultQueue: 'Everyone',
          assignment: 'conference',
        },
      ],
      workers: [
        {
          name: 'Ada Wren',
          activity: 'Available',
          attributes: { contact_uri: 'client:ada' },
          phone: 'unregistered',
        },
      ],
      tasks: [
        {
          workflow: 'Calls',
          queue: 'Everyone',
          channel: 'voice',
          attributes: caller('1', 'Dana Alder'),
          age: 20,
          status: 'pending',
        },
      ],
    },
  ],
};
