import { css } from 'lit';

/** A card beside another of the same height, with room for a line of answer that comes later. */
export const storageCardStyles = css`
  section {
    display: grid;
    gap: var(--space-3);
    align-content: start;
    height: 100%;
    padding: var(--space-5);
  }
  .answer {
    min-height: 1.5em;
  }
`;
