import { html, type TemplateResult } from 'lit';

/** A line of short facts, separated by dots. Styled by `baseStyles`. */
export function renderFacts(facts: readonly string[]): TemplateResult {
  return html`<p class="facts soft small"><span>${facts.map((fact) => html`<span class="wrap">${fact}</span> `)}</span></p>`;
}
