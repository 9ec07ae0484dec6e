import type { PageOf, PagesOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { BulkStandIn } from './standIn';

export type OpenBulk = PageOf<BulkStandIn>;
export type BulkPages = PagesOf<BulkStandIn>;

export const startBulk = () => startPage('bulk', () => new BulkStandIn());
export const useBulk = () => usePage(startBulk);
