import { css } from 'lit';

/** A line of small controls above a list: a search field that takes what is left, then choices and buttons. */
export const toolbarStyles = css`
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }
  .toolbar input[type='search'] {
    flex: 1 1 6rem;
    min-width: 0;
  }
  .toolbar input[type='search'],
  .toolbar select {
    min-height: 2rem;
    padding: 0.125rem 0.5rem;
    font: inherit;
    font-size: var(--text-small);
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
  }
  .toolbar [aria-pressed='true'] {
    color: var(--accent);
    background: var(--accent-wash);
    border-color: var(--accent);
  }
  .toolbar .count {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  @media (pointer: coarse) {
    .toolbar input[type='search'],
    .toolbar select {
      min-height: 2.5rem;
      font-size: var(--text-body);
    }
  }
  @media (max-width: 34rem) {
    .toolbar input[type='search'] {
      flex-basis: 100%;
    }
    .toolbar select {
      flex: 1 1 40%;
      min-width: 0;
    }
    .toolbar .count {
      margin-inline-start: auto;
    }
  }
`;
