import * as z from 'zod';
import { isSid } from '../../../taskrouter/sid';
import type { TaskMessage } from '../../../webview/task/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';

const Page = { instance: z.string() };
const TaskSid = z.string().refine((sid) => isSid('Task', sid));
const WorkerSid = z.string().refine((sid) => isSid('Worker', sid));
const ReservationSid = z.string().refine((sid) => isSid('Reservation', sid));

/** All that the page may post. A command in it is run only if the state offers it. */
const parsers: MessageParsers<TaskMessage> = {
  pin: z.object({ type: z.literal('pin'), ...Page, pinned: z.boolean() }),
  refresh: z.object({ type: z.literal('refresh'), ...Page }),
  copy: z.object({ type: z.literal('copy'), ...Page, customerData: z.boolean() }),
  openTask: z.object({ type: z.literal('openTask'), ...Page, taskSid: TaskSid }),
  openWorker: z.object({ type: z.literal('openWorker'), ...Page, workerSid: WorkerSid }),
  act: z.object({
    type: z.literal('act'),
    ...Page,
    command: z.string().max(64),
    reservationSid: ReservationSid.optional(),
  }),
  documentation: z.object({
    type: z.literal('documentation'),
    ...Page,
    pattern: z.number().int().nonnegative(),
  }),
  ask: z.object({ type: z.literal('ask'), ...Page }),
  cancelAsk: z.object({ type: z.literal('cancelAsk'), ...Page }),
  changeAccount: z.object({ type: z.literal('changeAccount'), ...Page }),
  openJson: z.object({ type: z.literal('openJson'), ...Page }),
  readCapacities: z.object({ type: z.literal('readCapacities'), ...Page }),
  saveTest: z.object({ type: z.literal('saveTest'), ...Page }),
  visible: z.object({ type: z.literal('visible'), ...Page, workerSids: z.array(WorkerSid).max(100) }),
};

export const parseTaskMessage = (message: unknown): TaskMessage | undefined => parseMessage(parsers, message);

const TaskMemory = z.object({
  binding: z.object({
    accountId: z.string(),
    workspaceSid: z.string().refine((sid) => isSid('Workspace', sid)),
    sid: z.string().refine((sid) => isSid('Task', sid) || isSid('Worker', sid)),
  }),
  pinned: z.boolean(),
  title: z.string().optional().catch(undefined),
});

/** What the page saved before the window was reloaded; undefined when the page did not save it. */
export const parseTaskMemory = (memory: unknown): z.output<typeof TaskMemory> | undefined =>
  TaskMemory.safeParse(memory).data;
