import type { PageOf, PagesOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { TaskStandIn } from './standIn';

export type OpenTask = PageOf<TaskStandIn>;
export type Tasks = PagesOf<TaskStandIn>;

export const startTasks = () => startPage('task', () => new TaskStandIn());
export const useTasks = () => usePage(startTasks);
