import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { FollowController } from '../controllers/follow-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { saveFile } from '../save-file.ts';
import { copyText } from '../state/clipboard.ts';
import { EVERY_LINE, LineFilter, type LogFilter, textOfLines } from '../state/log-filter.ts';
import type { NumberedLine } from '../state/log-tail.ts';
import type { LogLines } from './log-lines.ts';
import type { LogAction } from './log-toolbar.ts';
import './log-lines.ts';
import './log-toolbar.ts';

/** The same array each time, so that nothing is taken for new. */
const NO_LINES: readonly NumberedLine[] = [];

/** One App's log: filters, pause, copy, and the lines, which follow the end until a person scrolls up. */
export class LogView extends LitElement {
  static override properties = {
    namespace: { type: String },
    name: { type: String },
    instance: { type: String },
    filter: { state: true },
    isFollowing: { state: true },
    isWrapped: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
      swerve-log-toolbar {
        display: grid;
        gap: var(--space-2);
      }
      .follow {
        margin-inline-start: auto;
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  /** Shows the lines of this one to begin with; empty: of all. */
  declare instance: string;
  declare filter: LogFilter;
  declare isFollowing: boolean;
  declare isWrapped: boolean;
  readonly #panel = new PanelController(this, (store) => [store.pods]);
  readonly #log = new FollowController(this, () => this.#panel.store.openLog());
  readonly #filtered = new LineFilter<NumberedLine>();
  /** Who wrote the lines that were there last. */
  #writers: { lines: readonly NumberedLine[]; names: ReadonlySet<string> } = { lines: [], names: new Set() };

  constructor() {
    super();
    this.namespace = '';
    this.name = '';
    this.instance = '';
    this.filter = EVERY_LINE;
    this.isFollowing = true;
    this.isWrapped = true;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.#log.open(this.namespace, this.name);
    if (changed.has('instance')) this.filter = { ...this.filter, instance: this.instance };
  }

  override render(): TemplateResult {
    const tail = this.#log.followed;
    const lines = this.#lines;
    const shown = this.#filtered.of(lines, this.filter);
    return html`<section aria-labelledby="title">
      <h2 id="title" class="visually-hidden">Log</h2>
      <swerve-log-toolbar
        .filter=${this.filter}
        .instances=${this.#instances()}
        .shown=${shown.length}
        .count=${lines.length}
        .isPaused=${tail?.isPaused ?? false}
        .heldCount=${tail?.heldCount ?? 0}
        .isWrapped=${this.isWrapped}
        @swerve-filter=${this.#onFilter}
        @swerve-action=${this.#onAction}
      >
        ${this.isFollowing ? nothing : html`<button class="tiny follow" type="button" @click=${this.#follow}>Follow new lines</button>`}
      </swerve-log-toolbar>
      ${tail?.error ? html`<p class="notice bad wrap" role="alert">The log cannot be read: ${tail.error.message} Trying again.</p>` : nothing}
      <swerve-log-lines
        .lines=${shown}
        .query=${this.filter.text}
        .isWrapped=${this.isWrapped}
        .isFollowing=${this.isFollowing}
        .emptyText=${this.#emptyText(tail?.isLoaded ?? false, lines.length)}
        @swerve-follow=${this.#onFollow}
      ></swerve-log-lines>
    </section>`;
  }

  get #lines(): readonly NumberedLine[] {
    return this.#log.followed?.lines ?? NO_LINES;
  }

  #emptyText(isLoaded: boolean, count: number): string {
    if (!isLoaded) return 'Opening the log…';
    return count > 0 ? 'No line is like that.' : 'Nothing was written yet. What the guest prints to stderr appears here.';
  }

  /** Those that run, and the one that is asked for, which may have ended. */
  #instances(): string[] {
    const running = this.#panel.store.instancesOf(this.namespace, this.name).map(({ metadata }) => metadata.name);
    const lines = this.#lines;
    // Asked for with every change of a pod; ten thousand lines are looked through only when they are others.
    if (lines !== this.#writers.lines) this.#writers = { lines, names: new Set(lines.map(({ instance }) => instance)) };
    const names = new Set([...running, ...this.#writers.names, this.filter.instance].filter((name) => name !== ''));
    return [...names].sort();
  }

  readonly #onFilter = (event: CustomEvent<LogFilter>): void => {
    this.filter = event.detail;
  };

  readonly #onFollow = (event: CustomEvent<boolean>): void => {
    this.isFollowing = event.detail;
  };

  readonly #follow = (): void => {
    this.isFollowing = true;
    this.renderRoot.querySelector<LogLines>('swerve-log-lines')?.focus();
  };

  readonly #onAction = (event: CustomEvent<LogAction>): void => {
    const tail = this.#log.followed;
    const text = (): string => textOfLines(this.#filtered.of(this.#lines, this.filter));
    switch (event.detail) {
      case 'pause':
        tail?.pause();
        break;
      case 'resume':
        tail?.resume();
        break;
      case 'clear':
        tail?.clear();
        break;
      case 'wrap':
      case 'unwrap':
        this.isWrapped = event.detail === 'wrap';
        break;
      case 'copy':
        void copyText(this.#panel.store.toasts, text(), 'Copied the lines that are shown.');
        break;
      case 'download':
        saveFile({ name: `${this.name}.log`, blob: new Blob([text()], { type: 'text/plain' }) });
        break;
    }
  };
}

customElements.define('swerve-log-view', LogView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-log-view': LogView;
  }
}
