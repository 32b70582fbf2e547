import { css } from 'lit';

/** A body as text, in a box that scrolls. How high it becomes is for its element to say. */
export const bodyStyles = css`
  pre {
    margin: 0;
    padding: var(--space-3);
    overflow: auto;
    font: var(--text-small) / 1.5 var(--mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    tab-size: 2;
    background: var(--sunken);
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
  }
`;
