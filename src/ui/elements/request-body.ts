import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { BODY_PREVIEW_BYTES, type BodyPreview } from '../../core/traffic.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { type BodyView, isEncoded, viewOfBody } from '../state/body-preview.ts';
import { formatBytes } from '../text.ts';
import { bodyStyles } from './body-styles.ts';

const KINDS: Readonly<Record<BodyView['kind'], string>> = { empty: '', text: 'text', json: 'JSON, laid out', image: 'image', hex: 'bytes' };

/** The start of a body: text, JSON laid out, an image, or bytes. Fires `swerve-copy` with its text. */
export class RequestBody extends LitElement {
  static override properties = {
    preview: { attribute: false },
    headers: { attribute: false },
    label: { type: String },
    totalBytes: { type: Number },
    emptyText: { type: String },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    bodyStyles,
    css`
      .head {
        justify-content: space-between;
        min-height: 2rem;
      }
      pre {
        max-height: 20rem;
      }
      pre.hex {
        white-space: pre;
        overflow-wrap: normal;
      }
      img {
        max-width: 100%;
        max-height: 20rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: repeating-conic-gradient(var(--sunken) 0 25%, var(--surface) 0 50%) 0 0 / 16px 16px;
      }
    `,
  ];

  declare preview: BodyPreview | null;
  declare headers: readonly (readonly [string, string])[];
  declare label: string;
  /** Of the whole body. */
  declare totalBytes: number;
  declare emptyText: string;

  constructor() {
    super();
    this.preview = null;
    this.headers = [];
    this.label = '';
    this.totalBytes = 0;
    this.emptyText = '';
  }

  override render(): TemplateResult {
    const { preview } = this;
    const view: BodyView = preview === null ? { kind: 'empty' } : viewOfBody(preview, this.headers);
    const about = view.kind === 'empty' ? '' : `${KINDS[view.kind]}, ${formatBytes(this.totalBytes)}`;
    return html`<div class="row head">
        <h3>${this.label} ${about === '' ? nothing : html`<span class="soft small">${about}</span>`}</h3>
        ${'text' in view ? html`<button class="quiet tiny" type="button" aria-label="Copy ${this.label.toLowerCase()}" @click=${() => this.#copy(view.text)}>Copy</button>` : nothing}
      </div>
      ${this.#renderView(view)}
      ${preview?.isCut && view.kind !== 'empty' ? html`<p class="soft small">Cut: only the first ${formatBytes(BODY_PREVIEW_BYTES)} were kept.</p>` : nothing}
      ${view.kind === 'hex' && isEncoded(this.headers) ? html`<p class="soft small">It is packed (content-encoding), so its bytes are shown.</p>` : nothing}`;
  }

  #renderView(view: BodyView): TemplateResult {
    switch (view.kind) {
      case 'empty':
        return html`<p class="soft small">${this.emptyText}</p>`;
      case 'image':
        return html`<img src=${view.source} alt=${this.label} />`;
      case 'text':
      case 'json':
      case 'hex':
        return html`<pre class=${view.kind} tabindex="0" aria-label=${this.label}>${view.text}</pre>`;
    }
  }

  #copy(text: string): void {
    this.dispatchEvent(new CustomEvent<string>('swerve-copy', { detail: text }));
  }
}

customElements.define('swerve-request-body', RequestBody);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-body': RequestBody;
  }
}
