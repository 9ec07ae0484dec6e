import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import { QueryLine } from './queryLine';
import type { GroupBy, TableMemory, TableMessage, TableState, TableAction } from './protocol';
import { Table } from './table';
import { renderPage } from './view';

const page = new Page<TableState, TableMessage, TableMemory>({
  newMemory: () => ({ query: '' }),
  received,
  render,
  submit: () => line.run(),
  focusFallback: () => document.querySelector<HTMLElement>('#query'),
});

const line = new QueryLine({
  edit: (text, cursor) => page.post({ type: 'edit', text, cursor }),
  run: (text) => page.post({ type: 'run', text }),
  manage: () => page.post({ type: 'queries' }),
  redraw: () => page.redraw(),
});

const table = new Table({
  rows: (from, to) => page.post({ type: 'rows', from, to }),
  hold: (held) => page.post({ type: 'hold', ...(held ? { held } : {}) }),
  sort: (column) => page.post({ type: 'sort', column }),
  resize: (key, width) => page.post({ type: 'resize', key, width }),
  toggleGroup: (key) => page.post({ type: 'toggleGroup', key }),
  open: (sid) => page.post({ type: 'open', sid }),
  select: (sid, fromSid) => page.post({ type: 'select', sid, fromSid }),
  selectAll: () => page.post({ type: 'selectAll', readsRest: false }),
  selectNone: () => page.post({ type: 'selectNone' }),
});

function render({ state }: StateMessage<TableState>): Rendered {
  return { template: renderPage(state, line, table, on) };
}

function received({ state }: StateMessage<TableState>, previous: StateMessage<TableState> | undefined): void {
  if (previous?.state.query !== state.query) {
    page.save({ query: state.query });
    table.toTop();
  }
  line.receive(state.line, previous === undefined);
  table.receive(state);
  if (previous && previous.state.selection.text !== state.selection.text)
    page.announce(state.selection.text || state.texts.selectionCleared);
  const wasReading = previous?.state.progress.isReading ?? true;
  if (wasReading && !state.progress.isReading) page.announce(state.failure ?? state.progress.text);
}

const on = {
  refresh: () => page.post({ type: 'refresh' }),
  cancel: () => page.post({ type: 'cancel' }),
  continueReading: () => page.post({ type: 'continue' }),
  selectAll: (readsRest: boolean) => page.post({ type: 'selectAll', readsRest }),
  selectNone: () => page.post({ type: 'selectNone' }),
  copy: (format: 'csv' | 'json') => page.post({ type: 'copy', format }),
  export: () => page.post({ type: 'export' }),
  act: (action: TableAction) => page.post({ type: 'act', action }),
  group: (by: GroupBy | undefined) => page.post({ type: 'group', by }),
  column: (key: string, isShown: boolean) => page.post({ type: 'column', key, isShown }),
};

page.start();
