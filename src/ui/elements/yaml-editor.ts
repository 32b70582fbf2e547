import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import type { YamlMark } from '../state/app-yaml.ts';
import { yamlTokens } from '../state/yaml-tokens.ts';

/** More lines than this are shown without colours: each one is an element of its own. */
const COLOURED_LINES = 2_000;
const NOTE_CHARACTERS = 90;
const INDENT = '  ';

/**
 * YAML as text, with line numbers and what is wrong at its line. Fires `swerve-text` with the changed text. Tab indents;
 * after Escape it moves the focus on, so that nobody is caught in here.
 */
export class YamlEditor extends LitElement {
  static override properties = { text: { attribute: false }, marks: { attribute: false }, label: { type: String }, isReadOnly: { type: Boolean } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        min-width: 0;
      }
      .frame {
        overflow: auto;
        max-height: min(46rem, 70vh);
        background: var(--sunken);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
      }
      .frame[data-read-only] {
        border-color: var(--line);
      }
      .frame[data-bad] {
        border-color: var(--bad);
        box-shadow: inset 0 0 0 1px var(--bad);
      }
      .frame:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
      .page {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        min-width: max-content;
        min-height: 100%;
        font: var(--text-small) / 1.6 var(--mono);
        font-variant-ligatures: none;
        tab-size: 2;
      }
      .gutter {
        position: sticky;
        inset-inline-start: 0;
        z-index: 1;
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-3);
        text-align: end;
        color: var(--ink-soft);
        background: var(--sunken);
        border-inline-end: 1px solid var(--line);
        font-variant-numeric: tabular-nums;
        user-select: none;
        white-space: pre;
      }
      .code {
        position: relative;
        min-width: max-content;
      }
      pre,
      textarea {
        margin: 0;
        padding: var(--space-2) var(--space-3);
        font: inherit;
        font-variant-ligatures: inherit;
        tab-size: inherit;
        letter-spacing: 0;
        white-space: pre;
      }
      pre {
        color: var(--ink);
        min-height: 6rem;
      }
      textarea {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: hidden;
        resize: none;
        border: 0;
        outline: none;
        color: transparent;
        caret-color: var(--ink);
        background: transparent;
      }
      textarea::selection {
        color: transparent;
        background: color-mix(in oklab, var(--accent) 28%, transparent);
      }
      .line {
        display: block;
        min-height: 1lh;
        margin-inline: calc(-1 * var(--space-3));
        padding-inline: var(--space-3);
      }
      .line.bad {
        background: var(--bad-wash);
      }
      .number.bad {
        color: var(--bad);
        font-weight: 650;
      }
      .number {
        display: block;
      }
      .key {
        color: var(--accent);
      }
      .comment,
      .mark {
        color: var(--ink-soft);
      }
      .note {
        margin-inline-start: 2ch;
        color: var(--bad);
        font-family: var(--sans);
        font-style: italic;
      }
      .problems {
        display: grid;
        gap: var(--space-1);
      }
      .problems button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--bad);
        font-size: var(--text-small);
        font-weight: 400;
        text-align: start;
        text-decoration: underline;
        text-decoration-thickness: 1px;
        text-underline-offset: 0.18em;
        overflow-wrap: anywhere;
      }
      @media (forced-colors: active) {
        textarea {
          color: CanvasText;
        }
        pre {
          color: transparent;
        }
      }
    `,
  ];

  declare text: string;
  declare marks: readonly YamlMark[];
  declare label: string;
  declare isReadOnly: boolean;
  /** The next Tab leaves. */
  #mayLeave = false;

  constructor() {
    super();
    this.text = '';
    this.marks = [];
    this.label = 'YAML';
    this.isReadOnly = false;
  }

  /** Puts the caret at a place of the text and brings it into view. Both count from 1. */
  goTo(line: number, column: number): void {
    const area = this.#area;
    if (area === null) return;
    const lines = this.text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
    const end = start + (lines[line - 1]?.length ?? 0);
    area.focus({ preventScroll: true });
    area.setSelectionRange(Math.min(start + column - 1, end), end);
    this.renderRoot.querySelectorAll('.number')[line - 1]?.scrollIntoView({ block: 'center', inline: 'start' });
  }

  override render(): TemplateResult {
    const isBad = this.marks.length > 0;
    return html`<div class="frame" ?data-bad=${isBad} ?data-read-only=${this.isReadOnly}>
        <div class="page">
          <div class="gutter" aria-hidden="true">${this.#renderNumbers()}</div>
          <div class="code">
            <pre aria-hidden="true">${this.#renderLines()}</pre>
            <textarea name="yaml"
              aria-label=${this.label}
              aria-invalid=${isBad}
              aria-describedby="problems hint"
              spellcheck="false"
              autocapitalize="none"
              autocomplete="off"
              wrap="off"
              ?readonly=${this.isReadOnly}
              .value=${live(this.text)}
              @input=${this.#onInput}
              @keydown=${this.#onKey}
              @focus=${this.#onFocus}
            ></textarea>
          </div>
        </div>
      </div>
      <div role="status"><ul class="problems" id="problems" ?hidden=${!isBad}>
        ${this.marks.map(
          (mark) => html`<li>
            <button type="button" @click=${() => this.goTo(mark.line, mark.column)}>Line ${mark.line}, column ${mark.column}: ${mark.message}</button>
          </li>`,
        )}
      </ul></div>
      ${this.isReadOnly ? nothing : html`<p class="soft small" id="hint">Tab indents; press Escape, then Tab, to leave. Comments stay while this is open and are not stored.</p>`}`;
  }

  #renderNumbers(): TemplateResult[] {
    const bad = new Set(this.marks.map(({ line }) => line));
    return this.text.split('\n').map((_, index) => html`<span class="number ${bad.has(index + 1) ? 'bad' : ''}">${index + 1}</span>`);
  }

  #renderLines(): TemplateResult[] | string {
    const lines = yamlTokens(this.text);
    if (lines.length > COLOURED_LINES) return `${this.text}\n`;
    const notes = new Map(this.marks.map(({ line, message }) => [line, message]));
    return lines.map((tokens, index) => {
      const note = notes.get(index + 1);
      const shown = note !== undefined && note.length > NOTE_CHARACTERS ? `${note.slice(0, NOTE_CHARACTERS)}…` : note;
      // On one line: between the pieces white space would count.
      return html`<span class="line ${note === undefined ? '' : 'bad'}">${tokens.map(({ kind, text }) => html`<span class=${kind}>${text}</span>`)}${shown === undefined ? nothing : html`<span class="note">${shown}</span>`}</span>`;
    });
  }

  readonly #onInput = (event: InputEvent): void => {
    this.text = (event.currentTarget as HTMLTextAreaElement).value;
    this.dispatchEvent(new CustomEvent<string>('swerve-text', { detail: this.text }));
  };

  readonly #onFocus = (): void => {
    this.#mayLeave = false;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.isReadOnly || event.isComposing) return;
    const area = event.currentTarget as HTMLTextAreaElement;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (event.key === 'Escape') {
      this.#mayLeave = true;
      return;
    }
    if (event.key === 'Tab' && isPlain && !this.#mayLeave) {
      event.preventDefault();
      insert(area, INDENT);
    } else if (event.key === 'Enter' && isPlain) {
      event.preventDefault();
      const line = area.value.slice(area.value.lastIndexOf('\n', area.selectionStart - 1) + 1, area.selectionStart);
      const [indent = ''] = /^ */.exec(line) ?? [];
      insert(area, `\n${indent}${/:\s*$/.test(line) ? INDENT : ''}`);
    }
    if (event.key !== 'Tab' && event.key !== 'Shift') this.#mayLeave = false;
  };

  get #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }
}

/** As if it had been typed: only so can it be undone. The command is deprecated and has no successor. */
function insert(area: HTMLTextAreaElement, text: string): void {
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

customElements.define('swerve-yaml-editor', YamlEditor);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-yaml-editor': YamlEditor;
  }
}
