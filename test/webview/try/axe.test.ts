import { describeAccessibility } from '../shared/axe';
import { scenes } from './scenes';
import { startTries } from './tryPage';

describeAccessibility('axe on the page that tries a workflow', startTries, scenes);
