import { listAccounts, requests } from './accounts';
import { explainTask, taskTimeline } from './explainTask';
import { findTasks, findWorkers } from './find';
import { openReservations } from './openReservations';
import { prepareActivity, prepareInstruction, prepareTask } from './prepare';
import { routeTest } from './routeTest';
import type { Tool } from './tool';
import { workflow } from './workflow';

/** Every tool, in the order in which models and people see them. */
export const tools: readonly Tool[] = [
  findTasks,
  findWorkers,
  openReservations,
  explainTask,
  taskTimeline,
  workflow,
  routeTest,
  listAccounts,
  requests,
  prepareInstruction,
  prepareTask,
  prepareActivity,
];
