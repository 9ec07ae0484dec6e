import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import { isHttpUrl } from './loopback';

/** How a text that is not an http or https URL becomes one; undefined where that cannot be told. */
export function urlHint(text: string): Message | undefined {
  if (isHttpUrl(text)) return undefined;
  const [, port] = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text) ?? [];
  if (Number(port) > 65_535) return message('A port is at most 65535, not {port}.', { port: port! });
  const isHost = /^(?:[a-z\d.-]+|\[[\da-f:]+\])(?::\d+)?(?:[/?#]|$)/i.test(text);
  const url = `http://${text}`;
  return isHost && isHttpUrl(url) ? message('Did you mean {url}?', { url }) : undefined;
}
