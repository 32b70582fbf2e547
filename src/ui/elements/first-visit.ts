import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { whenIdle } from '../when-idle.ts';
import './app-list.ts';
import './file-picker.ts';
import './sample-gallery.ts';

/** What an empty cluster says to a stranger: what this is, something to run with one click, and how it works. What is slotted comes last. */
export class FirstVisit extends LitElement {
  static override properties = { story: { state: true } };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-7);
      }
      section,
      .story {
        display: grid;
        gap: var(--space-4);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-1) var(--space-4);
      }
      h2 {
        font-size: var(--text-title);
        letter-spacing: -0.015em;
      }
    `,
  ];

  /** It lies below what fits a window, so its code comes after the first frame. `missing`: it was not stored before the network went. */
  declare story: 'awaited' | 'here' | 'missing';
  readonly #panel = new PanelController(this, (store) => [store.apps, store.platform]);

  constructor() {
    super();
    this.story = 'awaited';
  }

  override firstUpdated(): void {
    whenIdle(() => void this.#loadStory());
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector('swerve-file-picker')?.focusHeading();
  }

  override render(): TemplateResult {
    return html`<swerve-file-picker size="large"></swerve-file-picker>
      <section aria-labelledby="samples">
        <div class="head"><h2 id="samples">Or run one of these</h2><p class="soft">${this.#panel.store.platform.stored === 'whole' ? 'They work offline too.' : 'They come with the panel.'}</p></div>
        <swerve-sample-gallery></swerve-sample-gallery>
      </section>
      ${this.#panel.store.apps.items.length === 0 ? nothing : html`<swerve-app-list></swerve-app-list>`}
      ${
        this.story === 'here'
          ? html`<div class="story">
              <div class="head"><h2 id="story">How a request travels</h2><p class="soft">From a page to your program and back, in half a minute.</p></div>
              <swerve-request-story></swerve-request-story>
            </div>`
          : nothing
      }
      ${/* Not above where the story will be: it would move. */ this.story === 'awaited' ? nothing : html`<slot></slot>`}`;
  }

  async #loadStory(): Promise<void> {
    try {
      await import('./request-story.ts');
      this.story = 'here';
    } catch (error) {
      console.warn('the story of a request did not load', error);
      this.story = 'missing';
    }
  }
}

customElements.define('swerve-first-visit', FirstVisit);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-first-visit': FirstVisit;
  }
}
