import { account } from '../shared/standIn';
import { sampleNow } from './standIn';
import type { OpenBulk } from './bulkPage';

const show =
  (change: Partial<OpenBulk['extension']>) =>
  async (bulk: OpenBulk): Promise<void> => {
    await bulk.extension.change(change);
    await bulk.page.getByRole('listitem').nth(3).waitFor();
  };

/** What the page can look like. */
export const scenes: Readonly<Record<string, (bulk: OpenBulk) => Promise<void>>> = {
  reading: show({ stage: 'reading' }),
  planned: show({ stage: 'planned' }),
  production: show({
    stage: 'planned',
    onAccount: { ...account, kind: 'twilio', name: 'Acme', environment: 'production' },
  }),
  'read-only': show({
    stage: 'planned',
    onAccount: { ...account, kind: 'twilio', environment: 'staging', readOnly: true },
  }),
  running: show({ stage: 'running' }),
  ended: show({ stage: 'ended', retries: [{ id: '2', startedAt: sampleNow - 60_000 }] }),
  'looking up': show({ stage: 'looking up' }),
  'looked up': show({ stage: 'looked up' }),
  elsewhere: show({ stage: 'interrupted' }),
};
