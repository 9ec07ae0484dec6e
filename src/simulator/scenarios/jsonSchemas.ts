import * as z from 'zod';
import { Scenario } from './scenario';
import { FaultsFile } from './scenarioFile';

/** The schemas in media/schemas/, by file name; `npm run schemas` writes them. */
export const schemas = {
  'simulator-scenario': () => jsonSchema(Scenario, 'A scenario of the TaskRouter simulator'),
  'simulator-faults': () => jsonSchema(FaultsFile, 'Faults of the TaskRouter simulator'),
} as const;

const jsonSchema = (schema: z.ZodType, title: string) => ({
  title,
  ...z.toJSONSchema(schema, {
    io: 'input',
    // The newest draft that editors support well.
    target: 'draft-7',
    override: ({ jsonSchema: one }) => {
      if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
      if (one.minimum === Number.MIN_SAFE_INTEGER) delete one.minimum;
    },
  }),
});
