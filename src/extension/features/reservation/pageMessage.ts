import * as z from 'zod';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructions } from '../../../taskrouter/instructions';
import { isSid } from '../../../taskrouter/sid';

const names = instructions.map(({ name }) => name) as [InstructionName, ...InstructionName[]];
const Value = z.union([z.string().max(4096), z.array(z.string().max(64)).max(32)]);

const Instruction = z.enum(names);
const Numbered = { number: z.number().int().nonnegative(), instruction: Instruction };

/** All that the page may say. It cannot name a command, a URL, or an account. */
export const PageMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('choose'), ...Numbered }),
  z.object({ type: z.literal('set'), ...Numbered, key: z.string().max(64), value: Value.optional() }),
  z.object({ type: z.literal('send'), ...Numbered }),
  z.object({ type: z.literal('copy'), preview: z.string().max(64) }),
  z.object({ type: z.literal('edit'), preview: z.string().max(64) }),
  z.object({ type: z.literal('refresh') }),
  z.object({ type: z.literal('presets') }),
  z.object({ type: z.literal('pick'), instruction: Instruction, key: z.string().max(64) }),
  z.object({ type: z.literal('explain') }),
  z.object({ type: z.literal('next') }),
]);
export type PageMessage = z.output<typeof PageMessage>;

/** What the page kept over a reload of the window. */
export const KeptByPage = z.object({
  binding: z.object({
    accountId: z.string(),
    workspaceSid: z.string().refine((sid) => isSid('Workspace', sid)),
    parentSid: z.string().refine((sid) => isSid('Task', sid) || isSid('Worker', sid)),
    sid: z.string().refine((sid) => isSid('Reservation', sid)),
  }),
  chosen: Instruction,
  values: z.partialRecord(Instruction, z.record(z.string(), Value)),
});
