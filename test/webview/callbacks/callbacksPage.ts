import type { PageOf, PagesOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { CallbacksStandIn } from './standIn';

export type OpenCallbacks = PageOf<CallbacksStandIn>;
export type CallbacksPages = PagesOf<CallbacksStandIn>;

export const startCallbacks = () => startPage('callbacks', () => new CallbacksStandIn());
export const useCallbacks = () => usePage(startCallbacks);
