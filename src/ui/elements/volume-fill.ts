import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { FillStep } from '../state/volume-files.ts';

const SHOWN_FILES = 5;

/** What becomes of files that were dropped on a volume. Nothing while there are none. */
export class VolumeFill extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .box {
        display: grid;
        gap: var(--space-3);
      }
      ul {
        padding-inline-start: 1.1rem;
        margin: 0;
        list-style: disc;
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.volumeFiles]);
  #shown: FillStep['name'] = 'idle';

  override willUpdate(): void {
    this.hidden = this.#panel.store.volumeFiles.fillStep.name === 'idle';
  }

  /** A question is where the person looks next. */
  override updated(): void {
    const { name } = this.#panel.store.volumeFiles.fillStep;
    if (name === this.#shown) return;
    this.#shown = name;
    if (name === 'asking') this.renderRoot.querySelector<HTMLElement>('.primary')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { volumeFiles } = this.#panel.store;
    const step = volumeFiles.fillStep;
    const close = (label: string): TemplateResult => html`<button type="button" @click=${() => volumeFiles.dismissFill()}>${label}</button>`;
    switch (step.name) {
      case 'idle':
        return nothing;
      case 'reading':
        return html`<p class="notice calm" role="status">Reading what was dropped…</p>`;
      case 'writing':
        return html`<p class="notice calm" role="status">Writing ${filesOf(step.files)}…</p>`;
      case 'asking':
        return html`<div class="notice calm box" role="group" aria-label="Files in the way">
          <p>${filesOf(step.files.length)} would be written, ${step.replaced.length === step.files.length ? '' : `${step.replaced.length} of them `}in place of what is there:</p>
          <ul class="small mono wrap">
            ${step.replaced.slice(0, SHOWN_FILES).map((path) => html`<li>${path}</li>`)}${step.replaced.length > SHOWN_FILES ? html`<li>and ${step.replaced.length - SHOWN_FILES} more</li>` : nothing}
          </ul>
          <div class="row"><button class="primary" type="button" @click=${() => volumeFiles.confirmFill()}>Replace ${filesOf(step.replaced.length)}</button>${close('Cancel')}</div>
        </div>`;
      case 'done':
        return html`<div class="notice calm row"><span class="grow" role="status">${filesOf(step.files)} written${step.replaced === 0 ? '' : `, ${step.replaced} replaced`}.</span>${close('Close')}</div>`;
      case 'failed':
        return html`<div class="notice bad row" role="alert"><span class="grow wrap">Nothing was written. ${step.error.message}</span>${close('Close')}</div>`;
    }
  }
}

function filesOf(count: number): string {
  return `${count} file${count === 1 ? '' : 's'}`;
}

customElements.define('swerve-volume-fill', VolumeFill);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-volume-fill': VolumeFill;
  }
}
