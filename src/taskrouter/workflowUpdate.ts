import { compact, formatted } from './attributesMerge';
import type { Message } from './message';
import { message } from './message';
import type { PreparedUpdate, ShownResource } from './preparedUpdate';
import { prepareUpdate } from './preparedUpdate';
import type { TaskRouterRequest } from './requests';
import { fetchRequest, updateRequest } from './requests';
import { workflows } from './resources';

export interface NewConfiguration {
  /** JSON without white space between its tokens: that counts for the limit of a megabyte. */
  readonly configuration: string;
  /** Pending tasks enter the new configuration; otherwise they stay in the one by which they were routed before. */
  readonly reEvaluates: boolean;
  /** What TaskRouter will refuse, as sentences. */
  readonly problems?: readonly Message[];
  readonly lines: ChangedLines;
}

export interface ChangedLines {
  readonly added: number;
  readonly removed: number;
}

/** How many lines of indented JSON are in one of them only. */
export function changedLines(before: string, after: string): ChangedLines {
  const counts = new Map<string, number>();
  const count = (text: string, by: number) => {
    for (const line of formatted(text).split('\n')) {
      // A comma comes and goes with the lines behind.
      const key = line.trim().replace(/,$/, '');
      counts.set(key, (counts.get(key) ?? 0) + by);
    }
  };
  count(before, -1);
  count(after, 1);
  let [added, removed] = [0, 0];
  for (const difference of counts.values()) {
    if (difference > 0) added += difference;
    else removed -= difference;
  }
  return { added, removed };
}

/**
 * Replaces a workflow's configuration. TaskRouter takes no If-Match for it.
 * https://www.twilio.com/docs/taskrouter/api/workflow#update-a-workflow-resource
 */
export function setConfiguration(
  workflow: ShownResource,
  { configuration, reEvaluates, problems = [], lines }: NewConfiguration,
): PreparedUpdate {
  const { sids, name } = workflow;
  return prepareUpdate(workflow, {
    request: updateRequest(workflows, sids, [
      // First: a configuration is long, and what comes after it is cut off where the request is shown.
      ...(reEvaluates ? ([['ReEvaluateTasks', 'true']] as const) : []),
      ['Configuration', configuration],
    ]),
    title: message('Save Workflow'),
    label: message('Workflow'),
    question: message('Save the workflow {name} (lines: +{added} −{removed})', {
      ...{ name, added: lines.added, removed: lines.removed },
    }),
    statusField: 'date_updated',
    statusLabel: message('Last change'),
    unchanged: ['configuration'],
    warnings: problems.map((problem) => message('TaskRouter will refuse this: {problem}', { problem })),
    settlesAs: (row) => isSame(row['configuration'], configuration),
    describe: (row) => describe(isSame(row['configuration'], configuration), reEvaluates),
  });
}

function describe(isSaved: boolean, reEvaluates: boolean): Message {
  if (!isSaved) return message('The workflow has been changed again.');
  return reEvaluates
    ? message('Workflow saved. Pending tasks are routed by it.')
    : message('Workflow saved.');
}

/** Whether these are the same configuration, whatever their white space. */
export const isSame = (one: unknown, other: string): boolean => {
  if (one === other) return true;
  try {
    return typeof one === 'string' && compact(one) === compact(other);
  } catch {
    return false;
  }
};

/**
 * How many tasks a workflow has in each status. https://www.twilio.com/docs/taskrouter/api/workflow-statistics
 * @throws TypeError for a SID of the wrong kind or shape
 */
export function workflowStatisticsRequest(sids: readonly string[]): TaskRouterRequest {
  const workflow = fetchRequest(workflows, sids);
  return { ...workflow, path: `${workflow.path}/RealTimeStatistics` };
}
