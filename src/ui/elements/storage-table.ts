import { css } from 'lit';

/**
 * Tables of the storage view. On a narrow screen each row becomes a block, with the titles of its columns in `data-label`;
 * the parts carry their roles as attributes, for other displays than `table` lose them.
 */
export const tableStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: var(--space-3) var(--space-4);
    text-align: start;
    vertical-align: top;
  }
  thead th {
    padding-block: var(--space-2);
    font-size: var(--text-small);
    font-weight: 550;
    color: var(--ink-soft);
    white-space: nowrap;
  }
  tbody tr {
    border-block-start: 1px solid var(--line);
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  /* The buttons of a row. */
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: var(--space-2);
  }
  @media (min-width: 52.01rem) {
    .actions {
      flex-wrap: nowrap;
      white-space: nowrap;
      /* In line with the text of the row. */
      margin-block: -0.25rem;
    }
  }
  @media (max-width: 52rem) {
    .actions {
      justify-content: start;
    }
    table,
    tbody {
      display: block;
    }
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tbody tr {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-1) var(--space-4);
      padding: var(--space-3) var(--space-4);
    }
    tbody tr:first-child {
      border-block-start: 0;
    }
    th,
    td {
      display: block;
      padding: 0;
      text-align: start;
    }
    tbody th,
    .whole {
      flex: 1 0 100%;
    }
    td[data-label]::before {
      content: attr(data-label) ' ';
      color: var(--ink-soft);
      font-size: var(--text-small);
    }
  }
`;
