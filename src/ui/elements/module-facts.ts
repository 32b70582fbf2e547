import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Capabilities } from '../../core/capabilities.ts';
import type { ModuleInterface, ModuleReport } from '../../core/module.ts';
import { baseStyles } from '../base-styles.ts';
import { groupImports, type ImportGroup } from '../state/module-imports.ts';
import { formatBytes, shortDigest } from '../text.ts';
import './status-badge.ts';

const TONES = { granted: 'good', denied: 'quiet', unknown: 'bad' } as const;
const KIB_PER_PAGE = 64;
/** Imports that a closed group names. */
const NAMED_IMPORTS = 2;

/** What a module is and what it imports, in plain groups. */
export class ModuleFacts extends LitElement {
  static override properties = { module: { attribute: false }, capabilities: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      .facts {
        display: grid;
        gap: var(--space-3);
      }
      details {
        border-block-start: 1px solid var(--line);
        padding-block-start: var(--space-2);
      }
      summary {
        cursor: pointer;
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        align-items: center;
      }
      summary::before {
        content: '';
        width: 0.4rem;
        height: 0.4rem;
        margin-inline: 0.2rem 0.3rem;
        border: solid var(--ink-soft);
        border-width: 0 2px 2px 0;
        rotate: -45deg;
        transition: rotate var(--quick);
      }
      details[open] summary::before {
        rotate: 45deg;
      }
      .names {
        flex: 1 1 13rem;
        min-width: 0;
      }
      details > p,
      details > ul {
        margin: var(--space-2) 0 0 1.25rem;
      }
      li {
        padding-block: 0.125rem;
      }
    `,
  ];

  declare module: ModuleReport;
  /** Of the App that it is shown for. */
  declare capabilities: Readonly<Capabilities>;

  constructor() {
    super();
    this.capabilities = {};
  }

  override render(): TemplateResult {
    const { module } = this;
    const groups = groupImports(module.imports, this.capabilities);
    return html`<div class="facts">
      <p>${module.summary}</p>
      <p class="soft small wrap">${this.#renderNumbers()}</p>
      ${groups.length === 0 ? html`<p class="soft small">It imports nothing.</p>` : groups.map((group) => this.#renderGroup(group))}
    </div>`;
  }

  #renderNumbers(): TemplateResult {
    const { sizeBytes, digest, memory } = this.module;
    const starts = memory === null ? nothing : html`, starts with ${formatBytes(memory.minPages * KIB_PER_PAGE * 1024)} of memory`;
    return html`${formatBytes(sizeBytes)}${starts}, digest <code title=${digest}>${shortDigest(digest)}</code>`;
  }

  #renderGroup(group: ImportGroup): TemplateResult {
    return html`<details ?open=${group.support === 'unknown'}>
      <summary>
        <swerve-status-badge tone=${TONES[group.support]} label=${group.title}></swerve-status-badge>
        <span class="names wrap small">${nameSome(group)}</span>
      </summary>
      <p class="soft small">${group.explanation}</p>
      <ul class="small wrap">
        ${group.imports.map((item) => renderInterface(item))}
      </ul>
    </details>`;
  }
}

/** The first imports of a group by name, with how much more there is. */
function nameSome({ imports }: ImportGroup): string {
  const names = imports.slice(0, NAMED_IMPORTS).map(({ name, items }) => (items === undefined || items.length === 0 ? name : `${name} (${items.length})`));
  const more = imports.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function renderInterface({ name, items }: ModuleInterface): TemplateResult {
  return html`<li><code>${name}</code>${items === undefined || items.length === 0 ? nothing : html`<span class="soft">: ${items.join(', ')}</span>`}</li>`;
}

customElements.define('swerve-module-facts', ModuleFacts);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-module-facts': ModuleFacts;
  }
}
