import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** Every key that does something. Open while it is in the document; fires `swerve-close` when it is done. */
export class KeysDialog extends LitElement {
  static override properties = { commandKey: { type: String } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      dialog {
        width: min(28rem, calc(100vw - 2rem));
        padding: var(--space-5);
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(12 10 24 / 45%);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        margin-block: var(--space-4);
      }
      dl > div {
        display: grid;
        grid-column: 1 / -1;
        grid-template-columns: subgrid;
        align-items: center;
        padding-block: var(--space-2);
        border-block-start: 1px solid var(--line);
      }
      .row {
        justify-content: end;
        margin-block-start: var(--space-4);
      }
    `,
  ];

  /** How this system calls the key that goes with K. */
  declare commandKey: string;
  readonly #panel = new PanelController(this, (store) => [store.commands]);

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    const registry = this.#panel.store.commands;
    // A view may want the keys of another command for itself: what they run now is told, and nothing twice.
    const commands = registry.all().filter(({ id, keys }) => keys !== undefined && registry.withKeys(keys)?.id === id);
    return html`<dialog aria-labelledby="title" @close=${() => this.dispatchEvent(new CustomEvent('swerve-close'))}>
      <h2 id="title">Keyboard shortcuts</h2>
      <dl>
        <div><dt>Search and run, also while typing</dt><dd><kbd>${this.commandKey}</kbd> <kbd>K</kbd></dd></div>
        ${commands.map(({ title, keys = '' }) => html`<div><dt>${title}</dt><dd>${keys.split(' ').map((key) => html`<kbd>${key.toUpperCase()}</kbd> `)}</dd></div>`)}
        ${
          commands.some(({ id }) => id === 'apps/list')
            ? html`<div><dt>Next and previous App in the list</dt><dd><kbd>J</kbd> <kbd>K</kbd></dd></div>
                <div><dt>Open the page of the App in the list</dt><dd><kbd>O</kbd></dd></div>
                <div><dt>Menu of the App in the list</dt><dd><kbd>Shift</kbd> <kbd>F10</kbd></dd></div>`
            : nothing
        }
      </dl>
      <p class="soft small">Keys of two letters are pressed one after the other. None of them works while you type or a dialog is open.</p>
      <form class="row" method="dialog"><button type="submit" autofocus>Close</button></form>
    </dialog>`;
  }
}

customElements.define('swerve-keys-dialog', KeysDialog);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-keys-dialog': KeysDialog;
  }
}
