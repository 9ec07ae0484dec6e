import * as z from 'zod';
import type { Tool } from './tool';

/** The JSON schema of a tool's input. */
export function inputSchema({ input }: Pick<Tool, 'input'>): object {
  const schema = z.toJSONSchema(input, {
    ...{ io: 'input', target: 'draft-7' },
    override: ({ jsonSchema: one }) => {
      if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
    },
  });
  delete schema.$schema;
  return schema;
}
