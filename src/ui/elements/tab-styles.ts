import { css } from 'lit';

/** The library's tabs as the panel has them: a line, a count beside a label. */
export const tabStyles = css`
  wa-tab-group {
    --track-color: var(--line);
    --indicator-color: var(--accent);
  }
  wa-tab::part(tab) {
    padding: var(--space-2) var(--space-3);
  }
  .count {
    margin-inline-start: 0.375em;
    color: var(--ink-soft);
    font-variant-numeric: tabular-nums;
  }
  wa-tab-panel {
    --padding: var(--space-3) 0 0;
  }
`;
