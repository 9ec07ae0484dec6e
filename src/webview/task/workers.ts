import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { FoldEvents } from '../shared/fold';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import type { Chunks } from './chunks';
import type { PartView } from './parts';
import { comparisons, doubt, fold } from './parts';
import type { HolderView, WaitingView, WorkerDetail, WorkerRow, WorkersView } from './protocol';

export interface WorkersEvents extends FoldEvents {
  filter(text: string): void;
  openTask(taskSid: string): void;
  openWorker(workerSid: string): void;
  readCapacities(): void;
}

type Group = WorkersView['groups'][number];
/** More rows than this are folded away at first. */
const maxOpen = 12;
/** Fewer workers than this need no filter. */
const worthFilter = 8;

/** The workers whom the filter leaves. */
export const matching = (rows: readonly WorkerRow[], filter: string) => {
  const text = filter.trim().toLocaleLowerCase();
  return text
    ? rows.filter(
        ({ name, sid }) => name.toLocaleLowerCase().includes(text) || sid.toLocaleLowerCase() === text,
      )
    : rows;
};

/** The workers of the queue, who is next, and what keeps the others from the task; then who is not in the queue. */
export function renderWorkers(
  workers: WorkersView,
  filter: string,
  chunks: Chunks,
  view: PartView,
  on: WorkersEvents,
): TemplateResult {
  const { texts } = view;
  const { queue, othersUnread } = workers;
  const isOutside = ({ kind }: Group) => kind === 'notInQueue';
  const found = workers.groups.map((group) => ({ ...group, rows: matching(group.rows, filter) }));
  const all = countOf(workers.groups);
  const search = all > worthFilter || filter ? renderFilter(filter, countOf(found), all, view, on) : nothing;
  const inside = countOf(workers.groups.filter((group) => !isOutside(group)));
  const title = fill(texts.workers, { queue });
  const outsiders = found.filter((group) => isOutside(group) && group.rows.length > 0);
  return html`${search}
  ${fold({ name: 'workers', title, level: 2, count: inside, openAtFirst: true }, view, on, () => {
    return html`${found
      .filter((group) => !isOutside(group))
      .map((group) => renderGroup(group, Boolean(filter), workers, chunks, view, on))}
    ${othersUnread ? html`<p class="nothing">${fill(texts.othersUnread, { queue })}</p>` : nothing}`;
  })}
  ${outsiders.map(({ kind, rows }) => {
    const label = fill(texts.notInQueue, { queue });
    // Why a queue is empty shows in those who are not in it.
    const openAtFirst = Boolean(filter) || inside === 0;
    const name = filter ? `found ${kind}` : kind;
    return fold({ name, title: label, level: 2, count: rows.length, openAtFirst }, view, on, () =>
      renderRows({ kind, rows }, label, 0, chunks, on),
    );
  })}`;
}

const countOf = (groups: readonly Group[]) => groups.reduce((sum, { rows }) => sum + rows.length, 0);

function renderFilter(
  filter: string,
  found: number,
  all: number,
  { texts }: PartView,
  on: WorkersEvents,
): TemplateResult {
  return html`<div class="search">
      ${icon('search')}
      <input
        type="search"
        id="worker-filter"
        aria-label=${texts.filterWorkers}
        placeholder=${texts.filterWorkers}
        .value=${filter}
        @input=${(event: Event) => on.filter((event.target as HTMLInputElement).value)}
      />
      ${filter ? html`<span class="found">${fill(texts.workersShown, { count: found, all })}</span>` : nothing}
    </div>
    ${filter && found === 0 ? html`<p class="nothing">${texts.noMatch}</p>` : nothing}`;
}

