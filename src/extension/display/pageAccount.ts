import type { PageAccount } from '../../webview/shared/protocol';
import type { Account } from '../accounts/account';
import { environmentName } from './environmentName';
import { plain } from './safeText';

/** The account as the head of a page shows it. */
export const pageAccount = ({ name, kind, environment, readOnly }: Account): PageAccount => ({
  name: plain(name),
  ...(kind === 'simulated'
    ? { simulated: true }
    : {
        simulated: false,
        environment: { name: environment, text: environmentName({ kind, environment }) },
        readOnly,
      }),
});
