import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

const TEXTS = {
  persistent: 'Storage: persistent. The browser keeps your Apps until you delete them.',
  evictable: 'Storage: may be evicted by the browser when the disk runs low. Using or bookmarking this site makes it keep more.',
  unknown: 'Storage: this browser does not say whether it keeps it.',
} as const;

/** What the browser answered when it was asked to keep the cluster's storage. */
export class StorageLine extends LitElement {
  static override styles = [baseStyles];
  readonly #panel = new PanelController(this, (store) => [store.platform]);

  /** Without content it takes no place in its parent's grid either. */
  override willUpdate(): void {
    this.hidden = this.#panel.store.platform.persistence === 'unasked';
  }

  override render(): TemplateResult | typeof nothing {
    const { persistence } = this.#panel.store.platform;
    return persistence === 'unasked' ? nothing : html`<p class="soft small" role="status">${TEXTS[persistence]}</p>`;
  }
}

customElements.define('swerve-storage-line', StorageLine);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-line': StorageLine;
  }
}
