import { html, nothing, type TemplateResult } from 'lit';

/** The button that holds a live list and lets it go on; tells how much came meanwhile. */
export function renderPause({ isPaused, heldCount }: { isPaused: boolean; heldCount: number }, toggle: () => void): TemplateResult {
  return html`<button class="tiny" type="button" aria-pressed=${isPaused} @click=${toggle}>
    ${isPaused ? html`Resume${heldCount === 0 ? nothing : html` (${heldCount} new)`}` : 'Pause'}
  </button>`;
}
