import { assertAccessible } from '../shared/axe';
import { themes } from '../shared/pages';
import type { Theme } from '../shared/pages';
import { scenes } from './scenes';
import { startTasks } from './taskPage';
import type { Tasks } from './taskPage';

describe('axe on the page of a task', function () {
  this.timeout(60_000);

  let tasks: Tasks;
  before(async () => {
    tasks = await startTasks();
  });
  after(() => tasks.close());

  for (const theme of Object.keys(themes) as Theme[]) {
    for (const [name, prepare] of Object.entries(scenes)) {
      it(`finds nothing in ${theme}, ${name}`, async () => {
        const task = await tasks.open({ theme });
        await prepare(task);
        await task.nextFrame();
        await assertAccessible(task);
        await task.page.context().close();
      });
    }
  }
});
