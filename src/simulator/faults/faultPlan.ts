import * as z from 'zod';

const seconds = z.number().min(0);
const count = z.int().min(1);
const url = z.url({ protocol: /^https?$/ });
const carriedOut = z
  .boolean()
  .optional()
  .describe('Whether the request takes effect before the fault applies. Default: false.');

/** Which requests a fault applies to: those that meet every condition; all when there is none. */
const which = {
  on: z
    .string()
    .regex(/^(([A-Z]+)(\|[A-Z]+)*)?(( |^)\S+)?$/, 'must be like "POST Tasks/*/Reservations/*"')
    .optional()
    .describe(
      'A method, a path, or both: "GET", "Tasks/*", "GET|POST /v1/Workspaces". In a path, * is one segment and ** any number of them. A path that does not begin with / matches the end of the request path.',
    ),
  skip: count.optional().describe('How many matching requests pass before the fault first applies.'),
  every: count.optional().describe('The fault applies to every n-th matching request only.'),
  chance: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The probability that the fault applies to a matching request. Depends on the seed.'),
  times: count.optional().describe('How often the fault applies at most.'),
  between: z
    .tuple([seconds, seconds])
    .optional()
    .describe('Applies only between these times, in seconds since the start by the simulator’s clock.'),
};

const fault = <Do extends string, Shape extends z.core.$ZodShape>(
  name: Do,
  description: string,
  shape: Shape,
) => z.strictObject({ do: z.literal(name), ...which, ...shape }).describe(description);

/** A failure between a client and TaskRouter, as plain data. */
export const FaultPlan = z.discriminatedUnion(
  'do',
  [
    fault('wait', 'The response is delayed. Delays add up; of the other faults only the first one applies.', {
      ms: z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]),
      carriedOut: carriedOut.describe(
        'Whether the request takes effect before the delay, so that its response is outdated on arrival. Default: false.',
      ),
    }),
    fault(
      'refuse',
      'An error response, in Twilio’s format or as a gateway in front of Twilio would write it.',
      {
        status: z.int().min(400).max(599),
        code: z.int().optional().describe('Twilio’s error code. Default: 20000 plus the status.'),
        message: z.string().optional(),
        retryAfter: z
          .union([seconds, z.string()])
          .optional()
          .describe('The value of the Retry-After header.'),
        body: z.enum(['json', 'html', 'empty']).optional().describe('Default: Twilio’s JSON.'),
        carriedOut,
      },
    ),
    fault('reset', 'The connection is reset before the first byte of the response.', { carriedOut }),
    fault('stall', 'The connection stays open without any more bytes.', {
      after: z
        .enum(['nothing', 'half'])
        .optional()
        .describe('How much of the response arrives. Default: nothing.'),
      carriedOut: carriedOut.describe('With half a response, the request has always taken effect.'),
    }),
    fault('truncate', 'The connection closes after half of the body.', {}),
    fault('malform', 'A complete response whose JSON is cut off.', {}),
    fault('portal', 'An HTML page of a captive portal or proxy, with status 200.', {
      type: z.string().optional().describe('Its Content-Type. Default: text/html.'),
    }),
    fault('bomb', 'A small gzip body that inflates to many megabytes of JSON.', {
      megabytes: z.int().min(1).max(1000).optional().describe('Default: 200.'),
    }),
    fault('redirect', 'A redirect to another address.', {
      status: z
        .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
        .optional(),
      to: url.optional().describe('Default: https://elsewhere.example with the same path.'),
    }),
    fault('nextPage', 'A list whose next_page_url is wrong.', {
      as: z
        .enum(['foreign', 'otherPath', 'loop', 'noToken', 'malformed'])
        .describe(
          'foreign: another host; otherPath: another list; loop: the same page again; noToken: without a PageToken; malformed: not a URL.',
        ),
    }),
    fault('stale', 'A read gets the response that the same read got the first time.', {}),
    fault('drift', 'Resources, alone or in lists, that do not fit their documented schema.', {
      set: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Fields and their values: an unknown status, a wrong type, a new field.'),
      remove: z.array(z.string()).optional().describe('Fields to leave out.'),
      row: z
        .int()
        .min(0)
        .optional()
        .describe('The index of the only row to change in a list. Default: every row.'),
    }),
  ],
  {
    error:
      'must be one of wait, refuse, reset, stall, truncate, malform, portal, bomb, redirect, nextPage, stale, drift',
  },
);

/** Deeply read-only data. */
export type Plain<T> = T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
export type FaultPlan = Plain<z.output<typeof FaultPlan>>;
export type FaultOf<Do extends FaultPlan['do']> = Extract<FaultPlan, { readonly do: Do }>;
