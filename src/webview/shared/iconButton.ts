import { html, nothing } from 'lit/html.js';
import { icon } from './icon';

export interface IconButton {
  readonly icon: string;
  readonly label: string;
  /** The label, unless it is another text. */
  readonly title?: string;
  /** Of a button that toggles. */
  readonly pressed?: boolean;
}

/** A button that shows nothing but an icon. */
export const iconButton = ({ icon: name, label, title = label, pressed }: IconButton, click: () => void) =>
  html`<button
    type="button"
    class="icon-button"
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    title=${title}
    aria-label=${label}
    @click=${click}
  >
    ${icon(name)}
  </button>`;
