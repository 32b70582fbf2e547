import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { whyNotRunnable } from '../state/module-imports.ts';
import { formatAge, formatBytes, shortDigest } from '../text.ts';

/** Modules that are stored and that no App runs, for example because the panel was closed before "Run it". Nothing while there are none. Fires `swerve-offer` after it has proposed one. */
export class StoredModuleList extends LitElement {
  static override properties = { asked: { state: true }, errors: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2) var(--space-4);
        align-items: center;
        padding: var(--space-3) var(--space-4);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .about {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      @media (max-width: 34rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--space-3);
        }
        .ask {
          flex-basis: 100%;
        }
      }
    `,
  ];

  /** Whose deletion waits for a second word. */
  declare asked: Digest | null;
  declare errors: ReadonlyMap<Digest, string>;
  readonly #panel = new PanelController(this, (store) => [store.storedModules, store.apps, store.uploads]);
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.asked = null;
    this.errors = new Map();
  }

  /** Without content it takes no place in its parent's grid either. */
  override willUpdate(): void {
    this.hidden = this.#panel.store.unusedModules().length === 0;
  }

  override render(): TemplateResult | typeof nothing {
    const modules = this.#panel.store.unusedModules();
    if (modules.length === 0) return nothing;
    return html`<section aria-labelledby="title">
      <h2 id="title" tabindex="-1">Stored modules</h2>
      <p class="soft small">These are stored on this device, but no App runs them.</p>
      <ul class="card">
        ${repeat(
          modules,
          ({ digest }) => digest,
          (module) => this.#renderModule(module),
        )}
      </ul>
    </section>`;
  }

  #renderModule(module: ModuleReport): TemplateResult {
    const { digest, summary, sizeBytes, createdAtMs } = module;
    const short = shortDigest(digest);
    const obstacle = whyNotRunnable(module);
    const error = this.errors.get(digest);
    return html`<li>
      <div class="about">
        <h3 class="wrap"><code title=${digest}>${short}</code></h3>
        <p class="small wrap">${summary}</p>
        <p class="soft small">${formatBytes(sizeBytes)} · stored ${formatAge(createdAtMs, this.#age.nowMs)}</p>
        ${obstacle === null ? nothing : html`<p class="small">It cannot run here.</p>`}
        ${error === undefined ? nothing : html`<p class="error small wrap" role="alert">${error}</p>`}
      </div>
      <div class="actions">
        ${
          this.asked === digest
            ? html`<span class="ask small">Delete it for good?</span>
                <button type="button" id="keep" aria-label="Keep ${short}" @click=${() => this.#ask(null)}>Keep</button>
                <button class="danger" type="button" aria-label="Delete ${short} for good" @click=${() => this.#delete(digest)}>Delete</button>`
            : html`${obstacle === null ? html`<button type="button" aria-label="Run ${short}" @click=${() => this.#offer(module)}>Run it…</button>` : nothing}
                <button class="quiet" type="button" aria-label="Delete ${short}" data-delete=${digest} @click=${() => this.#ask(digest)}>Delete</button>`
        }
      </div>
    </li>`;
  }

  #offer(module: ModuleReport): void {
    this.#panel.store.offerModule(module);
    this.dispatchEvent(new CustomEvent('swerve-offer'));
  }

  /** The button that was pressed is gone, so the focus goes to the one in its place. */
  async #ask(digest: Digest | null): Promise<void> {
    const before = this.asked;
    this.asked = digest;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(digest === null ? `[data-delete="${before}"]` : '#keep')?.focus();
  }

  async #delete(digest: Digest): Promise<void> {
    this.asked = null;
    try {
      await this.#panel.store.storedModules.delete(digest);
    } catch (error) {
      this.errors = new Map([...this.errors, [digest, RuntimeError.from(error).message]]);
    }
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }
}

customElements.define('swerve-stored-modules', StoredModuleList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-stored-modules': StoredModuleList;
  }
}
