import { css } from 'lit';

/**
 * The element library (Web Awesome) in our colours, type and space. It reads `--wa-*` properties, which inherit through
 * every shadow root; our tokens are `light-dark()` values, so both themes come with them. Its own stylesheets are not used.
 */
export const libraryTheme = css`
  :root {
    --wa-color-surface-raised: var(--surface);
    --wa-color-surface-default: var(--surface);
    --wa-color-surface-lowered: var(--sunken);
    --wa-color-surface-border: var(--line);
    --wa-color-text-normal: var(--ink);
    --wa-color-text-quiet: var(--ink-soft);
    --wa-color-text-link: var(--accent);
    --wa-color-overlay-modal: rgb(12 10 24 / 50%);
    --wa-color-overlay-inline: color-mix(in oklab, var(--ink) 8%, transparent);
    --wa-color-shadow: rgb(0 0 0 / 14%);
    --wa-color-focus: var(--accent);
    --wa-color-mix-hover: var(--ink) 8%;
    --wa-color-mix-active: var(--ink) 14%;

    --wa-color-brand-fill-quiet: var(--accent-wash);
    --wa-color-brand-fill-normal: var(--accent-wash);
    --wa-color-brand-fill-loud: var(--accent);
    --wa-color-brand-border-quiet: var(--accent-wash);
    --wa-color-brand-border-normal: var(--accent);
    --wa-color-brand-border-loud: var(--accent);
    --wa-color-brand-on-quiet: var(--accent);
    --wa-color-brand-on-normal: var(--accent);
    --wa-color-brand-on-loud: var(--on-accent);

    --wa-color-success-fill-quiet: var(--good-wash);
    --wa-color-success-fill-normal: var(--good-wash);
    --wa-color-success-fill-loud: var(--good);
    --wa-color-success-border-quiet: var(--good-wash);
    --wa-color-success-border-normal: var(--good);
    --wa-color-success-border-loud: var(--good);
    --wa-color-success-on-quiet: var(--good);
    --wa-color-success-on-normal: var(--good);
    --wa-color-success-on-loud: var(--surface);

    --wa-color-warning-fill-quiet: var(--busy-wash);
    --wa-color-warning-fill-normal: var(--busy-wash);
    --wa-color-warning-fill-loud: var(--busy);
    --wa-color-warning-border-quiet: var(--busy-wash);
    --wa-color-warning-border-normal: var(--busy);
    --wa-color-warning-border-loud: var(--busy);
    --wa-color-warning-on-quiet: var(--busy);
    --wa-color-warning-on-normal: var(--busy);
    --wa-color-warning-on-loud: var(--surface);

    --wa-color-danger-fill-quiet: var(--bad-wash);
    --wa-color-danger-fill-normal: var(--bad-wash);
    --wa-color-danger-fill-loud: var(--bad-solid);
    --wa-color-danger-border-quiet: var(--bad-wash);
    --wa-color-danger-border-normal: var(--bad);
    --wa-color-danger-border-loud: var(--bad);
    --wa-color-danger-on-quiet: var(--bad);
    --wa-color-danger-on-normal: var(--bad);
    --wa-color-danger-on-loud: var(--on-bad);

    --wa-color-neutral-fill-quiet: var(--sunken);
    --wa-color-neutral-fill-normal: var(--sunken);
    --wa-color-neutral-fill-loud: var(--ink);
    --wa-color-neutral-border-quiet: var(--line);
    --wa-color-neutral-border-normal: var(--line);
    --wa-color-neutral-border-loud: var(--line-strong);
    --wa-color-neutral-on-quiet: var(--ink-soft);
    --wa-color-neutral-on-normal: var(--ink);
    --wa-color-neutral-on-loud: var(--surface);

    /* Components without a variant read these. */
    --wa-color-fill-loud: var(--wa-color-neutral-fill-loud);
    --wa-color-fill-normal: var(--wa-color-neutral-fill-normal);
    --wa-color-fill-quiet: var(--wa-color-neutral-fill-quiet);
    --wa-color-border-loud: var(--wa-color-neutral-border-loud);
    --wa-color-border-normal: var(--wa-color-neutral-border-normal);
    --wa-color-border-quiet: var(--wa-color-neutral-border-quiet);
    --wa-color-on-loud: var(--wa-color-neutral-on-loud);
    --wa-color-on-normal: var(--wa-color-neutral-on-normal);
    --wa-color-on-quiet: var(--wa-color-neutral-on-quiet);

    --wa-font-family-body: var(--sans);
    --wa-font-family-heading: var(--sans);
    --wa-font-family-code: var(--mono);
    --wa-font-size-3xs: 0.6875rem;
    --wa-font-size-2xs: 0.75rem;
    --wa-font-size-xs: 0.8125rem;
    --wa-font-size-s: var(--text-small);
    --wa-font-size-m: var(--text-body);
    --wa-font-size-l: var(--text-large);
    --wa-font-size-xl: var(--text-title);
    --wa-font-size-smaller: 0.875em;
    --wa-font-size-larger: 1.1875em;
    --wa-font-weight-normal: 400;
    --wa-font-weight-semibold: 550;
    --wa-font-weight-bold: 650;
    --wa-font-weight-body: 400;
    --wa-font-weight-heading: 650;
    --wa-font-weight-code: 400;
    --wa-font-weight-action: 550;
    --wa-line-height-condensed: 1.25;
    --wa-line-height-normal: 1.5;
    --wa-line-height-expanded: 1.75;
    --wa-link-decoration-default: underline;
    --wa-link-decoration-hover: underline;

    --wa-space-3xs: 0.125rem;
    --wa-space-2xs: var(--space-1);
    --wa-space-xs: var(--space-2);
    --wa-space-s: var(--space-3);
    --wa-space-m: var(--space-4);
    --wa-space-l: var(--space-5);
    --wa-space-xl: var(--space-6);
    --wa-space-2xl: 2.5rem;
    --wa-space-3xl: var(--space-7);
    --wa-content-spacing: var(--space-4);

    --wa-border-style: solid;
    --wa-border-width-s: 1px;
    --wa-border-width-m: 2px;
    --wa-border-width-l: 3px;
    --wa-border-radius-s: 4px;
    --wa-border-radius-m: var(--radius-small);
    --wa-border-radius-l: var(--radius);
    --wa-border-radius-pill: 99px;
    --wa-border-radius-circle: 50%;
    --wa-border-radius-square: 0px;

    --wa-focus-ring-style: solid;
    --wa-focus-ring-width: 2px;
    --wa-focus-ring: solid 2px var(--accent);
    --wa-focus-ring-offset: 2px;

    --wa-shadow-s: 0 1px 2px rgb(0 0 0 / 8%);
    --wa-shadow-m: var(--shadow);
    --wa-shadow-l: var(--shadow);

    --wa-transition-easing: ease-out;
    --wa-transition-slow: calc(var(--quick) * 2);
    --wa-transition-normal: var(--quick);
    --wa-transition-fast: calc(var(--quick) / 2);

    --wa-form-control-background-color: var(--surface);
    --wa-form-control-border-color: var(--line-strong);
    --wa-form-control-border-style: solid;
    --wa-form-control-border-width: 1px;
    --wa-form-control-border-radius: var(--radius-small);
    --wa-form-control-activated-color: var(--accent);
    --wa-form-control-label-color: var(--ink);
    --wa-form-control-label-font-weight: 550;
    --wa-form-control-label-line-height: 1.5;
    --wa-form-control-value-color: var(--ink);
    --wa-form-control-value-font-weight: 400;
    --wa-form-control-value-line-height: 1.25;
    --wa-form-control-hint-color: var(--ink-soft);
    --wa-form-control-hint-font-weight: 400;
    --wa-form-control-hint-line-height: 1.5;
    --wa-form-control-placeholder-color: var(--ink-soft);
    --wa-form-control-required-content: '*';
    --wa-form-control-required-content-color: inherit;
    --wa-form-control-required-content-offset: 0.1em;
    --wa-form-control-padding-block: 0.5em;
    --wa-form-control-padding-inline: 0.875em;
    --wa-form-control-height: 2.5em;
    --wa-form-control-toggle-size: 1.25em;

    --wa-button-transform-hover: none;
    --wa-button-transform-active: none;

    --wa-panel-border-style: solid;
    --wa-panel-border-width: 1px;
    --wa-panel-border-radius: var(--radius);

    --wa-tooltip-arrow-size: 0.3125rem;
    --wa-tooltip-background-color: var(--ink);
    --wa-tooltip-border-color: var(--ink);
    --wa-tooltip-border-style: solid;
    --wa-tooltip-border-width: 1px;
    --wa-tooltip-border-radius: 5px;
    --wa-tooltip-content-color: var(--surface);
    --wa-tooltip-font-size: 0.8125rem;
    --wa-tooltip-line-height: 1.4;
  }
`;
