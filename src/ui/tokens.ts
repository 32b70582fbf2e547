import { css } from 'lit';

/** Colour, space and type of the panel, as custom properties of the document: the one place where they are chosen. */
export const tokens = css`
  :root {
    color-scheme: light dark;

    --paper: light-dark(#f7f6fa, #121019);
    --surface: light-dark(#ffffff, #1b1824);
    --sunken: light-dark(#efedf4, #0d0b12);
    --line: light-dark(#dddbe4, #2f2b3b);
    --line-strong: light-dark(#86838f, #716c80);
    --ink: light-dark(#1b1926, #edecf2);
    --ink-soft: light-dark(#5b5867, #a9a5b6);

    --accent: light-dark(#3a2fa0, #b4a9ff);
    --accent-hover: light-dark(#2a2168, #cdc5ff);
    --on-accent: light-dark(#ffffff, #17133a);
    --accent-wash: light-dark(#ebe9fa, #272147);

    --good: light-dark(#0b6353, #5fcfb4);
    --good-wash: light-dark(#e3f0ec, #14302a);
    --busy: light-dark(#7a5200, #eab75c);
    --busy-wash: light-dark(#fbf0d9, #33270f);
    --bad: light-dark(#a8261c, #ff9488);
    --bad-wash: light-dark(#fbe9e6, #3a1a17);
    --bad-solid: light-dark(#a8261c, #ff9488);
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
    --text-small: 0.875rem;
    --text-body: 1rem;
    --text-large: 1.1875rem;
    --text-title: 1.625rem;
    --text-display: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem);

    --radius: 10px;
    --radius-small: 6px;
    --shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 28px rgb(0 0 0 / 10%);
    --quick: 140ms;
  }

  @media (prefers-reduced-motion: reduce) {
    :root {
      --quick: 0ms;
    }
  }

  html {
    font: var(--text-body) / 1.5 var(--sans);
    color: var(--ink);
    background: var(--paper);
    -webkit-text-size-adjust: 100%;
    accent-color: var(--accent);
    /* What is tabbed to does not stick to the window's edge, where its outline would be cut. */
    scroll-padding-block: var(--space-5);
  }

  body {
    margin: 0;
  }
`;
