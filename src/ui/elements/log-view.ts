import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { LogController } from '../controllers/log-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { NumberedLine } from '../state/log-tail.ts';
import { formatClock } from '../text.ts';

/** Closer than this to its end, the list follows new lines. */
const FOLLOW_PX = 32;

/** The end of one App's log; follows new lines until a person scrolls up. */
export class LogView extends LitElement {
  static override properties = { namespace: { type: String }, name: { type: String }, isFollowing: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      .lines {
        position: relative;
        height: 22rem;
        max-height: 60vh;
        overflow: auto;
        overscroll-behavior: contain;
        padding: var(--space-3);
        font: var(--text-small) / 1.55 var(--mono);
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .line {
        display: grid;
        grid-template-columns: auto auto minmax(0, 1fr);
        column-gap: var(--space-3);
      }
      .line > :last-child {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      time,
      .stream {
        color: var(--ink-soft);
      }
      .stream {
        min-width: 6ch;
      }
      .system > :last-child {
        color: var(--accent);
      }
      /* As high as the heading alone, so that it keeps its place when buttons come and lies level with the one beside it. */
      .head button {
        margin-block: -0.5rem;
      }
      @media (max-width: 34rem) {
        .line {
          grid-template-columns: auto 1fr;
        }
        .line > :last-child {
          grid-column: 1 / -1;
          margin-block-end: var(--space-1);
        }
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  declare isFollowing: boolean;
  readonly #panel = new PanelController(this, () => []);
  readonly #log = new LogController(this, this.#panel);

  constructor() {
    super();
    this.namespace = '';
    this.name = '';
    this.isFollowing = true;
  }

  override willUpdate(): void {
    this.#log.open(this.namespace, this.name);
  }

  override updated(): void {
    if (this.isFollowing) this.#toEnd();
  }

  override render(): TemplateResult {
    const tail = this.#log.tail;
    const lines = tail?.lines ?? [];
    return html`<section aria-labelledby="title">
      <div class="row head">
        <h2 id="title" class="grow">Log</h2>
        ${this.isFollowing ? nothing : html`<button class="tiny" type="button" @click=${this.#follow}>Follow new lines</button>`}
        ${lines.length === 0 ? nothing : html`<button class="quiet tiny" type="button" @click=${() => tail?.clear()}>Clear view</button>`}
      </div>
      ${tail?.error ? html`<p class="notice bad wrap" role="alert">The log cannot be read: ${tail.error.message} Trying again.</p>` : nothing}
      <div class="lines" role="log" aria-live="off" aria-labelledby="title" tabindex="0" @scroll=${this.#onScroll}>
        ${
          lines.length > 0
            ? repeat(
                lines,
                ({ seq }) => seq,
                (line) => renderLine(line),
              )
            : html`<span class="soft">${tail?.isLoaded ? 'Nothing was written yet. What the guest prints to stderr appears here.' : 'Opening the log…'}</span>`
        }
      </div>
    </section>`;
  }

  readonly #onScroll = (event: Event): void => {
    const list = event.currentTarget as HTMLElement;
    this.isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_PX;
  };

  readonly #follow = (): void => {
    this.isFollowing = true;
    this.renderRoot.querySelector<HTMLElement>('.lines')?.focus();
  };

  #toEnd(): void {
    const list = this.renderRoot.querySelector('.lines');
    if (list !== null) list.scrollTop = list.scrollHeight;
  }
}

function renderLine({ atMs, stream, text, instance }: NumberedLine): TemplateResult {
  return html`<div class="line ${stream}">
    <time title=${instance === '' ? nothing : instance}>${formatClock(atMs)}</time><span class="stream">${stream}</span><span>${text}</span>
  </div>`;
}

customElements.define('swerve-log-view', LogView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-log-view': LogView;
  }
}
