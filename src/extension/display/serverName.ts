import type { Message } from '../../taskrouter/message';
import { message } from '../../taskrouter/message';
import { isLoopbackOrigin } from '../../taskrouter/origin';
import { simulator } from '../accounts/account';

/** A TaskRouter as the beginning of a sentence. `server` is as `serverOf` gives it; undefined when it is not known. */
export function serverName(server: string | undefined): Message {
  if (server === undefined) return message('TaskRouter');
  if (server === simulator) return message('The simulator');
  if (!isLoopbackOrigin(server)) return message('Twilio');
  return message('The local TaskRouter at {host}', { host: new URL(server).host });
}
