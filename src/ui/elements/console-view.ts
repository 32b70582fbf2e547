import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { ConsoleController } from '../controllers/console-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { saveFile } from '../save-file.ts';
import { fileNameOf } from '../state/answer-views.ts';
import { copyText } from '../state/clipboard.ts';
import type { RequestConsole } from '../state/console.ts';
import type { HistoryEntry } from '../state/console-history.ts';
import { appFor, type ConsoleRequest, knownRoutes } from '../state/console-request.ts';
import './console-answer.ts';
import type { ConsoleForm } from './console-form.ts';
import './console-form.ts';
import './console-history.ts';

/** Sends requests to Apps and shows what comes back. */
export class ConsoleView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        container-type: inline-size;
      }
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
      }
      .columns,
      .main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        align-items: start;
      }
      @container (min-width: 56rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr) 17rem;
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.apps]);
  readonly #controller = new ConsoleController(this, this.#panel);
  #renders = 0;

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { console } = this.#controller;
    return html`<div class="page">
      <h1 tabindex="-1">Request console</h1>
      ${console === null ? html`<p class="soft" role="status">Opening the console…</p>` : this.#renderConsole(console)}
    </div>`;
  }

  #renderConsole(console: RequestConsole): TemplateResult {
    const { request, exchange, sent } = console;
    const routes = knownRoutes(this.#panel.store.apps.items, location.hostname);
    const isUnderWay = exchange !== null && !exchange.isOver;
    this.#renders += 1;
    return html`<div class="columns">
      <div class="main">
        <swerve-console-form
          .request=${request}
          .problems=${console.problems}
          .routes=${routes}
          .app=${appFor(routes, request.method, request.path)}
          target=${console.target}
          address=${console.address}
          ?isUnderWay=${isUnderWay}
          @swerve-edit=${(event: CustomEvent<Partial<ConsoleRequest>>) => console.edit(event.detail)}
          @swerve-target=${(event: CustomEvent<string>) => console.typeTarget(event.detail)}
          @swerve-target-end=${() => console.commitTarget()}
          @swerve-send=${() => this.#send(console)}
          @swerve-cancel=${() => console.cancel()}
          @swerve-curl=${() => this.#copyCurl(console)}
        ></swerve-console-form>
        <swerve-console-answer
          .exchange=${exchange}
          .app=${sent === null ? null : appFor(routes, sent.method, sent.path)}
          seen=${this.#renders}
          @swerve-copy=${(event: CustomEvent<{ text: string; what: string }>) => copyText(this.#panel.store.toasts, event.detail.text, `Copied ${event.detail.what}.`)}
          @swerve-download=${() => exchange !== null && saveFile({ name: fileNameOf(exchange.head?.url || exchange.url, exchange.contentType), blob: exchange.toBlob() })}
        ></swerve-console-answer>
      </div>
      <swerve-console-history
        .entries=${console.history}
        @swerve-fill=${(event: CustomEvent<HistoryEntry>) => console.fill(event.detail)}
        @swerve-resend=${(event: CustomEvent<HistoryEntry>) => console.resend(event.detail)}
        @swerve-forget=${(event: CustomEvent<string>) => console.deleteEntry(event.detail)}
        @swerve-clear=${() => this.#clear(console)}
      ></swerve-console-history>
    </div>`;
  }

  async #send(console: RequestConsole): Promise<void> {
    if (await console.send()) return;
    await this.updateComplete;
    const form = this.renderRoot.querySelector<ConsoleForm>('swerve-console-form');
    await form?.updateComplete;
    await form?.focusFirstProblem();
  }

  async #copyCurl(console: RequestConsole): Promise<void> {
    const { toasts } = this.#panel.store;
    const command = await console.toCurl();
    if (command === null) toasts.show({ text: 'The file is too long for a command. Use curl with --data-binary and its name.', tone: 'bad' });
    else await copyText(toasts, command, 'Copied the curl command.');
  }

  #clear(console: RequestConsole): void {
    const restore = console.clearHistory();
    this.#panel.store.toasts.show({ text: 'Cleared the history.', action: { label: 'Undo', run: restore } });
  }
}

customElements.define('swerve-console-view', ConsoleView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-view': ConsoleView;
  }
}
