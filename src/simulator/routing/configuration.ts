import * as z from 'zod';
import type { AccountState } from '../state/accountState';
import type { Step, Workflow, WorkflowFilter, Workspace } from '../state/rows';
import { BadExpression, compileOrder } from './expressions';
import { parseObject } from '../protocol/bodyParameters';
import { badRequest } from '../protocol/httpError';

/** Numbers stand as numbers or as text: Twilio's own examples have both. */
const whole = z.coerce.number().int().min(0).nullish();
const expression = z.string().nullish();
const makeSchema = () =>
  z.object({
    task_routing: z.object({
      filters: z
        .array(
          z.object({
            filter_friendly_name: expression,
            friendly_name: expression,
            expression: z.string(),
            targets: z
              .array(
                z.object({
                  queue: z.string().nullish(),
                  priority: whole,
                  timeout: whole,
                  expression,
                  order_by: expression,
                  skip_if: expression,
                }),
              )
              .min(1),
          }),
        )
        .nullish(),
      default_filter: z.object({ queue: z.string() }).nullish(),
    }),
  });
let schema: ReturnType<typeof makeSchema> | undefined;

/**
 * A workflow's rules from its configuration. https://www.twilio.com/docs/taskrouter/workflow-configuration
 * @throws HttpError when it is not JSON, has another shape, an expression cannot be read, or a queue is not there
 */
export function configured(
  account: AccountState,
  workspace: Workspace,
  configuration: string,
): Pick<Workflow, 'configuration' | 'filters' | 'defaultQueueSid'> {
  schema ??= makeSchema();
  const read = schema.safeParse(parseObject('Configuration', configuration));
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw badRequest(`Invalid Configuration: ${path.join('.')}: ${message}`);
  }
  const { filters, default_filter: otherwise } = read.data.task_routing;
  const queue = (sid: string) => {
    if (workspace.taskQueues.get(sid)) return sid;
    throw badRequest(`Invalid Configuration: there is no TaskQueue ${sid} in this Workspace.`);
  };
  return {
    configuration,
    defaultQueueSid: otherwise ? queue(otherwise.queue) : null,
    filters: (filters ?? []).map((filter): WorkflowFilter => {
      readable(account, 'Configuration', filter.expression);
      const steps: Step[] = [];
      for (const target of filter.targets) {
        // A step without a queue waits in the one of the step before it.
        const queueSid = target.queue ? queue(target.queue) : steps.at(-1)?.queueSid;
        if (queueSid === undefined) throw badRequest('Invalid Configuration: the first target has no queue.');
        for (const text of [target.expression, target.skip_if])
          readable(account, 'Configuration', text ?? '');
        if (target.order_by) parsed('Configuration', () => compileOrder(target.order_by!));
        steps.push({
          queueSid,
          ...(typeof target.priority !== 'number' ? {} : { priority: target.priority }),
          ...(typeof target.timeout !== 'number' ? {} : { timeout: target.timeout }),
          ...(target.expression ? { expression: target.expression } : {}),
          ...(target.order_by ? { orderBy: target.order_by } : {}),
          ...(target.skip_if ? { skipIf: target.skip_if } : {}),
        });
      }
      const name = filter.filter_friendly_name ?? filter.friendly_name ?? '';
      return { name, expression: filter.expression, steps };
    }),
  };
}

/** @throws HttpError for an expression that TaskRouter could not read */
export function readable(account: AccountState, name: string, expression: string): string {
  parsed(name, () => account.predicate(expression));
  return expression;
}

function parsed(name: string, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof BadExpression) throw badRequest(`${name} could not be parsed: ${error.message}`);
    throw error;
  }
}

/** The configuration that says what these rules say. */
export const configurationOf = ({
  filters,
  defaultQueueSid,
}: Pick<Workflow, 'filters' | 'defaultQueueSid'>) =>
  JSON.stringify({
    task_routing: {
      filters: filters.map(({ name, expression, steps }) => ({
        filter_friendly_name: name,
        expression,
        targets: steps.map(({ queueSid, orderBy, skipIf, ...step }) => ({
          queue: queueSid,
          ...step,
          order_by: orderBy,
          skip_if: skipIf,
        })),
      })),
      default_filter: defaultQueueSid === null ? undefined : { queue: defaultQueueSid },
    },
  });
