import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import type { Toast } from '../state/toasts.ts';

/**
 * The short messages over the page. Not the library's `wa-toast` (3.14): its time runs on while an action within it has
 * the focus (only its close button stops it), any Escape on the page takes a message and its undo away, it says message
 * and button labels in one breath, and it would add its icons to the panel's first load.
 *
 * Texts and buttons are cells of one grid: so the live regions hold the texts alone, and are there before the first text.
 */
export class ToastList extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: block;
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        row-gap: var(--space-2);
        filter: drop-shadow(0 4px 14px rgb(0 0 0 / 22%));
      }
      [role],
      .buttons {
        display: contents;
      }
      p,
      .cell {
        display: flex;
        align-items: center;
        min-height: 3rem;
        color: var(--surface);
        background: var(--ink);
        pointer-events: auto;
        animation: enter var(--quick) ease-out;
      }
      p {
        grid-column: 1;
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
        border-radius: var(--radius) 0 0 var(--radius);
      }
      .cell {
        grid-column: 2;
        padding-inline-end: var(--space-2);
        border-radius: 0 var(--radius) var(--radius) 0;
      }
      [data-tone='bad'] {
        color: var(--on-bad);
        background: var(--bad-solid);
      }
      @keyframes enter {
        from {
          opacity: 0;
          translate: 0 0.5rem;
        }
      }
      button,
      button:hover {
        color: inherit;
        background: transparent;
        border-color: transparent;
      }
      button:hover {
        background: color-mix(in oklab, currentcolor 18%, transparent);
      }
      button:focus-visible {
        outline-color: currentcolor;
        outline-offset: -2px;
      }
      .act {
        font-weight: 650;
      }
      .close {
        padding-inline: 0.375rem;
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.toasts]);

  override render(): TemplateResult {
    const { items } = this.#panel.store.toasts;
    return html`<section aria-label="Messages" @pointerenter=${this.#hold} @pointerleave=${this.#release} @focusin=${this.#hold} @focusout=${this.#release}>
      <div role="status">${renderTexts(items, 'calm')}</div>
      <div role="alert">${renderTexts(items, 'bad')}</div>
      <div class="buttons">
        ${repeat(
          items,
          ({ id }) => id,
          (toast, index) => this.#renderButtons(toast, index),
        )}
      </div>
    </section>`;
  }

  override updated(): void {
    // A message that was at hand has taken the hand along: nothing will leave it any more.
    this.#release();
  }

  #renderButtons({ id, tone, action }: Toast, index: number): TemplateResult {
    const { toasts } = this.#panel.store;
    return html`<div class="cell" data-tone=${tone} style="grid-row:${index + 1}">
      ${action === null ? nothing : html`<button class="tiny act" type="button" aria-describedby="text-${id}" @click=${() => toasts.act(id)}>${action.label}</button>`}
      <button class="tiny close" type="button" aria-label="Dismiss this message" aria-describedby="text-${id}" @click=${() => toasts.dismiss(id)}>${icon('close')}</button>
    </div>`;
  }

  readonly #hold = (): void => this.#panel.store.toasts.hold();

  readonly #release = (): void => {
    const { toasts } = this.#panel.store;
    if (toasts.items.length > 0 && (this.matches(':hover') || this.matches(':focus-within'))) return;
    toasts.release();
  };
}

function renderTexts(items: readonly Toast[], tone: Toast['tone']): unknown {
  return repeat(
    items,
    ({ id }) => id,
    (toast, index) =>
      toast.tone === tone ? html`<p class="wrap" id="text-${toast.id}" data-tone=${tone} style="grid-row:${index + 1}">${toast.text}</p>` : nothing,
  );
}

customElements.define('swerve-toast-list', ToastList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-toast-list': ToastList;
  }
}
