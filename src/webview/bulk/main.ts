import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import type { BulkMemory, BulkMessage, BulkState } from './protocol';
import { Rows } from './rows';
import { renderPage } from './view';

const page = new Page<BulkState, BulkMessage, BulkMemory>({
  newMemory: () => ({}),
  received,
  render,
  submit: () => undefined,
  focusFallback: () => document.querySelector<HTMLElement>('.rows'),
});

const rows = new Rows((from, to) => page.post({ type: 'rows', from, to }));

function render({ state }: StateMessage<BulkState>): Rendered {
  return { template: renderPage(state, rows, on) };
}

function received({ state }: StateMessage<BulkState>, previous: StateMessage<BulkState> | undefined): void {
  rows.receive(state);
  const isNews = previous !== undefined && previous.state.isBusy && !state.isBusy;
  if (previous?.state.heading !== state.heading || isNews)
    page.announce(
      `${state.heading}: ${state.summary}${state.failure === undefined ? '' : ` ${state.failure}`}`,
    );
}

const on = {
  start: (plan: number) => page.post({ type: 'start', plan }),
  cancel: () => page.post({ type: 'cancel' }),
  replan: () => page.post({ type: 'replan' }),
  report: (run: string) => page.post({ type: 'report', run }),
  lookUp: () => page.post({ type: 'lookUp' }),
  retry: () => page.post({ type: 'retry' }),
  refresh: () => page.post({ type: 'refresh' }),
  export: (format: 'csv' | 'json') => page.post({ type: 'export', format }),
};

page.start();
