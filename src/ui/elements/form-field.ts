import { css, html, nothing, type TemplateResult } from 'lit';

/** What {@link renderField} puts around a control. */
export interface FieldOptions {
  /** Also the id of the control, within its shadow root. */
  id: string;
  label: string;
  hint?: string | TemplateResult;
  error?: string | undefined;
  control: TemplateResult;
}

/** A label, its control, a hint and the error. The control names `describedBy(...)` as its `aria-describedby`. */
export function renderField({ id, label, hint, error, control }: FieldOptions): TemplateResult {
  return html`<div class="field" ?data-bad=${error !== undefined}>
    <label for=${id}>${label}</label>
    ${control} ${error === undefined ? nothing : html`<p class="error small wrap" id="${id}-error">${error}</p>`}
    ${hint === undefined ? nothing : html`<p class="soft small wrap" id="${id}-hint">${hint}</p>`}
  </div>`;
}

/** Value of `aria-describedby` for the control `id`. */
export function describedBy(id: string, error: string | undefined): string {
  return error === undefined ? `${id}-hint` : `${id}-error ${id}-hint`;
}

/** Styles of fields and their controls. */
export const fieldStyles = css`
  .field {
    display: grid;
    gap: var(--space-1);
    align-content: start;
    min-width: 0;
  }
  /* What gets the focus is not covered by the bars that stay in sight. */
  input,
  textarea,
  select,
  button,
  summary {
    scroll-margin-block: calc(var(--bar-height, 0px) + 3rem) calc(var(--toast-bottom, 0px) + var(--below, 0px) + var(--space-4));
  }
  label {
    font-weight: 550;
  }
  input:not([type='checkbox']),
  textarea,
  select {
    width: 100%;
    min-height: 2.5rem;
    padding: 0.375rem 0.625rem;
    font: inherit;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
  }
  textarea {
    font-family: var(--mono);
    font-size: var(--text-small);
    line-height: 1.5;
    resize: vertical;
    field-sizing: content;
    min-height: 4.25rem;
    max-height: 20rem;
  }
  input.mono-input {
    font-family: var(--mono);
  }
  [aria-invalid='true'] {
    border-color: var(--bad) !important;
    box-shadow: inset 0 0 0 1px var(--bad);
  }
  .check {
    display: flex;
    gap: var(--space-2);
    align-items: baseline;
  }
  input[type='checkbox'] {
    flex: none;
    margin: 0;
    width: 1.1rem;
    height: 1.1rem;
    translate: 0 0.15rem;
  }
  .pair {
    display: grid;
    gap: var(--space-4);
    grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
  }
`;
