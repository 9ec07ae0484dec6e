import type { Scenario } from '../scenario';
import { clinic } from './clinic';
import { acme } from './acme';

/** Two workspaces with constant activity, and always some pending reservations. */
export const lively: Scenario = {
  name: 'lively',
  description: 'Two contact centers where something always happens, and something is always left to do.',
  workspaces: [acme, clinic],
};
