import type { Message } from '../taskrouter/message';
import type { AssignmentTarget, DeliveryOptions } from './deliver';
import { decisiveAnswer, deliverAssignment } from './deliver';
import type { Recording } from './recording';
import { compareAnswer, parametersOf } from './recording';

/** What became of a recorded assignment that was sent to an application. */
export interface RecordingCheck {
  readonly milliseconds: number;
  /** Whether TaskRouter takes what came back as an answer. */
  readonly isAnswered: boolean;
  /** How the answer differs from the expected one, or why there is none; empty when all is as expected. */
  readonly differences: readonly {
    /** Where in the answer, such as `$.from`; the URL where there is none. */
    readonly at: string;
    readonly message: Message;
  }[];
  /** The body that came back. */
  readonly body: string;
}

/** Sends a recorded assignment to an application on this machine, and compares its answer with the recorded one. */
export async function checkRecording(
  recording: Recording,
  target: AssignmentTarget,
  options: DeliveryOptions,
): Promise<RecordingCheck> {
  const delivery = await deliverAssignment(target, parametersOf(recording), options);
  const answer = decisiveAnswer(delivery);
  const { url, milliseconds, response } = delivery.attempts.at(-1)!;
  const isAnswered = answer.consequence !== 'cancels the reservation';
  const differences = isAnswered
    ? compareAnswer(recording, answer).map(({ path, message }) => ({ at: path, message }))
    : answer.problems.map(({ message }) => ({ at: withoutSecrets(url), message }));
  return { milliseconds, isAnswered, differences, body: response?.body ?? '' };
}

/** The address without its user, password and query, any of which may be a secret. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.origin}${parsed.pathname}` : '';
}
