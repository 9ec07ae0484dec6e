import * as z from 'zod';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructions } from '../../../taskrouter/instructions';
import { isSid } from '../../../taskrouter/sid';
import type { FormMessage } from '../../../webview/reservation/protocol';
import { maxPostedLength } from '../../../webview/shared/protocol';
import type { MessageParsers } from '../../display/pageConnection';
import { parseMessage } from '../../display/pageConnection';

const Instruction = z.enum(instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]]);
const Text = z.string().max(maxPostedLength);
const Value = z.union([Text, z.array(Text).max(64)]);
const Name = z.string().max(64);

const Page = { instance: z.string() };
const Numbered = { ...Page, number: z.number().int().nonnegative(), instruction: Instruction };

/** All that the page may post. It cannot name a command, a URL, or an account. */
const parsers: MessageParsers<FormMessage> = {
  choose: z.object({ type: z.literal('choose'), ...Numbered }),
  set: z.object({ type: z.literal('set'), ...Numbered, key: Name, value: Value.optional() }),
  send: z.object({ type: z.literal('send'), ...Numbered }),
  copy: z.object({ type: z.literal('copy'), ...Page, preview: Name }),
  edit: z.object({ type: z.literal('edit'), ...Page, preview: Name }),
  presets: z.object({ type: z.literal('presets'), ...Page }),
  pick: z.object({ type: z.literal('pick'), ...Page, instruction: Instruction, key: Name }),
  explain: z.object({ type: z.literal('explain'), ...Page }),
  next: z.object({ type: z.literal('next'), ...Page }),
  another: z.object({ type: z.literal('another'), ...Page }),
  refresh: z.object({ type: z.literal('refresh'), ...Page }),
};

export const parseFormMessage = (message: unknown): FormMessage | undefined => parseMessage(parsers, message);

const FormMemory = z.object({
  binding: z.object({
    accountId: z.string(),
    workspaceSid: z.string().refine((sid) => isSid('Workspace', sid)),
    parentSid: z.string().refine((sid) => isSid('Task', sid) || isSid('Worker', sid)),
    sid: z.string().refine((sid) => isSid('Reservation', sid)),
  }),
  chosen: Instruction,
  values: z.partialRecord(Instruction, z.record(z.string(), Value)),
});

/** What the page saved before the window was reloaded; undefined when the page did not save it. */
export const parseFormMemory = (memory: unknown): z.output<typeof FormMemory> | undefined =>
  FormMemory.safeParse(memory).data;
