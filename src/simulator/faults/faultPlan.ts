import * as z from 'zod';

const seconds = z.number().min(0);
const count = z.int().min(1);
const url = z.url({ protocol: /^https?$/ });
const carriedOut = z
  .boolean()
  .optional()
  .describe('Whether the request has its effect before the fault strikes. False when absent.');

/** Which requests a fault strikes. All that is given must hold; nothing given means every request. */
const which = {
  on: z
    .string()
    .regex(/^(([A-Z]+)(\|[A-Z]+)*)?(( |^)\S+)?$/, 'must be like "POST Tasks/*/Reservations/*"')
    .optional()
    .describe(
      'A method, a path, or both: "GET", "Tasks/*", "GET|POST /v1/Workspaces". In a path * is one segment and ** any number; a path that does not begin with / is compared with the end of the request’s.',
    ),
  skip: count.optional().describe('How many requests that match come through before the first is struck.'),
  every: count.optional().describe('Of those that match, only every so many-th is struck.'),
  chance: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How likely a request that matches is struck. The seed decides.'),
  times: count.optional().describe('How often the fault strikes at most.'),
  between: z
    .tuple([seconds, seconds])
    .optional()
    .describe('Strikes only between these seconds since the start, by the simulator’s clock.'),
};

const fault = <Do extends string, Shape extends z.core.$ZodShape>(
  name: Do,
  description: string,
  shape: Shape,
) => z.strictObject({ do: z.literal(name), ...which, ...shape }).describe(description);

/** Something that goes wrong between a client and TaskRouter, as plain data. */
export const FaultPlan = z.discriminatedUnion(
  'do',
  [
    fault('wait', 'The answer takes longer. Waits add up; of other faults the first one strikes.', {
      ms: z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]),
      carriedOut: carriedOut.describe(
        'Whether the request is carried out before the wait, so that its answer is old when it comes. False when absent.',
      ),
    }),
    fault('refuse', 'An error as Twilio gives it, or as something in front of Twilio does.', {
      status: z.int().min(400).max(599),
      code: z.int().optional().describe('Twilio’s number; 20000 plus the status when absent.'),
      message: z.string().optional(),
      retryAfter: z.union([seconds, z.string()]).optional().describe('The Retry-After header.'),
      body: z.enum(['json', 'html', 'empty']).optional().describe('Twilio’s JSON when absent.'),
      carriedOut,
    }),
    fault('reset', 'The connection is reset before any byte of an answer.', { carriedOut }),
    fault('stall', 'The connection stays open, and no more bytes come.', {
      after: z
        .enum(['nothing', 'half'])
        .optional()
        .describe('How much of the answer comes. Nothing when absent.'),
      carriedOut: carriedOut.describe('Half an answer always means that the request was carried out.'),
    }),
    fault('truncate', 'Half of the body, then the connection is closed.', {}),
    fault('malform', 'A complete answer whose JSON ends in the middle.', {}),
    fault('portal', 'The page of a captive portal or proxy, with status 200.', {
      type: z.string().optional().describe('Its Content-Type. text/html when absent.'),
    }),
    fault('bomb', 'A small gzip body that unpacks to many megabytes of JSON.', {
      megabytes: z.int().min(1).max(1000).optional().describe('200 when absent.'),
    }),
    fault('redirect', 'A redirect to elsewhere.', {
      status: z
        .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
        .optional(),
      to: url.optional().describe('https://elsewhere.example and the same path when absent.'),
    }),
    fault('nextPage', 'A list says that there is another page, and names a wrong address for it.', {
      as: z
        .enum(['foreign', 'otherPath', 'loop', 'noToken', 'malformed'])
        .describe(
          'foreign: on another host; otherPath: another list; loop: the page itself again; noToken: without its PageToken; malformed: no URL.',
        ),
    }),
    fault('stale', 'A read is answered as the same read was the first time.', {}),
    fault('drift', 'Resources, alone or in lists, in a shape that nobody expects.', {
      set: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Fields and the values that they get: an unknown status, a wrong type, a new field.'),
      remove: z.array(z.string()).optional().describe('Fields that are missing.'),
      row: z.int().min(0).optional().describe('Only this row of a list. Every row when absent.'),
    }),
  ],
  {
    error:
      'must be one of wait, refuse, reset, stall, truncate, malform, portal, bomb, redirect, nextPage, stale, drift',
  },
);

/** Data that nobody changes. */
export type Plain<T> = T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
export type FaultPlan = Plain<z.output<typeof FaultPlan>>;
export type FaultOf<Do extends FaultPlan['do']> = Extract<FaultPlan, { readonly do: Do }>;
