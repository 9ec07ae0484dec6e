import { describeAccessibility } from '../shared/axe';
import { startBulk } from './bulkPage';
import { scenes } from './scenes';

describeAccessibility('axe on the page of a bulk action', startBulk, scenes);
