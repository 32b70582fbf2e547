import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** The button "Choose files", and the words beside it. `size="large"` is the whole invitation of an empty cluster. */
export class FilePicker extends LitElement {
  static override properties = { size: { type: String, reflect: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .area {
        border: 2px dashed var(--line-strong);
        border-radius: var(--radius);
        padding: var(--space-3) var(--space-4);
      }
      :host([size='large']) .area {
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        padding: clamp(1.25rem, 5vw, 3rem);
        background: var(--surface);
      }
      h1 {
        font-size: var(--text-display);
        letter-spacing: -0.025em;
        line-height: 1.1;
        text-wrap: balance;
      }
      h1 span {
        display: block;
      }
      /* There is nothing to drag on a touch screen. */
      .touch,
      h1 .touch {
        display: none;
      }
      @media (hover: none) and (pointer: coarse) {
        .drop,
        h1 .drop {
          display: none;
        }
        .touch {
          display: inline;
        }
        h1 .touch {
          display: block;
        }
      }
      .lead {
        font-size: var(--text-large);
        color: var(--ink-soft);
        max-width: 36em;
        text-wrap: pretty;
      }
    `,
  ];

  declare size: 'large' | 'small';
  readonly #panel = new PanelController(this, () => []);

  constructor() {
    super();
    this.size = 'small';
  }

  /** Focuses the heading of the large picker; the small one has none. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const button = html`<button class="primary" type="button" @click=${this.#choose}>Choose files</button
      ><input type="file" multiple hidden aria-label="Wasm files" @change=${this.#take} />`;
    if (this.size === 'small') {
      return html`<div class="area row"><span class="grow"><span class="drop">Drop <code>.wasm</code> files anywhere on this page.</span><span class="touch">Add <code>.wasm</code> files.</span></span>${button}</div>`;
    }
    return html`<div class="area">
      <h1 tabindex="-1"><span class="drop">Drop a .wasm file here.</span><span class="touch">Choose a .wasm file.</span> <span>It answers HTTP.</span></h1>
      <p class="lead">
        Swerve runs WebAssembly handlers inside this browser and gives each one an address on this site. There is no server and nothing to install, your files stay on
        this device, and it works offline.
      </p>
      <div class="row">${button}</div>
    </div>`;
  }

  readonly #choose = (): void => {
    this.renderRoot.querySelector('input')?.click();
  };

  readonly #take = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    this.#panel.store.addFiles([...(input.files ?? [])]);
    // The same file may be chosen again after it was refused and mended.
    input.value = '';
  };
}

customElements.define('swerve-file-picker', FilePicker);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-file-picker': FilePicker;
  }
}
