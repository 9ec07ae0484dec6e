import * as resources from '../../taskrouter/resources';
import type { ListRef } from './listRef';
import type { WorkspacePlace } from './target';

/** Highest priority first, then oldest: the order in which TaskRouter offers them. */
export const openTaskFilters = {
  assignmentStatus: ['pending', 'reserved', 'assigned', 'wrapping'],
  ordering: 'Priority:desc,DateCreated:asc',
} as const;
const finishedTaskFilters = {
  assignmentStatus: ['canceled', 'completed'],
  ordering: 'DateCreated:desc',
} as const;

const tasksWith =
  (filters: NonNullable<ListRef['filters']>) =>
  ({ accountId, workspaceSid }: WorkspacePlace): ListRef => ({
    accountId,
    collection: resources.tasks,
    parents: [workspaceSid],
    filters,
  });

/** The tasks of a workspace that are not finished. */
export const openTasks = tasksWith(openTaskFilters);
/** The tasks that TaskRouter has not removed yet, five minutes after they were canceled or completed. */
export const finishedTasks = tasksWith(finishedTaskFilters);

export const isOfFinishedTasks = ({ filters }: ListRef): boolean => filters === finishedTaskFilters;
