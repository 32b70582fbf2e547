import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { EVENTS_KEPT, type EventLog, type TimedEvent } from '../state/event-log.ts';
import { formatCount } from '../text.ts';

/** As near to the end as this counts as being there. */
const END_PX = 24;

/** Server-sent events as they arrive, with the time of each. Stays at the end until a person scrolls up. */
export class ConsoleEvents extends LitElement {
  static override properties = { log: { attribute: false }, count: { type: Number }, isOpen: { type: Boolean } };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      ol {
        max-height: 28rem;
        min-height: 6rem;
        overflow: auto;
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        font: var(--text-small) / 1.5 var(--mono);
      }
      li {
        display: grid;
        grid-template-columns: 5.5rem minmax(4rem, 8rem) minmax(0, 1fr);
        gap: 0 var(--space-3);
        padding: var(--space-1) var(--space-3);
        content-visibility: auto;
        contain-intrinsic-size: auto 1.75rem;
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .at {
        color: var(--ink-soft);
        text-align: end;
        white-space: nowrap;
      }
      .event {
        color: var(--accent);
        overflow-wrap: anywhere;
      }
      .data {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media (max-width: 34rem) {
        li {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .at {
          text-align: start;
        }
        .data {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  declare log: EventLog;
  /** Of all that came; changes with every event. */
  declare count: number;
  /** More may come. */
  declare isOpen: boolean;
  #isAtEnd = true;

  override updated(changed: PropertyValues<this>): void {
    const list = this.renderRoot.querySelector('ol');
    if (list !== null && changed.has('count') && this.#isAtEnd) list.scrollTop = list.scrollHeight;
  }

  override render(): TemplateResult {
    const { events, comments, retryMs } = this.log;
    const facts = [
      this.count === 1 ? '1 event' : `${formatCount(this.count)} events`,
      ...(this.count > EVENTS_KEPT ? [`the last ${formatCount(EVENTS_KEPT)} are shown`] : []),
      ...(comments > 0 ? [`${formatCount(comments)} comments`] : []),
      ...(retryMs === null ? [] : [`asks to come back after ${formatCount(retryMs)} ms`]),
      this.isOpen ? 'open' : 'ended',
    ];
    return html`<p class="soft small" role="status">${facts.join(', ')}</p>
      <ol role="log" aria-label="Events" tabindex="0" @scroll=${this.#onScroll}>
        ${repeat(events, ({ seq }) => seq, renderEvent)}
      </ol>`;
  }

  readonly #onScroll = (event: Event): void => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget as HTMLElement;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
  };
}

function renderEvent({ event, id, data, atMs, sinceMs }: TimedEvent): TemplateResult {
  return html`<li>
    <span class="at" title="${formatCount(Math.round(sinceMs))} ms after the one before">+${formatCount(Math.round(atMs))} ms</span>
    <span class="event">${event}${id === null ? nothing : html` <span class="soft" title="id">#${id}</span>`}</span>
    <span class="data">${data}</span>
  </li>`;
}

customElements.define('swerve-console-events', ConsoleEvents);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-events': ConsoleEvents;
  }
}
