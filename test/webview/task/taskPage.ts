import assert from 'node:assert/strict';
import { startPages } from '../shared/pages';
import type { OpenOptions, OpenPage } from '../shared/pages';
import { TaskStandIn } from './standIn';

/** The page of a task in a browser, with its stand-in for the extension. */
export interface OpenTask extends OpenPage {
  readonly extension: TaskStandIn;
}

export interface Tasks {
  open(options?: OpenOptions & { readonly prepare?: (extension: TaskStandIn) => void }): Promise<OpenTask>;
}

export async function startTasks(): Promise<Tasks> {
  const pages = await startPages('task');
  return {
    async open({ prepare, ...options } = {}) {
      const extension = new TaskStandIn();
      prepare?.(extension);
      return Object.assign(await pages.open(extension, options), { extension });
    },
  };
}

type Open = (prepare?: (extension: TaskStandIn) => void, options?: OpenOptions) => Promise<OpenTask>;

/** For the tests of one describe: opens the page, and after each test asserts that it ran without errors. */
export function useTasks(): Open {
  let tasks: Tasks;
  let task: OpenTask;
  before(async () => {
    tasks = await startTasks();
  });
  afterEach(async () => {
    assert.deepEqual(await task.violations(), []);
    await task.close();
  });
  return async (prepare, options) => {
    task = await tasks.open({ ...options, ...(prepare ? { prepare } : {}) });
    return task;
  };
}
