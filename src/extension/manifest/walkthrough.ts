import type { CommandId, FirstStep } from '../contributions';

interface Step {
  readonly title: string;
  readonly text: string;
  /** The button, and what it runs. */
  readonly button: readonly [text: string, command: CommandId];
  /** What completes it: all of these. */
  readonly reached: readonly FirstStep[];
  /** What the picture shows. */
  readonly picture: string;
}

const steps: Readonly<Record<string, Step>> = {
  simulate: {
    title: 'Open the simulated contact center',
    text: 'A **task** is something a customer waits for: a call, a chat, a ticket. **Workers** are the people who take tasks. The simulated contact center has both. It runs inside this window, needs no Twilio account and never places a call.',
    button: ['Explore with a Simulated Account', 'taskrouter.account.simulate'],
    reached: ['simulated'],
    picture: 'The Workspaces view with the tasks of a workspace',
  },
  accept: {
    title: 'Accept a reservation',
    text: 'A **reservation** offers one task to one worker for a limited time. Live Reservations lists all open ones, soonest deadline first. Point at a pending one and select the check mark, or choose one from a list.',
    button: ['Accept a Reservation', 'taskrouter.reservation.accept'],
    reached: ['accepted'],
    picture: 'The Live Reservations view with the time left for each reservation',
  },
  explain: {
    title: 'See why a task waits',
    text: 'Select a task. Its page says what it waits for: the filter of the workflow that it matched, the queue it is in, and what keeps each worker from being offered it.',
    button: ['Explain a Task', 'taskrouter.task.explain'],
    reached: ['explained'],
    picture: 'The page of a task that waits',
  },
  conference: {
    title: 'Send and copy an instruction',
    text: 'An **instruction** tells TaskRouter what to do with a reservation: accept it, call the worker, start a conference. Send a conference from the form of a pending reservation, then copy the request as code for your application.',
    button: ['Start a Conference', 'taskrouter.reservation.conference'],
    reached: ['conference', 'copied'],
    picture: 'The form of a reservation with the request as code',
  },
  signIn: {
    title: 'Sign in',
    text: 'Use an API key (recommended) or an Auth Token. Secrets stay in the secret storage of VS Code. A production account asks before every change; a read-only account blocks all changes. You can also connect to a TaskRouter on this machine.',
    button: ['Sign In to Twilio', 'taskrouter.account.signIn'],
    reached: ['signedIn'],
    picture: 'The question for the API key SID or Account SID',
  },
};

export const walkthroughId = 'firstSteps';

/** VS Code shows it under Welcome: Open Walkthrough…; a step completes when its context keys are set. */
export const walkthroughs = (localizable: (text: string) => string) => [
  {
    id: walkthroughId,
    title: localizable('Get Started with TaskRouter'),
    description: localizable('See who waits and why, and act on reservations.'),
    steps: Object.entries(steps).map(([id, { title, text, button, reached, picture }]) => ({
      id,
      title: localizable(title),
      description: localizable(`${text}\n[${button[0]}](command:${button[1]})`),
      completionEvents: [`onContext:${reached.map((step) => `taskrouter.reached.${step}`).join(' && ')}`],
      media: {
        image: {
          dark: `media/walkthrough/${id}-dark.png`,
          light: `media/walkthrough/${id}-light.png`,
          hc: `media/walkthrough/${id}-dark.png`,
          hcLight: `media/walkthrough/${id}-light.png`,
        },
        altText: localizable(picture),
      },
    })),
  },
];
