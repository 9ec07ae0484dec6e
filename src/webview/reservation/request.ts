import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { icon } from '../shared/icon';
import { iconButton } from '../shared/iconButton';
import { fill } from '../shared/text';
import type { FormPreview, FormState, FormTexts } from './protocol';

interface RequestEvents {
  copy(preview: string, text: string): void;
  edit(preview: string): void;
  showPreview(name: string): void;
}

interface RequestView {
  readonly state: FormState;
  /** The name of the preview to show; the first one when there is none of that name. */
  readonly preview: string | undefined;
  /** The text that was copied last. */
  readonly copied: string | undefined;
}

/** The request that will be sent, in each of its notations. */
export function renderRequest({ state, preview, copied }: RequestView, on: RequestEvents): TemplateResult {
  const { texts } = state;
  const shown = state.previews.find(({ name }) => name === preview) ?? state.previews[0];
  if (!shown) {
    const isWrong = Object.keys(state.problems).some((key) => state.values[key] !== undefined);
    return html`<section class="preview" aria-labelledby="preview-title">
      <h2 id="preview-title">${texts.request}</h2>
      <p class="nothing">${isWrong ? texts.correctToPreview : texts.fillInToPreview}</p>
    </section>`;
  }
  const step = (event: KeyboardEvent) => {
    const at = state.previews.indexOf(shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined ? undefined : state.previews.at(to % state.previews.length);
    if (!next) return;
    event.preventDefault();
    on.showPreview(next.name);
    document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  };
  const { text } = shown;
  const tab = `tab-${state.previews.indexOf(shown)}`;
  return html`<section class="preview" aria-labelledby="preview-title">
    <div class="bar">
      <h2 id="preview-title">${state.wasSent ? texts.requestSent : texts.request}</h2>
      ${text === undefined ? nothing : buttons(shown, text, { texts, copied }, on)}
    </div>
    <div role="tablist" aria-label=${texts.requestAs} @keydown=${step}>
      ${state.previews.map(
        ({ name, title }, index) =>
          html`<button
            type="button"
            role="tab"
            id="tab-${index}"
            aria-selected=${name === shown.name ? 'true' : 'false'}
            aria-controls="preview-text"
            tabindex=${name === shown.name ? '0' : '-1'}
            @click=${() => on.showPreview(name)}
          >
            ${title}
          </button>`,
      )}
    </div>
    ${
      text === undefined
        ? html`<p class="nothing" id="preview-text" role="tabpanel" aria-labelledby=${tab} tabindex="0">
            ${shown.note}
          </p>`
        : html`<pre id="preview-text" role="tabpanel" aria-labelledby=${tab} tabindex="0">
${highlighted(text)}</pre>
            ${shown.note === undefined ? nothing : html`<p class="note">${icon('info')}${shown.note}</p>`}`
    }
    ${state.account.simulated ? html`<p class="nothing">${texts.simulatedSids}</p>` : nothing}
  </section>`;
}

/** A header, parameter, flag or key before its value; a quoted text, a number, a boolean. */
const tokens =
  /(?<name>(?<=^[ &]*)[\w-]+(?=[=:] ?\S)|--[a-z][\w-]*|"\w+"(?=:))|(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<==|: )(?:\d+|true|false|True|False)(?=,?$))/gm;

/** Colors names and values as VS Code's debugger does; one rough rule for all the languages of the previews. */
function highlighted(text: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const { 0: token, index, groups = {} } of text.matchAll(tokens)) {
    const [kind] = Object.keys(groups).filter((name) => groups[name] !== undefined);
    parts.push(text.slice(end, index), html`<span class=${kind}>${token}</span>`);
    end = index + token.length;
  }
  return [...parts, text.slice(end)];
}

const buttons = (
  { name, title }: FormPreview,
  text: string,
  { texts, copied }: { readonly texts: FormTexts; readonly copied: string | undefined },
  on: RequestEvents,
) => html`
  ${iconButton(
    {
      icon: copied === text ? 'check' : 'copy',
      label: fill(texts.copyAs, { name: title }),
      title: texts.copy,
    },
    () => on.copy(name, text),
  )}
  ${iconButton(
    { icon: 'go-to-file', label: fill(texts.openAs, { name: title }), title: texts.openInEditor },
    () => on.edit(name),
  )}
`;
