import { describeAccessibility } from '../shared/axe';
import { startCallbacks } from './callbacksPage';
import { scenes } from './scenes';

describeAccessibility('axe on the callback bench', startCallbacks, scenes);
