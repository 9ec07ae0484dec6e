import * as z from 'zod';
import { maxPostedLength } from '../../../webview/shared/protocol';
import type { TryMessage } from '../../../webview/try/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';

const Page = { instance: z.string() };

/** All that the page may post. */
const parsers: MessageParsers<TryMessage> = {
  refresh: z.object({ type: z.literal('refresh'), ...Page }),
  attributes: z.object({ type: z.literal('attributes'), ...Page, text: z.string().max(maxPostedLength) }),
  channel: z.object({ type: z.literal('channel'), ...Page, channel: z.string().max(256) }),
  pickTask: z.object({ type: z.literal('pickTask'), ...Page }),
};

export const parseTryMessage = (message: unknown): TryMessage | undefined => parseMessage(parsers, message);
