import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import type { FailureKind } from './loopback';

export const failureTexts: Readonly<Record<FailureKind, Message>> = {
  'invalid URL': message('This is not an http or https URL.'),
  'not on this machine': message(
    'Not sent: callbacks only go to this machine, and this URL leads elsewhere.',
  ),
  'unknown name': message('Not sent: the host name could not be resolved.'),
  refused: message('The connection was refused. Is the application running on this port?'),
  reset: message('The application closed the connection before it answered.'),
  'timed out': message('No complete answer in time.'),
  'untrusted certificate': message(
    'The certificate is not trusted, and Twilio would not connect either. Use http, or set NODE_EXTRA_CA_CERTS.',
  ),
  'not HTTP': message(
    'The answer is not valid HTTP. Check the scheme and the port, and the headers for control characters.',
  ),
  'half a body': message('The connection broke off in the middle of the body.'),
  'too large': message('The body is larger than 64 kB.'),
  'too large headers': message('The headers are larger than 16 kB.'),
  'no connection': message('The application could not be reached.'),
};
