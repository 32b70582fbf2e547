import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { type AnswerView, jsonOf, previewDocument, TEXT_MAX_CHARACTERS } from '../state/answer-views.ts';
import { type Exchange, type ExchangeState, VIEW_MAX_BYTES } from '../state/exchange.ts';
import { formatBytes, formatCount } from '../text.ts';
import { bodyStyles } from './body-styles.ts';
import './console-events.ts';
import './hex-view.ts';
import './json-tree.ts';

/** The body of an answer in one of its views. */
export class ConsoleBody extends LitElement {
  static override properties = { exchange: { attribute: false }, view: { type: String }, sizeBytes: { type: Number }, state: { type: String } };
  static override styles = [
    baseStyles,
    bodyStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
      pre {
        min-height: 6rem;
        max-height: 28rem;
      }
      iframe {
        width: 100%;
        height: 28rem;
        /* A page is drawn for paper unless it says otherwise. */
        background: #fff;
        color-scheme: light;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
      .image {
        display: grid;
        place-items: center;
        min-height: 6rem;
        padding: var(--space-3);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: repeating-conic-gradient(var(--sunken) 0 25%, var(--surface) 0 50%) 0 0 / 16px 16px;
      }
      img {
        max-width: 100%;
        max-height: 28rem;
      }
    `,
  ];

  declare exchange: Exchange;
  declare view: AnswerView;
  /** Of the exchange: what it has so far, and how far it is. They make it render again. */
  declare sizeBytes: number;
  declare state: ExchangeState;
  #imageOf: Exchange | null = null;
  #imageAddress = '';
  #json: { text: string; parsed: { value: unknown } | null } = { text: '', parsed: null };
  #preview: { text: string; document: string } = { text: '', document: '' };

  override willUpdate(changed: PropertyValues<this>): void {
    const isWanted = this.view === 'image' && this.exchange.isOver;
    if (isWanted && this.#imageOf !== this.exchange) {
      this.#forgetImage();
      this.#imageOf = this.exchange;
      this.#imageAddress = URL.createObjectURL(this.exchange.toBlob());
    } else if (changed.has('exchange') && this.#imageOf !== this.exchange) this.#forgetImage();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetImage();
  }

  override render(): TemplateResult {
    return html`${this.#renderView()} ${this.#renderCut()}`;
  }

  #renderCut(): TemplateResult | typeof nothing {
    const { text, isCut, isOver, sizeBytes } = this.exchange;
    const soFar = isOver ? '' : ' so far';
    const isText = this.view === 'text' || (this.view === 'json' && this.#json.parsed === null);
    if (isText && text.length > TEXT_MAX_CHARACTERS)
      return html`<p class="soft small">The first ${formatCount(TEXT_MAX_CHARACTERS)} characters of ${formatBytes(sizeBytes)}${soFar} are shown. Download gives the whole.</p>`;
    if (!isCut || this.view === 'events' || this.view === 'image') return nothing;
    return html`<p class="soft small">The first ${formatBytes(VIEW_MAX_BYTES)} of ${formatBytes(sizeBytes)}${soFar} are shown. Download gives the whole.</p>`;
  }

  #renderView(): TemplateResult {
    const { exchange } = this;
    switch (this.view) {
      case 'events':
        return exchange.events === null
          ? this.#renderText()
          : html`<swerve-console-events .log=${exchange.events} count=${exchange.events.count} ?isOpen=${!exchange.isOver}></swerve-console-events>`;
      case 'json':
        return this.#renderJson();
      case 'preview':
        return this.#renderPreview();
      case 'image':
        if (!exchange.isOver) return renderArriving();
        return html`<div class="image"><img src=${this.#imageAddress} alt="The answer as an image" /></div>`;
      case 'hex':
        return html`<swerve-hex-view label="Bytes of the answer" .bytes=${exchange.bytes}></swerve-hex-view>`;
      case 'text':
        return this.#renderText();
    }
  }

  #renderText(): TemplateResult {
    return html`<pre tabindex="0" role="group" aria-label="Text of the answer">${this.exchange.text.slice(0, TEXT_MAX_CHARACTERS)}</pre>`;
  }

  #renderJson(): TemplateResult {
    const { exchange } = this;
    if (!exchange.isOver) return this.#renderText();
    if (this.#json.text !== exchange.text) this.#json = { text: exchange.text, parsed: jsonOf(exchange.text) };
    const { parsed } = this.#json;
    if (parsed !== null) return html`<swerve-json-tree label="JSON of the answer" .value=${parsed.value}></swerve-json-tree>`;
    return html`<p class="soft small">${exchange.isCut ? 'Too long to be shown as a tree.' : 'It is called JSON but is none, so it is shown as text.'}</p>
      ${this.#renderText()}`;
  }

  #renderPreview(): TemplateResult {
    const { exchange } = this;
    if (!exchange.isOver) return renderArriving();
    // The same text, the same document: another one would load the frame anew.
    if (this.#preview.text !== exchange.text) this.#preview = { text: exchange.text, document: previewDocument(exchange.text) };
    const { method, url, head } = exchange;
    return html`<p class="soft small">
        Without scripts, and without anything that the page loads.
        ${method === 'GET' ? html`<a href=${head?.url || url} target="_blank" rel="noopener">Open it in a tab</a>` : nothing}
      </p>
      <iframe title="Preview of the page" sandbox="" referrerpolicy="no-referrer" .srcdoc=${this.#preview.document}></iframe>`;
  }

  #forgetImage(): void {
    if (this.#imageAddress !== '') URL.revokeObjectURL(this.#imageAddress);
    this.#imageAddress = '';
    this.#imageOf = null;
  }
}

function renderArriving(): TemplateResult {
  return html`<pre class="soft">It is still arriving. The text view shows what is here.</pre>`;
}

customElements.define('swerve-console-body', ConsoleBody);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-body': ConsoleBody;
  }
}
