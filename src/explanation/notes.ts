import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Note } from './explanation';
import { permissionFor } from './facts';
import type { ExplanationFacts, Part, Unread } from './facts';
import { incompleteListMessages } from './freshness';

const names: Readonly<Record<Part, Message>> = {
  task: message('the task'),
  workspace: message('the workspace'),
  workflow: message('the workflow'),
  queues: message('the queues'),
  activities: message('the activities'),
  taskChannels: message('the task channels'),
  workers: message('the workers'),
  workerChannels: message('the channels of some workers'),
  reservations: message('the task’s reservations'),
  workerReservations: message('the reservations of some workers'),
  waitingTasks: message('the waiting tasks'),
  events: message('the Events'),
  offers: message('the latest offers of the workspace'),
  call: message('the task’s call'),
  alerts: message('Monitor’s alerts'),
};

/** What was not read, and which permission would let it be read. Each stands once on a page. */
export function notesOf(facts: ExplanationFacts): Note[] {
  const { unread, incomplete = [], events, eventsSince, task } = facts;
  const notRead = unread.map((one): Note => ({ kind: 'not read', part: one.part, message: unreadText(one) }));
  const limits = incomplete.flatMap((list) =>
    incompleteListMessages(list).map((text): Note => ({ kind: 'limit', part: list.part, message: text })),
  );
  const created = task?.date_created?.getTime();
  if (events && eventsSince !== undefined && (created === undefined || eventsSince > created)) {
    const time = new Date(eventsSince).toISOString();
    limits.push({
      kind: 'limit',
      part: 'events',
      message: message('Only Events since {time} were read.', { time }),
    });
  }
  return once([...notRead, ...limits]);
}

/** Those about the Events stand beside the timeline. */
export const isOfTimeline = ({ part }: Note): boolean => part === 'events';

function unreadText({ part, reason }: Unread): Message {
  const args = { part: names[part], permission: permissionFor[part] };
  switch (reason) {
    case 'permission':
      return message('The credentials do not allow reading {part}: the API key needs {permission}.', args);
    case 'not found':
      return message(
        'Twilio did not find {part} with these credentials. A restricted API key needs {permission} for it.',
        args,
      );
    case 'malformed SID':
      return message('TaskRouter returned a malformed SID, so {part} could not be read.', args);
    case 'failed':
      return message('Reading {part} failed.', args);
  }
}

/** Of two lists of one part, each can lack the same. */
function once(notes: readonly Note[]): Note[] {
  const texts = new Map(notes.map((note) => [JSON.stringify(note.message), note]));
  return [...texts.values()];
}
