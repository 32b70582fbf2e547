import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { icon } from '../icons.ts';
import { type ConsoleRow, consoleRow, type RequestProblems } from '../state/console-request.ts';
import { fieldStyles } from './form-field.ts';

/** Names and values, a row each. Fires `swerve-rows` with the changed rows; `what` names one of them: "header". */
export class ConsoleRows extends LitElement {
  static override properties = {
    rows: { attribute: false },
    problems: { attribute: false },
    what: { type: String },
    suggestions: { attribute: false },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }
      ul {
        display: grid;
        gap: var(--space-2);
        width: 100%;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto;
        gap: var(--space-2);
      }
      .row input {
        min-height: 2.25rem;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      .remove {
        padding-inline: 0.5rem;
      }
      .error {
        padding-block-start: var(--space-1);
      }
    `,
  ];

  declare rows: readonly ConsoleRow[];
  /** By `<what>-<id of the row>`. */
  declare problems: RequestProblems;
  declare what: string;
  /** Names that are offered while one is typed. */
  declare suggestions: readonly string[];
  #focusIndex: number | null = null;

  constructor() {
    super();
    this.rows = [];
    this.problems = {};
    this.what = 'field';
    this.suggestions = [];
  }

  /** Moves the focus to the first row that is wrong; false when there is none. */
  focusFirstProblem(): boolean {
    const first = this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]');
    first?.focus();
    return first !== null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.#focusIndex === null || !changed.has('rows')) return;
    // After one was added or removed the focus would be lost with its button.
    const names = this.renderRoot.querySelectorAll<HTMLElement>('.name');
    (names[Math.min(this.#focusIndex, names.length - 1)] ?? this.renderRoot.querySelector<HTMLElement>('.add'))?.focus();
    this.#focusIndex = null;
  }

  override render(): TemplateResult {
    return html`${
      this.rows.length === 0
        ? nothing
        : html`<ul>
            ${repeat(
              this.rows,
              ({ id }) => id,
              (row, index) => this.#renderRow(row, index),
            )}
          </ul>`
    }
      <button class="tiny add" type="button" @click=${this.#add}>Add a ${this.what}</button>
      ${this.suggestions.length === 0 ? nothing : html`<datalist id="names">${this.suggestions.map((name) => html`<option value=${name}></option>`)}</datalist>`}`;
  }

  #renderRow({ id, name, value }: ConsoleRow, index: number): TemplateResult {
    const problem = this.problems[`${this.what}-${id}`];
    const number = index + 1;
    return html`<li>
      <div class="row">
        <input name="name"
          class="name"
          aria-label="Name of ${this.what} ${number}"
          placeholder="Name"
          list=${this.suggestions.length === 0 ? nothing : 'names'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-invalid=${problem !== undefined}
          aria-describedby=${problem === undefined ? nothing : `problem-${id}`}
          .value=${name}
          @input=${(event: InputEvent) => this.#set(id, { name: (event.currentTarget as HTMLInputElement).value })}
        />
        <input name="value"
          aria-label="Value of ${this.what} ${number}"
          placeholder="Value"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          .value=${value}
          @input=${(event: InputEvent) => this.#set(id, { value: (event.currentTarget as HTMLInputElement).value })}
        />
        <button class="quiet tiny remove" type="button" aria-label="Remove ${this.what} ${number}" title="Remove" @click=${() => this.#remove(index)}>${icon('close')}</button>
      </div>
      ${problem === undefined ? nothing : html`<p class="error small wrap" id="problem-${id}">${problem}</p>`}
    </li>`;
  }

  readonly #add = (): void => {
    this.#focusIndex = this.rows.length;
    this.#emit([...this.rows, consoleRow()]);
  };

  #remove(index: number): void {
    this.#focusIndex = index;
    this.#emit(this.rows.toSpliced(index, 1));
  }

  #set(id: number, change: Partial<ConsoleRow>): void {
    this.#emit(this.rows.map((row) => (row.id === id ? { id, name: row.name, value: row.value, ...change } : row)));
  }

  #emit(rows: ConsoleRow[]): void {
    this.dispatchEvent(new CustomEvent<ConsoleRow[]>('swerve-rows', { detail: rows }));
  }
}

customElements.define('swerve-console-rows', ConsoleRows);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-rows': ConsoleRows;
  }
}
