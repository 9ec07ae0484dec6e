import { emptySetup } from '../../../src/extension/features/callbacks/setup';
import { account } from '../shared/standIn';
import type { OpenCallbacks } from './callbacksPage';
import type { Answered } from './standIn';
import { assignment, callsOf } from './standIn';

const show =
  (change: Partial<OpenCallbacks['extension']>) =>
  async (bench: OpenCallbacks): Promise<void> => {
    await bench.extension.change(change);
    await bench.page.getByRole('heading', { level: 1 }).waitFor();
  };

const answered =
  (...names: readonly Answered[]) =>
  async (bench: OpenCallbacks): Promise<void> => {
    bench.extension.answer(...names);
    await bench.extension.change({});
    await bench.page.getByRole('region', { name: 'Body' }).first().waitFor();
  };

const attributes = JSON.stringify(JSON.parse(assignment(3).taskAttributes), null, 2);
const twilio = { ...account, kind: 'twilio', name: 'Acme', environment: 'production' } as const;

/** What the page can look like. */
export const scenes: Readonly<Record<string, (bench: OpenCallbacks) => Promise<void>>> = {
  empty: show({
    calls: [],
    chosen: undefined,
    isDelivering: false,
    setup: emptySetup,
  }),
  'wrong URL': show({
    ...{ calls: [], chosen: undefined, isDelivering: false },
    setup: {
      url: 'https://203.0.113.7/assignment',
      fallbackUrl: 'localhost:3000',
      signedUrl: 'mailto:a',
      eventUrl: '',
      eventsFilter: 'reservation created',
    },
  }),
  delivering: show({}),
  running: show({
    calls: [{ id: '99', assignment: assignment(4), at: 0, isReplay: false }, ...callsOf(4)],
    chosen: '99',
  }),
  suggested: show({
    ...{ calls: [], chosen: undefined, isDelivering: false, setup: emptySetup },
    suggestions: [
      { folder: 'desk', setup: { ...emptySetup, url: 'http://localhost:3000/assignment' } },
      { folder: 'reports', problem: 'it is not JSON' },
    ],
  }),
  events: async (bench) => {
    bench.extension.report();
    await bench.extension.change({});
    await bench.page.getByText('Event callback', { exact: true }).first().waitFor();
  },
  mistakes: answered('wrong values'),
  typo: answered('typo'),
  fallback: answered('html', 'correct'),
  replay: show({ replay: { id: '1', assignment: assignment(3), attributes: attributes.replace('{', '{,') } }),
  live: show({
    ...{ onAccount: twilio, isSigned: false, isDelivering: false, calls: [], chosen: undefined },
    replay: { id: '1', assignment: assignment(3), attributes },
  }),
};
