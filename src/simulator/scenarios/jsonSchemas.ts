import * as z from 'zod';
import { Scenario } from './scenario';
import { FaultsFile } from './scenarioFile';

/** What stands in media/schemas/, by the file's name; `npm run schemas` writes it. */
export const schemas = {
  'simulator-scenario': () => jsonSchema(Scenario, 'A scenario of the TaskRouter simulator'),
  'simulator-faults': () => jsonSchema(FaultsFile, 'Faults of the TaskRouter simulator'),
} as const;

const jsonSchema = (schema: z.ZodType, title: string) => ({
  title,
  ...z.toJSONSchema(schema, {
    io: 'input',
    // The newest that editors know well.
    target: 'draft-7',
    override: ({ jsonSchema: one }) => {
      if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
      if (one.minimum === Number.MIN_SAFE_INTEGER) delete one.minimum;
    },
  }),
});
