import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfView } from '../links.ts';
import { entryOfFile } from '../state/file-walk.ts';
import type { Dropped } from '../state/uploads.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';

/** The ways in for a file: choose files, choose a folder, name an address; dropping works everywhere. `size="large"` is the whole invitation of an empty cluster. */
export class FilePicker extends LitElement {
  static override properties = { size: { type: String, reflect: true }, isAsking: { state: true }, addressError: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      .area {
        display: grid;
        gap: var(--space-3);
        border: 2px dashed var(--line-strong);
        border-radius: var(--radius);
        padding: var(--space-3) var(--space-4);
      }
      :host([size='large']) .area {
        gap: var(--space-5);
        padding: clamp(1.25rem, 4vw, 2.75rem);
        background: var(--surface);
      }
      .hero {
        display: grid;
        gap: var(--space-4) var(--space-6);
        align-items: center;
      }
      .words {
        display: grid;
        gap: var(--space-4);
        justify-items: start;
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
        max-width: 34em;
        text-wrap: pretty;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2);
        align-items: end;
        max-width: 44rem;
      }
      .hint {
        flex: 1 1 15rem;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      /* Kept free while there is nothing to say, so that nothing moves when there is. */
      .ready {
        min-height: 1.5em;
      }
      .art {
        display: none;
        width: 100%;
        max-width: 24rem;
        justify-self: end;
      }
      @media (min-width: 56rem) {
        .hero {
          grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr);
        }
        .art {
          display: block;
        }
      }
      .sheet,
      .window {
        fill: var(--paper);
        stroke: var(--line-strong);
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .fold,
      .rule {
        fill: none;
        stroke: var(--line-strong);
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .mark {
        fill: var(--accent);
      }
      .art text {
        font: 600 15px var(--mono);
        fill: var(--ink);
      }
      .art .on-mark {
        fill: var(--on-accent);
        text-anchor: middle;
      }
      .arrow {
        fill: none;
        stroke: var(--accent);
        stroke-width: 3;
        stroke-linecap: round;
        stroke-linejoin: round;
        stroke-dasharray: 1 8;
      }
      .arrow.head {
        stroke-dasharray: none;
      }
      .address {
        fill: var(--surface);
        stroke: var(--line);
      }
      .dot {
        fill: var(--line-strong);
      }
      .bar {
        fill: color-mix(in oklab, var(--accent) 18%, var(--surface));
      }
      .badge {
        fill: var(--good-wash);
        stroke: color-mix(in oklab, var(--good) 40%, transparent);
      }
      .art .ok {
        fill: var(--good);
        font-family: var(--sans);
        text-anchor: middle;
      }
    `,
  ];

  declare size: 'large' | 'small';
  /** The field for an address is open. */
  declare isAsking: boolean;
  declare addressError: string | undefined;
  readonly #panel = new PanelController(this, (store) => [store.platform]);

  constructor() {
    super();
    this.size = 'small';
    this.isAsking = false;
    this.addressError = undefined;
  }

  /** Focuses the heading of the large picker; the small one has none. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    if (this.size === 'small') {
      return html`<div class="area">
        <div class="row">
          <span class="hint"><span class="drop">Drop <code>.wasm</code> files, folders or bundles anywhere.</span><span class="touch">Add <code>.wasm</code> files.</span></span>
          ${this.#renderButtons()}
        </div>
        ${this.#renderAddress()}
      </div>`;
    }
    return html`<div class="area">
      <div class="hero">
        <div class="words">
          <h1 tabindex="-1"><span class="drop">Drop a .wasm file here.</span><span class="touch">Choose a .wasm file.</span> <span>It answers HTTP.</span></h1>
          <p class="lead">
            Swerve is a small cluster inside this browser. It runs WebAssembly programs and gives each one an address on this site. There is no server and nothing to
            install, your files stay on this device, and it works offline.
          </p>
          ${this.#renderButtons()}
          <p class="ready soft small" role="status">${this.#readiness()}</p>
        </div>
        ${renderArt()}
      </div>
      ${this.#renderAddress()}
    </div>`;
  }

  /** How far Swerve has come in this browser, at a first visit. */
  #readiness(): string {
    const { worker, stored, isOnline } = this.#panel.store.platform;
    if (worker.name !== 'active') return 'Starting. You can choose already.';
    if (stored === 'unknown') return '';
    if (stored === 'whole') return 'Stored here, ready for offline use.';
    return isOnline ? 'Running. Storing it for offline use…' : 'Offline. Not all is stored here yet.';
  }

  #renderButtons(): TemplateResult {
    const isShort = this.size === 'small';
    return html`<div class="buttons">
      <button class="primary" type="button" @click=${this.#choose}>Choose files</button
      ><input name="files" type="file" multiple hidden aria-label="Wasm files" @change=${this.#take} />
      <button type="button" aria-label="Choose a folder" @click=${this.#chooseFolder}>${isShort ? 'Folder' : 'Choose a folder'}</button>
      <button type="button" aria-label="From an address" aria-expanded=${this.isAsking} @click=${this.#toggleAddress}>${isShort ? 'Address' : 'From an address'}</button>
      <slot></slot>
    </div>`;
  }

  #renderAddress(): TemplateResult | typeof nothing {
    if (!this.isAsking) return nothing;
    const error = this.addressError;
    return html`<form novalidate aria-label="From an address" @submit=${this.#fetch}>
      ${renderField({
        id: 'address',
        label: 'Address of a .wasm file',
        hint: html`Its server must let other sites read it (CORS). An address on the clipboard can also be pasted anywhere on this page.`,
        error,
        control: html`<input
          id="address"
          type="url"
          class="mono-input"
          autocomplete="off"
          spellcheck="false"
          placeholder="https://example.com/handler.wasm"
          aria-invalid=${error !== undefined}
          aria-describedby=${describedBy('address', error)}
          @keydown=${this.#closeOnEscape}
        />`,
      })}
      <button type="submit" style="align-self: start; margin-block-start: 1.75rem">Fetch it</button>
    </form>`;
  }

  readonly #choose = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  };

  readonly #take = async (event: Event): Promise<void> => {
    const input = event.currentTarget as HTMLInputElement;
    const chosen = { kind: 'entries', entries: [...(input.files ?? [])].map(entryOfFile) } as const;
    // The same file may be chosen again after it was refused and mended.
    input.value = '';
    if (chosen.entries.length === 0) return;
    await this.#takeIn(chosen);
  };

  readonly #chooseFolder = (): void => {
    const input = document.createElement('input');
    input.type = 'file';
    input.webkitdirectory = true;
    input.addEventListener('change', () => this.#takeIn({ kind: 'folder', files: [...(input.files ?? [])] }));
    input.click();
  };

  async #takeIn(chosen: Dropped): Promise<void> {
    const shownIn = await this.#panel.store.takeArchive(chosen);
    if (shownIn === 'storage') location.assign(hrefOfView(shownIn));
    else if (shownIn === null) this.#panel.store.takeIn(chosen);
  }

  readonly #toggleAddress = async (): Promise<void> => {
    this.isAsking = !this.isAsking;
    this.addressError = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('#address')?.focus();
  };

  readonly #closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    this.isAsking = false;
    this.renderRoot.querySelector<HTMLElement>('[aria-expanded]')?.focus();
  };

  readonly #fetch = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>('#address');
    if (input === null) return;
    const isTaken = this.#panel.store.takeIn({ kind: 'address', text: input.value });
    this.addressError = isTaken ? undefined : 'This is not an address. It starts with https:// or http:// and names a host.';
    if (isTaken) this.isAsking = false;
    else input.focus();
  };
}

/** A file that becomes an address that answers. */
function renderArt(): TemplateResult {
  return html`<svg class="art" viewBox="0 0 380 250" aria-hidden="true">
    <path class="sheet" d="M20 34h84l34 34v112a8 8 0 0 1 -8 8H20a8 8 0 0 1 -8 -8V42a8 8 0 0 1 8 -8z" />
    <path class="fold" d="M104 34v26a8 8 0 0 0 8 8h26" />
    <rect class="mark" x="36" y="86" width="78" height="46" rx="9" /><text class="on-mark" x="75" y="114">wasm</text>
    <text x="30" y="164" style="font-size: 13px">hello.wasm</text>
    <path class="arrow" d="M150 116C176 116 176 140 196 140" /><path class="arrow head" d="M190 132l9 8-9 8" />
    <rect class="window" x="208" y="62" width="160" height="154" rx="12" /><path class="rule" d="M208 98H368" />
    <circle class="dot" cx="222" cy="80" r="3.5" /><circle class="dot" cx="234" cy="80" r="3.5" /><circle class="dot" cx="246" cy="80" r="3.5" />
    <rect class="address" x="260" y="69" width="98" height="22" rx="11" /><text x="272" y="85" style="font-size: 13px">/hello</text>
    <rect class="bar" x="226" y="116" width="88" height="14" rx="7" /><rect class="bar" x="226" y="142" width="124" height="8" rx="4" />
    <rect class="bar" x="226" y="160" width="106" height="8" rx="4" /><rect class="bar" x="226" y="178" width="118" height="8" rx="4" />
    <rect class="badge" x="280" y="200" width="92" height="32" rx="16" /><text class="ok" x="326" y="221">200 OK</text>
  </svg>`;
}

customElements.define('swerve-file-picker', FilePicker);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-file-picker': FilePicker;
  }
}
