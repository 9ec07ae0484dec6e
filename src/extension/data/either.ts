import { setMaxListeners } from 'node:events';

/** Aborted when one of two signals is, until `end`. Not AbortSignal.any, which leaks memory on a long-lived signal. */
export function either(one: AbortSignal, other: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const both = [one, ...(other ? [other] : [])];
  if (both.some(({ aborted }) => aborted)) abort();
  for (const signal of both) signal.addEventListener('abort', abort);
  const end = () => both.forEach((signal) => signal.removeEventListener('abort', abort));
  return { signal: controller.signal, end };
}

/**
 * For reads that end together. Any number of them may listen to its signal at the same time, and each stops when it ends:
 * Node.js takes more than ten for a leak, and warns.
 */
export function sharedController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
