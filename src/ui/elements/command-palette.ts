import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import type { Command } from '../state/commands.ts';

/** Searches and runs the commands of the panel. Open while it is in the document; fires `swerve-close` when it is done. */
export class CommandPalette extends LitElement {
  static override properties = { query: { state: true }, active: { state: true } };
  static override styles = [
    baseStyles,
    css`
      dialog {
        width: min(40rem, calc(100vw - 1.5rem));
        max-height: min(32rem, calc(100dvh - 3rem));
        margin-block-start: min(12vh, 6rem);
        padding: 0;
        overflow: hidden;
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 2px);
        box-shadow: var(--shadow);
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
        animation: enter var(--quick) ease-out;
      }
      dialog::backdrop {
        background: rgb(12 10 24 / 45%);
      }
      .field {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding-inline: var(--space-4);
        color: var(--ink-soft);
        border-block-end: 1px solid var(--line);
      }
      input {
        flex: 1;
        min-width: 0;
        height: 3.25rem;
        padding: 0;
        font: inherit;
        font-size: max(1rem, var(--text-large));
        color: var(--ink);
        background: none;
        border: 0;
      }
      /* It has the focus as long as the dialog is open; its line says so. */
      input:focus-visible {
        outline: none;
      }
      .field:focus-within {
        border-color: var(--accent);
      }
      input::placeholder {
        color: var(--ink-soft);
        opacity: 1;
      }
      .list {
        flex: 1;
        overflow-y: auto;
        padding: var(--space-2);
        scroll-padding-block: var(--space-6) var(--space-2);
      }
      .group {
        padding: var(--space-2) var(--space-2) var(--space-1);
        font-size: var(--text-small);
        font-weight: 550;
        color: var(--ink-soft);
      }
      [role='option'] {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-height: 2.375rem;
        padding: var(--space-1) var(--space-2);
        border-radius: var(--radius-small);
        cursor: pointer;
      }
      [role='option'] .icon {
        color: var(--ink-soft);
      }
      [aria-selected='true'] {
        background: var(--accent-wash);
      }
      @media (forced-colors: active) {
        [aria-selected='true'] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
      [aria-selected='true'] .icon {
        color: var(--accent);
      }
      .title {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .detail {
        max-width: 45%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .none {
        padding: var(--space-4) var(--space-3) var(--space-5);
      }
      @media (pointer: coarse) {
        kbd {
          display: none;
        }
        [role='option'] {
          min-height: 2.75rem;
        }
      }
    `,
  ];

  declare query: string;
  /** Which of the found is the one that Enter runs. */
  declare active: number;
  readonly #panel = new PanelController(this, (store) => [store.commands, store.apps]);
  #found: Command[] = [];
  #pointerAt = '';

  constructor() {
    super();
    this.query = '';
    this.active = 0;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override willUpdate(): void {
    this.#found = this.#panel.store.commands.find(this.query);
    this.active = Math.min(this.active, Math.max(0, this.#found.length - 1));
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('active') || changed.has('query')) this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  override render(): TemplateResult {
    const found = this.#found;
    return html`<dialog aria-label="Search and run" @close=${this.#onClose} @click=${this.#onBackdrop}>
      <div class="field">
        ${icon('search')}
        <input name="command"
          type="text"
          role="combobox"
          aria-label="Search views, Apps and actions"
          aria-expanded="true"
          aria-controls="list"
          aria-autocomplete="list"
          aria-activedescendant=${found.length === 0 ? nothing : `option-${this.active}`}
          placeholder="Search views, Apps and actions"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          autofocus
          .value=${this.query}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
        />
        <kbd aria-hidden="true">Esc</kbd>
      </div>
      <div class="list">
        <div id="list" role="listbox" aria-label="Commands">${this.query.trim() === '' ? this.#renderGroups(found) : this.#renderOptions(found, 0)}</div>
        <p class="visually-hidden" role="status">${this.query.trim() === '' ? '' : `${found.length} found`}</p>
        ${found.length === 0 ? html`<p class="none soft">Nothing fits “${this.query.trim()}”. Try the name of an App or of a view.</p>` : nothing}
      </div>
    </dialog>`;
  }

  #renderGroups(found: Command[]): TemplateResult[] {
    const groups = [...new Set(found.map(({ group }) => group))];
    let from = 0;
    return groups.map((group, index) => {
      const members = found.filter((command) => command.group === group);
      const rendered = html`<div role="group" aria-labelledby="group-${index}"><div class="group" id="group-${index}">${group}</div>${this.#renderOptions(members, from)}</div>`;
      from += members.length;
      return rendered;
    });
  }

  #renderOptions(commands: Command[], from: number): unknown {
    return repeat(
      commands,
      ({ id }) => id,
      (command, at) => {
        const index = from + at;
        return html`<div
          role="option"
          id="option-${index}"
          aria-selected=${index === this.active}
          @pointermove=${(event: PointerEvent) => this.#onPointer(event, index)}
          @click=${() => this.#run(command)}
        >
          ${icon(command.icon)}<span class="title">${command.title}</span>
          ${command.detail === undefined ? nothing : html`<span class="detail soft small">${command.detail}</span>`}
          ${command.keys === undefined ? nothing : html`<span aria-hidden="true">${command.keys.split(' ').map((key) => html`<kbd>${key.toUpperCase()}</kbd> `)}</span>`}
        </div>`;
      },
    );
  }

  /** A list that changes under a pointer at rest is told as a move too, and chooses nothing. */
  #onPointer({ clientX, clientY }: PointerEvent, index: number): void {
    const at = `${clientX},${clientY}`;
    const hasMoved = this.#pointerAt !== '' && this.#pointerAt !== at;
    this.#pointerAt = at;
    if (hasMoved) this.active = index;
  }

  readonly #onInput = (event: InputEvent): void => {
    this.query = (event.currentTarget as HTMLInputElement).value;
    this.active = 0;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const last = this.#found.length - 1;
    const steps: Record<string, number> = {
      ArrowDown: this.active === last ? 0 : this.active + 1,
      ArrowUp: this.active === 0 ? last : this.active - 1,
      PageDown: Math.min(last, this.active + 8),
      PageUp: Math.max(0, this.active - 8),
    };
    const next = steps[event.key];
    const chosen = this.#found[this.active];
    if (next !== undefined) this.active = Math.max(0, next);
    else if (event.key === 'Enter' && chosen !== undefined && !event.isComposing) this.#run(chosen);
    else return;
    event.preventDefault();
  };

  #run(command: Command): void {
    // Closed first: the focus goes back to where it was, from where the command may take it elsewhere.
    this.renderRoot.querySelector('dialog')?.close();
    void this.#panel.store.commands.run(command);
  }

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onClose = (): void => {
    this.dispatchEvent(new CustomEvent('swerve-close'));
  };
}

customElements.define('swerve-command-palette', CommandPalette);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-command-palette': CommandPalette;
  }
}
