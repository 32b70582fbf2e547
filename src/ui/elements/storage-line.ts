import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfView } from '../links.ts';

const PERSISTENCE = {
  unasked: '',
  persistent: 'The browser keeps what is stored here until you delete it.',
  evictable: 'The browser may remove what is stored here when the disk runs low.',
  unknown: 'This browser does not say whether it keeps what is stored here.',
} as const;

/** What a person should know of the storage without looking at its view: modules that nobody runs, and whether it is kept. Nothing while there is nothing to say. */
export class StorageLine extends LitElement {
  static override styles = [baseStyles];
  readonly #panel = new PanelController(this, (store) => [store.platform, store.storedModules, store.apps, store.uploads]);

  /** Without content it takes no place in its parent's grid either. */
  override willUpdate(): void {
    this.hidden = this.#text() === '';
  }

  override render(): TemplateResult | typeof nothing {
    const text = this.#text();
    return text === '' ? nothing : html`<p class="soft small"><span role="status">${text}</span> <a href=${hrefOfView('storage')}>Look at the storage</a></p>`;
  }

  #text(): string {
    const { platform } = this.#panel.store;
    const unused = this.#panel.store.unusedModules().length;
    const note = unused === 0 ? '' : unused === 1 ? 'A stored module is run by no App.' : `${unused} stored modules are run by no App.`;
    return [note, PERSISTENCE[platform.persistence]].filter(Boolean).join(' ');
  }
}

customElements.define('swerve-storage-line', StorageLine);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-line': StorageLine;
  }
}
