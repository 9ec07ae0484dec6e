import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { clock } from '../shared/countdown';
import type { FoldEvents } from '../shared/fold';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import type { PartView } from './parts';
import { comparisons, doubt, fold, time } from './parts';
import type { FilterView, HeadlineView, TargetView, WorkflowView } from './protocol';

const stateIcons: Readonly<Record<TargetView['state'], string>> = {
  passed: 'check',
  current: 'arrow-right',
  possible: 'question',
  ahead: 'circle-outline',
  unreachable: 'circle-slash',
  'other filter': 'dash',
  last: 'debug-stop',
  'not reached': 'circle-outline',
};

/** Where the task is in its workflow: its filters from the top, each with its targets. */
export function renderWorkflow(
  workflow: WorkflowView,
  headline: HeadlineView | undefined,
  view: PartView,
  on: FoldEvents & { saveTest(): void },
): TemplateResult {
  const { texts, now } = view;
  const { place, next, ttl, changed, filters, canBeTested } = workflow;
  const title = `${texts.workflow} ${workflow.name}`;
  return fold({ name: 'workflow', title, level: 2, openAtFirst: true }, view, on, () => {
    return html`
      <p class="lead">${place.text}</p>
      ${doubt(place, texts)}
      ${
        // The headline counts down to it as well.
        next && next.at !== headline?.until
          ? html`<p class="fact">
              ${icon('watch')}<span
                >${fill(texts.timeLeft, { time: clock(Math.max(0, next.at - now)) })} · ${next.text}</span
              >
            </p>`
          : nothing
      }
      ${ttl === undefined ? nothing : html`<p class="fact">${icon('history')}<span>${texts.ttl} ${time(ttl, now)}</span></p>`}
      ${changed === undefined ? nothing : html`<p class="fact warning">${icon('warning')}<span>${changed}</span></p>`}
      <ol class="filters">
        ${filters.map((filter) => renderFilter(filter, view))}
      </ol>
      ${
        canBeTested
          ? html`<button type="button" class="link" @click=${() => on.saveTest()}>
              ${icon('beaker')}${texts.saveTest}
            </button>`
          : nothing
      }
    `;
  });
}

function renderFilter(filter: FilterView, view: PartView): TemplateResult {
  const { texts } = view;
  const { isDefault, matches, expression, targets } = filter;
  const sign = matches ? 'pass' : 'circle-slash';
  return html`<li class="filter ${matches ? 'matches' : 'other'}">
    <h3>
      ${icon(sign)}<span>${isDefault ? texts.defaultFilter : filter.name}</span>
      <span class="verdict"
        >${matches ? texts.filterMatches : isDefault ? '' : texts.filterDoesNotMatch}</span
      >
    </h3>
    ${expression === undefined ? nothing : verdict(expression, filter)}
    ${
      targets.length
        ? html`<ol class="targets">
            ${targets.map((target) => renderTarget(target, view))}
          </ol>`
        : nothing
    }
  </li>`;
}

/** The expression, and the comparisons that decided it; one that is the whole expression stands once. */
function verdict(expression: string, { comparisons: lines }: FilterView): TemplateResult {
  const isWhole = lines.length === 1 && lines[0]!.text === expression;
  return html`${isWhole ? nothing : html`<code class="expression">${expression}</code>`}${comparisons(lines)}`;
}

function renderTarget(
  { queue, details, state, deadline }: TargetView,
  { texts, now }: PartView,
): TemplateResult {
  const words: Readonly<Record<TargetView['state'], string>> = {
    passed: texts.passed,
    current: texts.current,
    possible: texts.possible,
    ahead: texts.later,
    unreachable: texts.unreachable,
    'other filter': '',
    last: texts.last,
    'not reached': texts.notReached,
  };
  const isCurrent = state === 'current';
  return html`<li class="target ${state.replaceAll(' ', '-')}" aria-current=${isCurrent ? 'step' : nothing}>
    ${icon(stateIcons[state])}
    <div>
      <p class="queue">
        <span>${queue}</span>
        ${words[state] ? html`<span class="state">${words[state]}</span>` : nothing}
        ${
          deadline === undefined || deadline <= now || state === 'passed'
            ? nothing
            : isCurrent
              ? html`<span class="left" role="timer"
                  >${fill(texts.timeLeft, { time: clock(deadline - now) })}</span
                >`
              : html`<span class="until">${texts.deadline} ${time(deadline, now)}</span>`
        }
      </p>
      ${details.map((detail) => html`<p class="detail"><code>${detail}</code></p>`)}
    </div>
  </li>`;
}
