import { nextSecond } from '../shared/countdown';
import { Page } from '../shared/page';
import type { Rendered } from '../shared/page';
import type { StateMessage } from '../shared/protocol';
import { Chunks } from './chunks';
import type { TaskMemory, TaskMessage, TaskState } from './protocol';
import type { TaskEvents } from './view';
import { renderInstance } from './view';
import { matching } from './workers';

const chunks = new Chunks(() => {
  page.redraw();
  reportVisible();
});
/** Workers that the extension knows to be seen. */
const reported = new Set<string>();

const page = new Page<TaskState, TaskMessage, TaskMemory>({
  newMemory: ({ opened } = { opened: {}, filter: '', pinned: false }) => ({
    opened,
    filter: '',
    pinned: false,
  }),
  received,
  render,
  submit: () => undefined,
  focusFallback: () => document.querySelector<HTMLElement>('#headline'),
});

function render({ state, instance }: StateMessage<TaskState>): Rendered {
  const { now, memory } = page;
  const view = { state, texts: state.texts, now, ...memory, chunks };
  return { template: renderInstance(instance, view, on), changesIn: changesIn(state, now) };
}

/** Milliseconds until a countdown shows another second. */
function changesIn({ headline, workflow }: TaskState, now: number): number | undefined {
  const current = workflow?.filters
    .flatMap(({ targets }) => targets)
    .find(({ state }) => state === 'current');
  const ends = [headline?.until, workflow?.next?.at, current?.deadline];
  const seconds = ends.flatMap((end) => (end === undefined ? [] : (nextSecond(end - now) ?? [])));
  return seconds.length ? Math.min(...seconds) : undefined;
}

function received({ state }: StateMessage<TaskState>, previous: StateMessage<TaskState> | undefined): void {
  if (!previous) reported.clear();
  page.save({ pinned: state.pinned, title: state.subject.title });
  const before = previous?.state.headline?.text ?? previous?.state.problem;
  const now = state.headline?.text ?? state.problem ?? '';
  if (now !== before) page.announce(now);
  else if (state.copied !== undefined && state.copied !== previous?.state.copied)
    page.announce(state.texts.copied);
  reportVisible();
}

/** More workers than these do not fit in one message. */
const maxReported = 100;

/** Details are made of the workers that the user sees, and their capacity is worth a request each. */
function reportVisible(): void {
  const { groups = [] } = page.received?.state.workers ?? {};
  const fresh = groups
    .flatMap(({ kind, rows }) =>
      chunks
        .near(kind, matching(rows, page.memory.filter))
        .filter(({ detail }) => !detail || kind === 'unknownCapacity'),
    )
    .map(({ sid }) => sid)
    .filter((sid) => !reported.has(sid))
    .slice(0, maxReported);
  if (fresh.length === 0) return;
  for (const sid of fresh) reported.add(sid);
  page.post({ type: 'visible', workerSids: fresh });
}

const on: TaskEvents = {
  pin: (pinned) => page.post({ type: 'pin', pinned }),
  refresh: () => page.post({ type: 'refresh' }),
  copy: (customerData) => page.post({ type: 'copy', customerData }),
  act: ({ command, reservationSid }) => page.post({ type: 'act', command, reservationSid }),
  changeAccount: () => page.post({ type: 'changeAccount' }),
  documentation: (pattern) => page.post({ type: 'documentation', pattern }),
  openJson: () => page.post({ type: 'openJson' }),
  readCapacities: () => page.post({ type: 'readCapacities' }),
  saveTest: () => page.post({ type: 'saveTest' }),
  ask: () => page.post({ type: 'ask' }),
  cancelAsk: () => page.post({ type: 'cancelAsk' }),
  openTask: (taskSid) => page.post({ type: 'openTask', taskSid }),
  openWorker: (workerSid) => page.post({ type: 'openWorker', workerSid }),
  filter(text) {
    page.save({ filter: text });
    page.redraw();
    reportVisible();
  },
  fold(section, open) {
    if (page.memory.opened[section] === open) return;
    page.save({ opened: { ...page.memory.opened, [section]: open } });
    page.redraw();
  },
};

page.start();
