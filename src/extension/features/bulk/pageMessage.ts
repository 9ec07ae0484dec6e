import * as z from 'zod';
import type { BulkMessage } from '../../../webview/bulk/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';

const Page = { instance: z.string() };
const Index = z.int().min(0);
const simple = <const Type extends string>(type: Type) => z.object({ type: z.literal(type), ...Page });

const parsers: MessageParsers<BulkMessage> = {
  start: z.object({ type: z.literal('start'), ...Page, plan: z.int() }),
  rows: z.object({ type: z.literal('rows'), ...Page, from: Index, to: Index }),
  export: z.object({ type: z.literal('export'), ...Page, format: z.enum(['csv', 'json']) }),
  report: z.object({ type: z.literal('report'), ...Page, run: z.string().max(100) }),
  cancel: simple('cancel'),
  replan: simple('replan'),
  lookUp: simple('lookUp'),
  retry: simple('retry'),
  refresh: simple('refresh'),
};

export const parseBulkMessage = (message: unknown): BulkMessage | undefined => parseMessage(parsers, message);

const BulkMemory = z.object({ binding: z.object({ run: z.string() }) });

/** What the page saved before the window was reloaded: the ID of its run, empty for a plan. */
export const parseBulkMemory = (memory: unknown): string | undefined =>
  BulkMemory.safeParse(memory).data?.binding.run;
