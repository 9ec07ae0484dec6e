import type { JsonPath } from '../../routing/workflow/configuration';
import type { WorkflowPlan } from './scenario';

type Filters = NonNullable<WorkflowPlan['filters']>;
type TargetPlan = NonNullable<Filters[number]['targets']>[number];
type Json = Record<string, unknown>;

/** A plan's workflow in Twilio's format. `queueSid` gives the SID of a queue's name. */
export function configurationOf(plan: WorkflowPlan, queueSid: (name: string) => string): string {
  if (plan.configuration) return JSON.stringify(withQueueSids(plan.configuration, queueSid));
  const target = ({
    queue,
    orderBy,
    skipIf,
    knownWorkerSid,
    knownWorkerFriendlyName,
    ...rest
  }: TargetPlan) => ({
    queue: queue === undefined ? undefined : queueSid(queue),
    ...rest,
    order_by: orderBy,
    skip_if: skipIf,
    known_worker_sid: knownWorkerSid,
    known_worker_friendly_name: knownWorkerFriendlyName,
  });
  const otherwise =
    plan.defaultFilter ?? (plan.defaultQueue === undefined ? undefined : { queue: plan.defaultQueue });
  return JSON.stringify({
    task_routing: {
      filters: (plan.filters ?? []).map(({ name, expression, targets, ...only }) => ({
        filter_friendly_name: name,
        expression,
        targets: (targets ?? [only]).map(target),
      })),
      default_filter: otherwise && target(otherwise),
    },
  });
}

/** Only this key names queues, in targets and in the default filter. */
function withQueueSids(value: unknown, queueSid: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => withQueueSids(one, queueSid));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Json).map(([key, one]) => [
      key,
      key === 'queue' && typeof one === 'string' ? queueSid(one) : withQueueSids(one, queueSid),
    ]),
  );
}

/** The path in the plan of a path in its configuration. */
export function planPath(plan: WorkflowPlan, path: JsonPath): PropertyKey[] {
  if (plan.configuration) return ['configuration', ...path];
  const camel = (key: string | number) =>
    typeof key === 'string' ? key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) : key;
  const [, section, filter, targets, target, ...rest] = path;
  if (section === 'default_filter') return ['defaultFilter', ...path.slice(2).map(camel)];
  if (targets !== 'targets') return path.slice(1).map(camel);
  const hasTargets = plan.filters?.[filter as number]?.targets !== undefined;
  return ['filters', filter!, ...(hasTargets ? ['targets', target!] : []), ...rest.map(camel)];
}
