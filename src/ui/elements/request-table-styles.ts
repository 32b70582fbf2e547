import { css } from 'lit';

/** Columns of the list of requests; two lines to a row where it is narrow. */
export const requestTableStyles = css`
  :host {
    min-width: 0;
    container-type: inline-size;
  }
  .grid {
    position: relative;
    height: var(--list-height, max(22rem, calc(100dvh - 25rem)));
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-gutter: stable;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .grid:focus-visible {
    outline-offset: -2px;
    border-radius: var(--radius);
  }
  .rows {
    position: relative;
  }
  .row {
    display: grid;
    grid-template-columns: 6.75rem 4.25rem minmax(0, 1fr) 4.25rem 4.75rem 9.5rem 3.25rem;
    align-items: center;
    gap: 0 var(--space-3);
    padding-inline: var(--space-4);
  }
  .row > * {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .rows .row {
    position: absolute;
    inset-inline: 0;
    top: 0;
    border-block-start: 1px solid var(--line);
    cursor: default;
  }
  .rows .row:hover {
    background: var(--sunken);
  }
  .rows .row[data-current] {
    box-shadow: inset 2px 0 0 var(--line-strong);
  }
  .rows .row[aria-selected='true'] {
    background: var(--accent-wash);
    box-shadow: inset 2px 0 0 var(--accent);
  }
  @media (forced-colors: active) {
    .rows .row[data-current] {
      outline: 1px dashed CanvasText;
      outline-offset: -2px;
    }
    .rows .row[aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  .head-group {
    position: sticky;
    top: 0;
    z-index: 1;
  }
  .head {
    height: 32px;
    color: var(--ink-soft);
    background: var(--surface);
    box-shadow: inset 0 -1px 0 var(--line);
  }
  .number {
    text-align: end;
  }
  .path {
    font-family: var(--mono);
    font-size: 0.9em;
  }
  .method,
  .size,
  .age {
    color: var(--ink-soft);
  }
  .bars {
    padding-inline-start: var(--space-2);
  }
  .bars .bar {
    width: 100%;
  }
  .status {
    display: flex;
    align-items: center;
    gap: 0.5em;
    font-weight: 550;
  }
  .status i {
    flex: none;
    width: 0.5em;
    height: 0.5em;
    border-radius: 50%;
    background: currentcolor;
  }
  .good {
    color: var(--good);
  }
  .busy {
    color: var(--busy);
  }
  .bad {
    color: var(--bad);
  }
  .bad i {
    border-radius: 1px;
    rotate: 45deg;
  }
  .quiet {
    color: var(--ink-soft);
  }
  .quiet i {
    background: transparent;
    border: 1.5px solid currentcolor;
  }
  .empty {
    padding: var(--space-5) var(--space-4);
    font-size: var(--text-body);
  }
  @container (max-width: 50rem) {
    .bars {
      display: none;
    }
    .row {
      grid-template-columns: 6.75rem 4.25rem minmax(0, 1fr) 4.25rem 4.5rem 3.25rem;
    }
  }
  /* Beside the detail, where the size stands too, the path needs the room. */
  @container (max-width: 40rem) {
    :host(:not([narrow])) .size {
      display: none;
    }
    :host(:not([narrow])) .row {
      grid-template-columns: 6rem 4rem minmax(0, 1fr) 4.25rem 3rem;
    }
  }
  :host([narrow]) .head-group {
    display: none;
  }
  :host([narrow]) .row {
    grid-template: 'status path path path age' auto 'method size time bars bars' auto / 5.5rem 3.5rem 3.5rem minmax(0, 1fr) auto;
    align-content: center;
    gap: 0.25rem var(--space-2);
    padding-inline: var(--space-3);
  }
  :host([narrow]) .status {
    grid-area: status;
  }
  :host([narrow]) .method {
    grid-area: method;
  }
  :host([narrow]) .path {
    grid-area: path;
  }
  :host([narrow]) .age {
    grid-area: age;
  }
  :host([narrow]) .size {
    grid-area: size;
    text-align: start;
  }
  :host([narrow]) .time {
    grid-area: time;
    text-align: start;
    color: var(--ink-soft);
  }
  :host([narrow]) .bars {
    display: block;
    grid-area: bars;
  }
`;
