import { message } from '../taskrouter/message';
import type { Note } from './explanation';
import { permissionFor } from './facts';
import type { ExplanationFacts } from './facts';
import { incompleteListMessages } from './freshness';
import { certainty } from './texts';

/** What was not read, and which permission would let it be read. */
export function notesOf({ unread, incomplete = [], events, eventsSince, task }: ExplanationFacts): Note[] {
  const notRead = unread.map(({ part, reason }): Note => {
    const permission = permissionFor[part];
    if (reason === 'not found') {
      const missing = message('Twilio found no {part} of this task with these credentials.', { part });
      return { kind: 'not read', part, permission, message: missing };
    }
    if (reason === 'malformed SID') {
      const malformed = message('Reading {part} was not possible: TaskRouter gave a SID that is malformed.', {
        part,
      });
      return { kind: 'not read', part, message: malformed };
    }
    return reason === 'permission'
      ? {
          kind: 'not read',
          part,
          permission,
          message: message('The credentials do not allow reading {part}: the API key needs {permission}.', {
            part,
            permission,
          }),
        }
      : { kind: 'not read', part, message: message('Reading {part} failed.', { part }) };
  });
  // Of two lists of one part, each can lack the same.
  const limits = certainty(incomplete.flatMap(incompleteListMessages)).because;
  const notes = [...notRead, ...limits.map((text): Note => ({ kind: 'limit', message: text }))];
  const created = task?.date_created?.getTime();
  if (events && eventsSince !== undefined && (created === undefined || eventsSince > created)) {
    const limit = message('Only Events since {time} were read.', {
      time: new Date(eventsSince).toISOString(),
    });
    return [...notes, { kind: 'limit', message: limit }];
  }
  return notes;
}
