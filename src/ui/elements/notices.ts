import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import './update-notice.ts';

/** What comes up while the panel is open: an update, what could not be taken in, a way to install. Beside the messages, over the page, so that nothing moves under a hand. */
export class Notices extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: contents;
      }
      aside {
        display: grid;
        gap: var(--space-2);
      }
      .notice {
        box-shadow: var(--shadow);
        pointer-events: auto;
      }
      .row {
        justify-content: end;
      }
      /* The words over the buttons where there is no room beside them. */
      .grow {
        flex-basis: 16rem;
      }
      .calm > .grow {
        flex-basis: 100%;
      }
      .calm {
        background: var(--surface);
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.platform, store.install]);

  override render(): TemplateResult {
    return html`<aside aria-label="Notices"><swerve-update-notice></swerve-update-notice>${this.#renderProblem()}${this.#renderInstall()}</aside>`;
  }

  #renderProblem(): TemplateResult | typeof nothing {
    const { platform } = this.#panel.store;
    if (platform.problem === null) return nothing;
    return html`<div class="notice bad row" role="alert">
      <span class="grow wrap">${platform.problem}</span>
      <button class="tiny" type="button" @click=${() => platform.set({ problem: null })}>Dismiss</button>
    </div>`;
  }

  #renderInstall(): TemplateResult | typeof nothing {
    const { install } = this.#panel.store;
    if (!install.isOfferDue) return nothing;
    return html`<div class="notice calm row" role="note" aria-label="Install Swerve">
      <span class="grow">Swerve can be an app on this device: a window of its own, and <code>.wasm</code> files open with it.</span>
      <button class="tiny" type="button" @click=${() => install.install()}>Install</button>
      <button class="tiny quiet" type="button" aria-label="No thanks, do not offer to install again" @click=${() => install.dismiss()}>No thanks</button>
    </div>`;
  }
}

customElements.define('swerve-notices', Notices);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-notices': Notices;
  }
}
