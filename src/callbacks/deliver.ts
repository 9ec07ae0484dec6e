import type { Parameters } from '../taskrouter/requests';
import { encodeParameters } from '../taskrouter/requests';
import type { Answer } from './answer';
import { readAnswer } from './answer';
import type { Exchange, LoopbackOptions } from './loopback';
import { machineClock, sendToLoopback } from './loopback';
import { signatureHeader, signatureOf } from './signature';

/** Milliseconds that TaskRouter waits. https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks */
export const assignmentTimeout = 5000;
/** https://www.twilio.com/docs/taskrouter/api/event/reference */
export const eventTimeout = 15_000;

/** After so many callbacks of assignments in a row that failed or rejected, the next ones wait: each is offered again at once. */
export const maxEndedOffers = 10;

/** Where a callback goes. */
export interface CallbackTarget {
  /** On this machine. */
  readonly url: string;
  /** The public URL that the application validates; `url` when absent. */
  readonly signedUrl?: string;
}

/** Where the callbacks of assignments go. */
export interface AssignmentTarget extends CallbackTarget {
  readonly fallback?: CallbackTarget;
}

/** Where all callbacks of a workspace go. */
export interface WorkspaceTarget extends AssignmentTarget {
  /** Where those of events go; to the workspace's EventCallbackUrl when absent. */
  readonly events?: CallbackTarget & {
    /** As EventsFilter: the types of events, with commas; all when absent. */
    readonly filter?: string;
  };
}

export type DeliveryOptions = Omit<LoopbackOptions, 'timeout'> & {
  /** Without it, for an account that signed in with an API key, the callback has no signature. */
  readonly authToken?: string;
};

/** One request, and what came of it. */
export interface Attempt extends Exchange {
  readonly url: string;
  readonly signedUrl: string;
  readonly method: 'POST' | 'GET';
  readonly parameters: Parameters;
  /** Absent without an Auth Token. */
  readonly signature?: string;
  /** From the look-up of the name to the end of the body. */
  readonly milliseconds: number;
}

/** What became of the callback of one assignment. */
export interface Delivery {
  /** The first to the URL; the second, if there is one, to the fallback. */
  readonly attempts: readonly Attempt[];
  /** What each attempt's response means; the last one decides. */
  readonly answers: readonly Answer[];
}

/** The answer that decides about the reservation. */
export const decisiveAnswer = ({ answers }: Delivery): Answer => answers.at(-1)!;

/**
 * Sends one callback. An application behind a tunnel sees the public host as `Host`, and `X-Forwarded-Proto`: so it does here
 * where the signed URL is another.
 */
export async function deliver(
  target: CallbackTarget,
  parameters: Parameters,
  options: DeliveryOptions & { readonly timeout: number; readonly method?: 'POST' | 'GET' },
): Promise<Attempt> {
  const { authToken, clock = machineClock, method = 'POST' } = options;
  const query = method === 'GET' && parameters.length ? encodeParameters(parameters) : '';
  const [url, signedUrl] = [target.url, target.signedUrl ?? target.url].map((one) => withQuery(one, query));
  const signed = URL.parse(signedUrl!);
  const signature =
    authToken === undefined || !signed
      ? undefined
      : signatureOf(authToken, signedUrl!, method === 'GET' ? [] : parameters);
  const began = clock.now();
  const exchange = await sendToLoopback(
    {
      url: url!,
      method,
      headers: {
        Accept: '*/*',
        ...(method === 'POST' && {
          'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        }),
        ...(signed && url !== signedUrl && forwarded(signed)),
        ...(signature !== undefined && { [signatureHeader]: signature }),
      },
      ...(method === 'POST' && { body: encodeParameters(parameters) }),
    },
    options,
  );
  const milliseconds = clock.now() - began;
  return {
    ...{ url: url!, signedUrl: signedUrl!, method, parameters, milliseconds, ...exchange },
    ...(signature !== undefined && { signature }),
  };
}

const forwarded = ({ host, protocol }: URL) => ({ Host: host, 'X-Forwarded-Proto': protocol.slice(0, -1) });

const withQuery = (url: string, query: string): string =>
  query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;

/** Sends the callback of an assignment: to the URL, and to the fallback when the first one fails. */
export async function deliverAssignment(
  target: AssignmentTarget,
  parameters: Parameters,
  options: DeliveryOptions = {},
  /** Whether the fallback is still to be called when the first URL has failed. */
  isWanted: () => boolean = () => true,
): Promise<Delivery> {
  const send = async (to: CallbackTarget, hasFallback: boolean) => {
    const attempt = await deliver(to, parameters, { ...options, timeout: assignmentTimeout });
    return { attempt, answer: readAnswer(attempt, parameters, hasFallback) };
  };
  const all = [await send(target, target.fallback !== undefined)];
  if (target.fallback && all[0]!.answer.consequence === 'falls back' && isWanted())
    all.push(await send(target.fallback, false));
  return { attempts: all.map(({ attempt }) => attempt), answers: all.map(({ answer }) => answer) };
}
