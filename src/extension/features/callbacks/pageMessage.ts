import * as z from 'zod';
import type { CallbacksMessage } from '../../../webview/callbacks/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';
import { callFilters } from './benchCall';

const Page = { instance: z.string() };
const Index = z.int().min(0);
const simple = <const Type extends string>(type: Type) => z.object({ type: z.literal(type), ...Page });
const Key = z.enum(['url', 'fallbackUrl', 'signedUrl', 'eventUrl', 'eventsFilter']);

const parsers: MessageParsers<CallbacksMessage> = {
  setup: z.object({ type: z.literal('setup'), ...Page, key: Key, value: z.string().max(2000) }),
  useSuggestion: z.object({ type: z.literal('useSuggestion'), ...Page, index: Index }),
  applySetup: simple('applySetup'),
  start: simple('start'),
  stop: simple('stop'),
  rows: z.object({ type: z.literal('rows'), ...Page, from: Index, to: Index }),
  choose: z.object({ type: z.literal('choose'), ...Page, index: Index, id: z.string().optional() }),
  filter: z.object({ type: z.literal('filter'), ...Page, filter: z.enum(callFilters) }),
  edit: z.object({ type: z.literal('edit'), ...Page, attributes: z.string().max(128 * 1024) }),
  replay: simple('replay'),
  cancelReplay: simple('cancelReplay'),
  send: simple('send'),
  openForm: simple('openForm'),
  openReservation: simple('openReservation'),
  copyOutput: simple('copyOutput'),
  saveRecording: simple('saveRecording'),
  copyCurl: z.object({ type: z.literal('copyCurl'), ...Page, attempt: Index }),
  copyToken: simple('copyToken'),
  clear: simple('clear'),
  refresh: simple('refresh'),
};

export const parseCallbacksMessage = (message: unknown): CallbacksMessage | undefined =>
  parseMessage(parsers, message);

const CallbacksMemory = z.object({
  binding: z.object({ accountId: z.string(), workspaceSid: z.string() }),
});

/** What the page saved before the window was reloaded: whose bench it was. */
export const parseCallbacksMemory = (
  memory: unknown,
): { readonly accountId: string; readonly workspaceSid: string } | undefined =>
  CallbacksMemory.safeParse(memory).data?.binding;
