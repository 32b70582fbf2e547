import { css } from 'lit';

/** Colour, space and type of the panel, as custom properties of the document: the one place where they are chosen. */
export const tokens = css`
  :root {
    color-scheme: light dark;

    /* Paper and asphalt at dusk, the night field and the road of the mark. What acts is indigo; orange is only what is live. */
    --paper: light-dark(#f6f5f1, #110f1a);
    --surface: light-dark(#ffffff, #1a1726);
    --sunken: light-dark(#eeece6, #0c0a13);
    --line: light-dark(#dedbd3, #2d293c);
    --line-strong: light-dark(#87837a, #787189);
    --ink: light-dark(#1b1830, #eeecf4);
    --ink-soft: light-dark(#5c586b, #aaa4ba);

    --accent: light-dark(#3a2fb0, #b5aaff);
    --accent-hover: light-dark(#281f80, #d0c8ff);
    --on-accent: light-dark(#ffffff, #17123d);
    --accent-wash: light-dark(#e8e6f8, #282149);
    --live: light-dark(#bf400c, #ff9a52);

    --good: light-dark(#0a6150, #62d3b6);
    --good-wash: light-dark(#e0f0ea, #12302a);
    --busy: light-dark(#7a5000, #edbb60);
    --busy-wash: light-dark(#fbefd5, #34280f);
    --bad: light-dark(#ab2419, #ff978b);
    --bad-wash: light-dark(#fbe8e4, #3b1b18);
    --bad-solid: light-dark(#ab2419, #ff978b);
    --on-bad: light-dark(#ffffff, #330a06);

    --space-1: 0.25rem;
    --space-2: 0.5rem;
    --space-3: 0.75rem;
    --space-4: 1rem;
    --space-5: 1.5rem;
    --space-6: 2rem;
    --space-7: 3rem;

    --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    --text-small: 0.8125rem;
    --text-body: 0.9375rem;
    --text-large: 1.0625rem;
    --text-title: 1.5rem;
    --text-display: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem);

    --radius: 10px;
    --radius-small: 6px;
    --shadow: 0 1px 2px rgb(12 10 24 / 8%), 0 10px 32px rgb(12 10 24 / 18%);
    --quick: 140ms;
  }

  /* Fingers, and eyes farther away. Below 16 pixels iOS zooms into fields. */
  @media (pointer: coarse) {
    :root {
      --text-small: 0.875rem;
      --text-body: 1rem;
      --text-large: 1.125rem;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :root {
      --quick: 0ms;
    }
  }

  html {
    font-family: var(--sans);
    color: var(--ink);
    background: var(--paper);
    -webkit-text-size-adjust: 100%;
    accent-color: var(--accent);
    /* Figures that change stand still. */
    font-variant-numeric: tabular-nums;
    scrollbar-gutter: stable;
    scrollbar-color: var(--line-strong) transparent;
    /* What is tabbed to does not stick to the window's edge, where its outline would be cut. */
    scroll-padding-block: var(--space-5);
  }

  body {
    margin: 0;
    /* Not of the root: what is measured in rem follows the size that a person has set, and nothing else. */
    font-size: var(--text-body);
    line-height: 1.5;
  }
`;
