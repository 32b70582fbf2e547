import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { APP_CONDITIONS } from '../../core/app.ts';
import type { Condition } from '../../core/resource.ts';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { titleOfCondition, toneOfCondition } from '../state/app-state.ts';
import { formatAge, withLocalTimes } from '../text.ts';
import './status-badge.ts';

const ANSWERS = { True: 'Yes', False: 'No', Unknown: 'Not known yet' } as const;

/** Conditions and their messages in plain words. */
export class ConditionList extends LitElement {
  static override properties = { conditions: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      li {
        padding: var(--space-3) var(--space-4);
        display: grid;
        gap: var(--space-1);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .empty {
        padding: var(--space-4);
      }
    `,
  ];

  declare conditions: Condition[];
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.conditions = [];
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="title">
      <h2 id="title">Conditions</h2>
      ${
        this.conditions.length === 0
          ? html`<p class="card empty soft">Nobody has looked at this App yet.</p>`
          : html`<ul class="card">
              ${readyFirst(this.conditions).map((condition) => renderCondition(condition, this.#age.nowMs))}
            </ul>`
      }
    </section>`;
  }
}

function readyFirst(conditions: readonly Condition[]): Condition[] {
  return conditions.toSorted((a, b) => Number(b.type === APP_CONDITIONS.ready) - Number(a.type === APP_CONDITIONS.ready));
}

function renderCondition(condition: Condition, nowMs: number): TemplateResult {
  const { type, status, reason, message, lastTransitionTime } = condition;
  const age = formatAge(Date.parse(lastTransitionTime), nowMs);
  return html`<li>
    <div class="row">
      <h3 title=${type}>${titleOfCondition(type)}</h3>
      <swerve-status-badge tone=${toneOfCondition(condition)} label=${ANSWERS[status]}></swerve-status-badge>
    </div>
    ${message === '' ? nothing : html`<p class="small wrap">${withLocalTimes(message, nowMs)}</p>`}
    <p class="soft small">${reason}${age === '' ? '' : ` · ${age}`}</p>
  </li>`;
}

customElements.define('swerve-condition-list', ConditionList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-condition-list': ConditionList;
  }
}
