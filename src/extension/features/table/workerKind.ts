import { l10n } from 'vscode';
import { workerFields } from '../../../query/fields';
import type { ListedWorker } from '../../../query/workers';
import * as resources from '../../../taskrouter/resources';
import { workerContext } from '../../display/rows';
import { firstVisible } from '../../display/safeText';
import type { Column, RowFacts } from './columns';
import { dateOf, since, text } from './columns';
import type { KindTexts, TableKind } from './tableKind';
import { workerVocabulary } from './vocabulary';
import { WorkerRun } from './workerRun';

const number = (count: number) => count.toLocaleString();

const workerTexts: KindTexts = {
  page: {
    heading: l10n.t('Workers'),
    placeholder: l10n.t('activity:break since>1h available:false attributes.languages=es'),
    query: l10n.t('Filter workers'),
    selectionActions: l10n.t('Selected workers'),
    selectionCleared: l10n.t('No workers selected'),
    table: l10n.t('Workers'),
  },
  title: (workspace = '') => l10n.t('Workers of {workspace}', { workspace }),
  sid: l10n.t('Worker SID'),
  counted: (count) =>
    count === 1 ? l10n.t('1 worker') : l10n.t('{count} workers', { count: number(count) }),
  selected: (count) =>
    count === 1 ? l10n.t('1 worker selected') : l10n.t('{count} workers selected', { count: number(count) }),
  copied: (count) =>
    count === 1 ? l10n.t('Copied 1 worker.') : l10n.t('Copied {count} workers.', { count: number(count) }),
  exported: (count) =>
    count === 1
      ? l10n.t('1 worker was exported.')
      : l10n.t('{count} workers were exported.', { count: number(count) }),
  exporting: l10n.t('Exporting workers'),
  exportFailed: (reason) => l10n.t('The workers were not exported. {reason}', { reason }),
  exportIncomplete: l10n.t(
    'The workers were not exported, because some of them could not be read. The table says why.',
  ),
  fileName: 'workers.csv',
  reading: l10n.t('Reading workers…'),
  noneSoFar: l10n.t('None of the workers read so far matches. Continue to read the rest.'),
  noMatch: l10n.t('No worker matches this filter.'),
  none: () => l10n.t('This workspace has no workers.'),
  ofOtherFilter: (filter) => l10n.t('These are still the workers of another filter: {filter}', { filter }),
  ofLastFilter: (filter) => l10n.t('Workers of the last applied filter: {filter}', { filter }),
  unreadable: (count) =>
    count === 1
      ? l10n.t('1 worker without a SID is not shown.')
      : l10n.t('{count} workers without a SID are not shown.', { count: number(count) }),
};

const availableText = ({ available }: ListedWorker): string =>
  available === undefined ? '' : available ? l10n.t('yes') : l10n.t('no');

const columns = (): readonly Column<ListedWorker>[] => [
  text<ListedWorker>('name', l10n.t('Name'), 180, ({ name }) => name),
  {
    ...text<ListedWorker>('activity', l10n.t('Activity'), 140, ({ activity }) => activity),
    cell: ({ row }) => ({
      text: firstVisible([row.activity, l10n.t('no activity')], 40),
      icon: row.available ? 'circle-large-filled' : 'circle-large',
    }),
  },
  text<ListedWorker>('available', l10n.t('Available'), 90, availableText),
  {
    ...since<ListedWorker>(
      'since',
      l10n.t('In activity for'),
      l10n.t('In activity since'),
      (row) => row.since,
    ),
    width: 135,
  },
  since<ListedWorker>('age', l10n.t('Age'), l10n.t('Created'), ({ created }) => created),
  text<ListedWorker>('sid', l10n.t('Worker SID'), 310, ({ sid }) => sid),
];

function exported({ row }: RowFacts<ListedWorker>): object {
  const { created, updated, since, ...rest } = row;
  return {
    ...rest,
    // They are exported as they were written.
    attributes: undefined,
    created: dateOf(created),
    updated: dateOf(updated),
    inActivitySince: dateOf(since),
  };
}

/** A table of the workers of a workspace. */
export const workerKind: TableKind<ListedWorker> = {
  noun: 'Worker',
  collection: resources.workers,
  contextOf: () => workerContext,
  contextOfSeveral: 'workers',
  fields: workerFields,
  vocabulary: workerVocabulary,
  named: { activity: resources.activities },
  columns,
  defaultColumns: () => ['name', 'activity', 'available', 'since', 'sid'],
  sort: { column: 'name', isDescending: false },
  groupings: [
    {
      by: 'activity',
      name: l10n.t('Grouped by activity'),
      none: l10n.t('No activity'),
      keyOf: ({ activity }) => activity,
    },
  ],
  actions: ['activity'],
  firstQuery: '',
  queries: [
    { name: l10n.t('Available workers'), text: 'available:true' },
    { name: l10n.t('All workers'), text: '' },
  ],
  savesQueries: false,
  newRun: (options) => new WorkerRun(options),
  exported,
  unread: () => [],
  texts: workerTexts,
};
