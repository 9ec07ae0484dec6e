import type { PageOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { TryStandIn } from './standIn';

export type OpenTry = PageOf<TryStandIn>;

export const startTries = () => startPage('try', () => new TryStandIn());
export const useTries = () => usePage(startTries);
