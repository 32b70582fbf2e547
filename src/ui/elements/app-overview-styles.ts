import { css } from 'lit';

/** Two columns where there is room; lists that keep their height while they fill. */
export const overviewStyles = css`
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-6);
    align-items: start;
  }
  .columns > div {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-6);
    min-width: 0;
  }
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-3);
  }
  .pad {
    padding: var(--space-4);
  }
  .head {
    justify-content: space-between;
  }
  .numbers {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: var(--space-3) var(--space-4);
    font-variant-numeric: tabular-nums;
  }
  .numbers dt {
    font-size: var(--text-small);
    color: var(--ink-soft);
    white-space: nowrap;
  }
  .numbers dd {
    height: 1.75rem;
    line-height: 1.75rem;
    white-space: nowrap;
  }
  .numbers strong {
    font-size: var(--text-large);
    font-weight: 650;
  }
  .numbers dd span {
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .numbers [data-bad] strong {
    color: var(--bad);
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
    gap: var(--space-4) var(--space-5);
    padding-block-start: var(--space-3);
    border-block-start: 1px solid var(--line);
  }
  .charts > * {
    min-width: 0;
  }
  .rows li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 var(--space-3);
    padding: var(--space-2) var(--space-4);
  }
  .rows li + li {
    border-block-start: 1px solid var(--line);
  }
  .rows a {
    color: inherit;
    text-decoration: none;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .rows a:hover code {
    text-decoration: underline;
  }
  .rows .error {
    font-weight: 550;
  }
  .rows .age {
    font-variant-numeric: tabular-nums;
  }
  .rows .message {
    grid-column: 1 / -1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .log {
    padding: var(--space-2) 0;
    min-height: 5rem;
    font: var(--text-small) / 1.55 var(--mono);
    background: var(--sunken);
  }
  .log li {
    display: grid;
    grid-template-columns: 8ch minmax(0, 1fr);
    gap: var(--space-3);
    padding-inline: var(--space-3);
  }
  .log time {
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
  }
  .log .text {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .log .system .text {
    color: var(--accent);
  }
  .log li.error .text {
    color: var(--bad);
  }
  .log li.warn .text {
    color: var(--busy);
  }
  .log li.error {
    color: inherit;
  }
  @media (max-width: 34rem) {
    .numbers {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
  @media (min-width: 75rem) {
    .columns {
      grid-template-columns: minmax(0, 1fr) 22rem;
    }
  }
`;
