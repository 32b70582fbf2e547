import '@awesome.me/webawesome/dist/components/tree/tree.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { type JsonNode, jsonNode } from '../state/json-nodes.ts';

/** At the start this deep is open, as long as there is not more than this in it. */
const OPEN_DEPTH = 2;
const OPEN_CHILDREN = 30;

/** A JSON value as a tree; what is in a branch is made when it is opened. */
export class JsonTree extends LitElement {
  static override properties = { value: { attribute: false }, label: { type: String } };
  static override styles = [
    baseStyles,
    css`
      .frame {
        max-height: 28rem;
        overflow: auto;
        padding: var(--space-2);
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
      wa-tree {
        --indent-size: 1.25rem;
        --indent-guide-width: 1px;
        --indent-guide-color: var(--line);
      }
      wa-tree-item {
        font: var(--text-small) / 1.5 var(--mono);
      }
      wa-tree-item::part(item) {
        padding-block: 0;
        min-height: 1.5rem;
      }
      /* The library draws the focus around the line alone. */
      wa-tree-item:focus-visible {
        outline: none;
      }
      wa-tree-item::part(label) {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .name {
        color: var(--accent);
      }
      .object,
      .list {
        color: var(--ink-soft);
      }
      .text {
        color: var(--good);
      }
      .number,
      .literal {
        color: var(--busy);
      }
    `,
  ];

  declare value: unknown;
  declare label: string;
  #root: JsonNode = jsonNode(null);
  readonly #opened = new Set<string>();

  constructor() {
    super();
    this.value = null;
    this.label = 'JSON';
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('value')) return;
    this.#root = jsonNode(this.value);
    this.#opened.clear();
    this.#openFew(this.#root, OPEN_DEPTH);
  }

  override render(): TemplateResult {
    return html`<div class="frame"><wa-tree aria-label=${this.label}>${keyed(this.#root, this.#renderNode(this.#root))}</wa-tree></div>`;
  }

  #renderNode(node: JsonNode): TemplateResult {
    const { path, name, kind, text, children } = node;
    const isOpened = this.#opened.has(path);
    return html`<wa-tree-item
      ?expanded=${isOpened}
      ?lazy=${children !== null && !isOpened}
      @wa-lazy-load=${(event: Event) => this.#open(event, path)}
      ><span>${name === '' ? nothing : html`<span class="name">${name}</span>${text === '' ? '' : ': '}`}<span class=${kind}>${text}</span></span>${
        children !== null && isOpened
          ? repeat(
              children(),
              (child) => child.path,
              (child) => this.#renderNode(child),
            )
          : nothing
      }</wa-tree-item
    >`;
  }

  #open(event: Event, path: string): void {
    // It comes up through every branch that it lies in.
    if (event.target !== event.currentTarget) return;
    this.#opened.add(path);
    this.requestUpdate();
  }

  #openFew(node: JsonNode, depth: number): void {
    if (depth === 0 || node.children === null) return;
    const children = node.children();
    if (children.length > OPEN_CHILDREN) {
      if (depth === OPEN_DEPTH) this.#opened.add(node.path);
      return;
    }
    this.#opened.add(node.path);
    for (const child of children) this.#openFew(child, depth - 1);
  }
}

customElements.define('swerve-json-tree', JsonTree);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-json-tree': JsonTree;
  }
}
