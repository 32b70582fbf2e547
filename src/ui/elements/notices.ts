import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** What a person should know of this browser and this version: an update, a missing feature. */
export class Notices extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: contents;
      }
      .notice {
        margin-block-end: var(--space-3);
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.platform]);

  override render(): TemplateResult {
    const { platform } = this.#panel.store;
    return html`${this.#renderUpdate()}
    ${
      platform.canSuspend
        ? nothing
        : html`<div class="notice" role="note">
            <strong>This browser cannot pause WebAssembly (it has no JSPI).</strong> Handlers that answer without waiting work. Those that must wait, for a request body that is
            still arriving or for a timer, fail here; the log says so. Chrome 137, Firefox 153 and Safari 27 have it.
          </div>`
    }`;
  }

  #renderUpdate(): TemplateResult | typeof nothing {
    const { platform } = this.#panel.store;
    switch (platform.update) {
      case 'none':
        return nothing;
      case 'waiting':
        return renderLine('A new version of Swerve is ready.', 'Update and reload', () => platform.takeUpdate());
      case 'taking':
        return renderLine('Updating as soon as the requests that are under way have ended…');
      case 'replaced':
        return renderLine('Swerve was updated in another tab. This one still runs the old panel.', 'Reload', () => location.reload());
    }
  }
}

function renderLine(text: string, label = '', act: () => void = () => {}): TemplateResult {
  return html`<div class="notice calm row" role="status">
    <span class="grow">${text}</span>
    ${label === '' ? nothing : html`<button type="button" @click=${act}>${label}</button>`}
  </div>`;
}

customElements.define('swerve-notices', Notices);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-notices': Notices;
  }
}
