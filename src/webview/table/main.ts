import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import { QueryLine } from './queryLine';
import type { GroupBy, TableMemory, TableMessage, TableState, TableAction } from './protocol';
import { Ranges } from './ranges';
import { Table } from './table';
import { renderPage } from './view';

const page = new Page<TableState, TableMessage, TableMemory>({
  newMemory: () => ({ query: '' }),
  received,
  render,
  submit: () => line.run(),
  focusFallback: () => document.querySelector<HTMLElement>('#query'),
});

const ranges = new Ranges((sid, fromSid) => page.post({ type: 'select', sid, fromSid }));

/** What the page posts comes after the ranges that were selected before, except for what a held key posts as well. */
const post: typeof page.post = (message) => {
  if (message.type !== 'rows' && message.type !== 'hold') ranges.flush();
  page.post(message);
};

const line = new QueryLine({
  edit: (text, cursor) => post({ type: 'edit', text, cursor }),
  run: (text) => post({ type: 'run', text }),
  manage: () => post({ type: 'queries' }),
  redraw: () => page.redraw(),
});

const table = new Table({
  rows: (from, to) => post({ type: 'rows', from, to }),
  hold: (held) => post({ type: 'hold', ...(held ? { held } : {}) }),
  sort: (column) => post({ type: 'sort', column }),
  resize: (key, width) => post({ type: 'resize', key, width }),
  toggleGroup: (key) => post({ type: 'toggleGroup', key }),
  open: (sid) => post({ type: 'open', sid }),
  select: (sid) => post({ type: 'select', sid }),
  selectRange: (sid, fromSid) => ranges.select(sid, fromSid),
  selectAll: () => post({ type: 'selectAll', readsRest: false }),
  selectNone: () => post({ type: 'selectNone' }),
  end: (sid) => post({ type: 'end', sid }),
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
  ranges.answered();
  if (previous && previous.state.selection.text !== state.selection.text)
    page.announce(state.selection.text || state.texts.selectionCleared);
  const wasReading = previous?.state.progress.isReading ?? true;
  if (wasReading && !state.progress.isReading) page.announce(state.failure ?? state.progress.text);
}

const on = {
  refresh: () => post({ type: 'refresh' }),
  cancel: () => post({ type: 'cancel' }),
  continueReading: () => post({ type: 'continue' }),
  selectAll: (readsRest: boolean) => post({ type: 'selectAll', readsRest }),
  selectNone: () => post({ type: 'selectNone' }),
  copy: (format: 'csv' | 'json') => post({ type: 'copy', format }),
  export: () => post({ type: 'export' }),
  act: (action: TableAction) => post({ type: 'act', action }),
  group: (by: GroupBy | undefined) => post({ type: 'group', by }),
  column: (key: string, isShown: boolean) => post({ type: 'column', key, isShown }),
};

page.start();
