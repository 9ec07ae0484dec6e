import { describeAccessibility } from '../shared/axe';
import { startTasks } from './taskPage';
import { scenes } from './scenes';

describeAccessibility('axe on the page of a task', startTasks, scenes);
