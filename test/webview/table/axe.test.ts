import { describeAccessibility } from '../shared/axe';
import { startTables } from './tablePage';
import { scenes } from './scenes';

describeAccessibility('axe on the table of tasks', startTables, scenes);
