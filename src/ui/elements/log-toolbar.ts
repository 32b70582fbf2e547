import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { EVERY_LINE, type LogFilter } from '../state/log-filter.ts';
import { renderPause } from './pause-button.ts';
import { toolbarStyles } from './toolbar-styles.ts';

const STREAMS: readonly [LogFilter['stream'], string][] = [
  ['all', 'Any stream'],
  ['stdout', 'stdout'],
  ['stderr', 'stderr'],
  ['system', 'system'],
];
const LEVELS: readonly [LogFilter['level'], string][] = [
  ['all', 'Any level'],
  ['error', 'Errors'],
  ['warn', 'Warnings and worse'],
  ['info', 'Info and worse'],
  ['debug', 'Any that names one'],
];

/** What can be done with what is shown of a log. */
export type LogAction = 'pause' | 'resume' | 'wrap' | 'unwrap' | 'copy' | 'download' | 'clear';

/** What is shown of a log. Fires `swerve-filter` with the new filter and `swerve-action` with a {@link LogAction}. */
export class LogToolbar extends LitElement {
  static override properties = {
    filter: { attribute: false },
    instances: { attribute: false },
    shown: { type: Number },
    count: { type: Number },
    isPaused: { type: Boolean },
    heldCount: { type: Number },
    isWrapped: { type: Boolean },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    toolbarStyles,
    css`
      .count {
        min-width: 9ch;
      }
      /* As wide with names in it as without. */
      .instance {
        width: 9rem;
      }
      select {
        max-width: 14rem;
      }
    `,
  ];

  declare filter: LogFilter;
  /** Names to choose from. */
  declare instances: readonly string[];
  /** Lines that the filter lets through, of `count`. */
  declare shown: number;
  declare count: number;
  declare isPaused: boolean;
  declare heldCount: number;
  declare isWrapped: boolean;

  constructor() {
    super();
    this.filter = EVERY_LINE;
    this.instances = [];
    this.shown = 0;
    this.count = 0;
    this.isPaused = false;
    this.heldCount = 0;
    this.isWrapped = true;
  }

  /** Puts the focus into the search field. */
  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render(): TemplateResult {
    const { filter, shown, count } = this;
    const isEmpty = shown === 0;
    return html`<div class="toolbar" role="group" aria-label="Which lines">
      <input name="text"
        type="search"
        aria-label="Filter by text"
        placeholder="Filter by text"
        autocomplete="off"
        spellcheck="false"
        .value=${filter.text}
        @input=${(event: Event) => this.#change({ text: (event.currentTarget as HTMLInputElement).value })}
      />
      <select name="stream" aria-label="Stream" @change=${(event: Event) => this.#change({ stream: chosenIn(event) as LogFilter['stream'] })}>
        ${STREAMS.map(([value, label]) => html`<option value=${value} ?selected=${filter.stream === value}>${label}</option>`)}
      </select>
      <select name="level" aria-label="Level" @change=${(event: Event) => this.#change({ level: chosenIn(event) as LogFilter['level'] })}>
        ${LEVELS.map(([value, label]) => html`<option value=${value} ?selected=${filter.level === value}>${label}</option>`)}
      </select>
      <select name="instance" class="instance" aria-label="Instance" @change=${(event: Event) => this.#change({ instance: chosenIn(event) })}>
        <option value="" ?selected=${filter.instance === ''}>Any instance</option>
        ${this.instances.map((name) => html`<option value=${name} ?selected=${filter.instance === name}>${name}</option>`)}
      </select>
      <span class="count soft small" role="status">${shown === count ? `${count} ${count === 1 ? 'line' : 'lines'}` : `${shown} of ${count}`}</span>
    </div>
    <div class="toolbar" role="group" aria-label="Log actions">
      ${renderPause(this, () => this.#act(this.isPaused ? 'resume' : 'pause'))}
      <button class="tiny" type="button" aria-pressed=${this.isWrapped} @click=${() => this.#act(this.isWrapped ? 'unwrap' : 'wrap')}>Wrap</button>
      <button class="quiet tiny" type="button" ?disabled=${isEmpty} @click=${() => this.#act('copy')}>Copy</button>
      <button class="quiet tiny" type="button" ?disabled=${isEmpty} @click=${() => this.#act('download')}>Download</button>
      <button class="quiet tiny" type="button" ?disabled=${count === 0} @click=${() => this.#act('clear')}>Clear view</button>
      <slot></slot>
    </div>`;
  }

  #change(change: Partial<LogFilter>): void {
    this.dispatchEvent(new CustomEvent<LogFilter>('swerve-filter', { detail: { ...this.filter, ...change } }));
  }

  #act(action: LogAction): void {
    this.dispatchEvent(new CustomEvent<LogAction>('swerve-action', { detail: action }));
  }
}

function chosenIn(event: Event): string {
  return (event.currentTarget as HTMLSelectElement).value;
}

customElements.define('swerve-log-toolbar', LogToolbar);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-log-toolbar': LogToolbar;
  }
}
