import type { PageOf, PagesOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { TableStandIn } from './standIn';

export type OpenTable = PageOf<TableStandIn>;
export type Tables = PagesOf<TableStandIn>;

export const startTables = () => startPage('table', () => new TableStandIn());
export const useTables = () => usePage(startTables);