function renderGroup(
  { kind, rows }: Group,
  filtered: boolean,
  { order, ranked, unreadCapacities }: WorkersView,
  chunks: Chunks,
  view: PartView,
  on: WorkersEvents,
) {
  if (kind === 'notInQueue' || (rows.length === 0 && (filtered || kind !== 'next'))) return nothing;
  const openAtFirst = filtered || kind === 'next' || (rows.length <= maxOpen && kind !== 'notQualified');
  const section = {
    name: filtered ? `found ${kind}` : `workers ${kind}`,
    title: view.texts[kind],
    level: 3,
    count: rows.length,
    openAtFirst,
  } as const;
  return fold(section, view, on, () => {
    return html`
      ${
        kind === 'next'
          ? html`<p class="lead">${order.text}</p>
              ${doubt(order, view.texts)}`
          : nothing
      }
      ${kind === 'unknownCapacity' ? renderReading(unreadCapacities, view, on) : nothing}
      ${rows.length ? renderRows({ kind, rows }, view.texts[kind], kind === 'next' ? ranked : 0, chunks, on) : nothing}
    `;
  });
}

const renderReading = (unread: number, { texts }: PartView, on: WorkersEvents) =>
  unread > 0
    ? html`<p class="lead">
        <button type="button" class="secondary" @click=${() => on.readCapacities()}>
          ${fill(texts.readCapacities, { count: unread })}
        </button>
      </p>`
    : html`<p class="nothing" aria-live="polite">${texts.requestedCapacities}</p>`;

/** `ranked`: so many of the rows have their number in line. */
const renderRows = (
  { kind, rows }: Group,
  label: string,
  ranked: number,
  chunks: Chunks,
  on: WorkersEvents,
) =>
  html`<div class="workers ${kind}" role="list" aria-label=${label}>
    ${chunks.render(kind, rows, (row, i) => renderWorker(row, i, rows.length, i < ranked, on))}
  </div>`;

function renderWorker(
  { sid, name, icon: sign, activity, detail }: WorkerRow,
  index: number,
  count: number,
  isRanked: boolean,
  on: WorkersEvents,
): TemplateResult {
  return html`<div class="worker" role="listitem" aria-posinset=${index + 1} aria-setsize=${count}>
    <span class="sign">${isRanked ? index + 1 : icon(sign)}</span>
    <div>
      <p class="who">
        <button type="button" class="name" @click=${() => on.openWorker(sid)}>${name}</button>
        <span class="activity">${activity}</span>
      </p>
      ${detail ? renderDetail(detail, on) : html`<p class="why" aria-busy="true">…</p>`}
    </div>
  </div>`;
}

const renderDetail = ({ text, comparisons: lines, holders }: WorkerDetail, on: WorkersEvents) =>
  html`<p class="why">${text}</p>
    ${lines.length > 1 ? comparisons(lines) : nothing} ${renderHolders(holders, on)}`;

/** Tasks as links to their pages. */
export const renderHolders = (holders: readonly HolderView[], on: WorkersEvents) =>
  holders.length
    ? html`<ul class="holders">
        ${holders.map(
          ({ taskSid, text: label }) =>
            html`<li>
              <button type="button" class="link" @click=${() => on.openTask(taskSid)}>${label}</button>
            </li>`,
        )}
      </ul>`
    : nothing;

/** The tasks that a worker has, or those that wait and they could take. */
export function renderTasks(
  name: 'held' | 'waiting',
  tasks: readonly WaitingView[],
  chunks: Chunks,
  view: PartView,
  on: WorkersEvents,
): TemplateResult {
  const { texts } = view;
  const title = name === 'held' ? texts.held : texts.waitingTasks;
  return fold({ name, title, level: 2, count: tasks.length, openAtFirst: true }, view, on, () => {
    return html`<div class="workers" role="list" aria-label=${title}>
      ${chunks.render(
        name,
        tasks,
        ({ icon: sign, taskSid, title: task, facts, claim, comparisons: lines, holders }, i) =>
          html`<div class="worker" role="listitem" aria-posinset=${i + 1} aria-setsize=${tasks.length}>
            <span class="sign">${icon(sign)}</span>
            <div>
              <p class="who">
                <button type="button" class="name" @click=${() => on.openTask(taskSid)}>${task}</button>
                <span class="activity">${facts}</span>
              </p>
              <p class="why">${claim.text}</p>
              ${doubt(claim, texts)} ${comparisons(lines)} ${renderHolders(holders, on)}
            </div>
          </div>`,
      )}
    </div>`;
  });
}
