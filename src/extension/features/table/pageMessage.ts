import * as z from 'zod';
import { isSid } from '../../../taskrouter/sid';
import type { TableMessage } from '../../../webview/table/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';
import { maxQueryLength } from './savedQueries';

const Page = { instance: z.string() };
const Line = z.string().max(maxQueryLength);
const Index = z.int().min(0);
const Key = z.string().max(300);
const Sid = z.string().refine((sid) => isSid('Task', sid) || isSid('Worker', sid));
const simple = <const Type extends string>(type: Type) => z.object({ type: z.literal(type), ...Page });

const parsers: MessageParsers<TableMessage> = {
  edit: z.object({ type: z.literal('edit'), ...Page, text: Line, cursor: Index }),
  run: z.object({ type: z.literal('run'), ...Page, text: Line }),
  queries: simple('queries'),
  rows: z.object({ type: z.literal('rows'), ...Page, from: Index, to: Index }),
  hold: z.object({
    type: z.literal('hold'),
    ...Page,
    held: z.object({ key: z.string().max(2000), index: Index }).optional(),
  }),
  sort: z.object({ type: z.literal('sort'), ...Page, column: Key }),
  column: z.object({ type: z.literal('column'), ...Page, key: Key, isShown: z.boolean() }),
  resize: z.object({ type: z.literal('resize'), ...Page, key: Key, width: z.number().min(1).max(5000) }),
  group: z.object({
    type: z.literal('group'),
    ...Page,
    by: z.enum(['workspace', 'queue', 'status', 'worker', 'activity']).optional(),
  }),
  toggleGroup: z.object({ type: z.literal('toggleGroup'), ...Page, key: z.string().max(2000) }),
  open: z.object({
    type: z.literal('open'),
    ...Page,
    sid: Sid,
  }),
  select: z.object({ type: z.literal('select'), ...Page, sid: Sid, fromSid: Sid.optional() }),
  selectAll: z.object({ type: z.literal('selectAll'), ...Page, readsRest: z.boolean() }),
  selectNone: simple('selectNone'),
  act: z.object({
    type: z.literal('act'),
    ...Page,
    action: z.enum(['cancel', 'complete', 'priority', 'activity']),
  }),
  end: z.object({ type: z.literal('end'), ...Page, sid: Sid.optional() }),
  copy: z.object({ type: z.literal('copy'), ...Page, format: z.enum(['csv', 'json']) }),
  export: simple('export'),
  refresh: simple('refresh'),
  cancel: simple('cancel'),
  continue: simple('continue'),
};

export const parseTableMessage = (message: unknown): TableMessage | undefined =>
  parseMessage(parsers, message);

const TableMemory = z.object({
  binding: z.object({
    accountId: z.string(),
    workspaceSid: z
      .string()
      .refine((sid) => isSid('Workspace', sid))
      .optional(),
    noun: z.literal('Worker').optional(),
  }),
  query: Line,
});

/** What the page saved before the window was reloaded; undefined when the page did not save it. */
export const parseTableMemory = (memory: unknown): z.output<typeof TableMemory> | undefined =>
  TableMemory.safeParse(memory).data;
