import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import type { RequestDetail, RequestRecord } from '../../core/traffic.ts';
import { baseStyles } from '../base-styles.ts';
import { FollowController } from '../controllers/follow-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { ReplayController } from '../controllers/replay-controller.ts';
import { hrefOfApp, hrefOfRequest } from '../links.ts';
import { bytesOf, textOf } from '../state/body-preview.ts';
import { copyText } from '../state/clipboard.ts';
import { toCurl } from '../state/curl.ts';
import type { ReplayPlan } from '../state/replay.ts';
import { EVERY_REQUEST, filterRequests, methodsOf, type RequestFilter } from '../state/request-filter.ts';
import type { RequestList } from '../state/request-list.ts';
import { scaleOf } from '../state/waterfall.ts';
import type { RequestDetailView } from './request-detail.ts';
import type { RequestChoice, RequestTable } from './request-table.ts';
import { renderLegend, waterfallStyles } from './waterfall.ts';
import './request-detail.ts';
import './request-table.ts';
import './request-toolbar.ts';

/** The requests of one App as they come, and one of them beside the list (in its place where it is narrow). */
export class RequestView extends LitElement {
  static override properties = {
    app: { attribute: false },
    namespace: { type: String },
    name: { type: String },
    requestId: { type: String },
    filter: { state: true },
  };
  static override styles = [
    baseStyles,
    waterfallStyles,
    css`
      :host {
        container-type: inline-size;
      }
      section,
      .list {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        align-content: start;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        align-items: start;
      }
      @container (max-width: 56rem) {
        [data-open] > .list {
          display: none;
        }
      }
      @container (min-width: 56rem) {
        [data-open] {
          grid-template-columns: minmax(0, 1fr) minmax(24rem, 34%);
        }
        swerve-request-detail {
          position: sticky;
          inset-block-start: calc(var(--bar-height, 0) + var(--space-3));
          max-height: calc(100dvh - var(--bar-height, 0) - 2 * var(--space-3));
          overflow: auto;
          overscroll-behavior: contain;
          border-radius: var(--radius);
        }
      }
    `,
  ];

  declare app: App;
  declare namespace: string;
  declare name: string;
  /** Of the one that is shown in detail; empty: none. */
  declare requestId: string;
  declare filter: RequestFilter;
  readonly #panel = new PanelController(this, () => []);
  readonly #requests = new FollowController(this, () => this.#panel.store.openRequests());
  readonly #replay = new ReplayController(this);
  #shown: { items: readonly RequestRecord[]; filter: RequestFilter; result: readonly RequestRecord[] } | null = null;

  constructor() {
    super();
    this.namespace = '';
    this.name = '';
    this.requestId = '';
    this.filter = EVERY_REQUEST;
  }

  override willUpdate(): void {
    this.#requests.open(this.namespace, this.name);
    const replayed = this.#replay.find(this.#requests.followed?.items ?? []);
    if (replayed !== null) this.#open(replayed);
  }

  override updated(changed: PropertyValues<this>): void {
    // Closed by going back: the focus is to be where the list goes on.
    if (changed.get('requestId') && this.requestId === '') this.#table?.focus();
  }

  override render(): TemplateResult {
    const list = this.#requests.followed;
    const items = list?.items ?? [];
    const shown = this.#filter(items);
    return html`<section aria-labelledby="title">
      <h2 id="title" class="visually-hidden">Requests</h2>
      ${list?.error ? html`<p class="notice bad wrap" role="alert">The requests cannot be read: ${list.error.message} Trying again.</p>` : nothing}
      <div class="columns" ?data-open=${this.requestId !== ''}>
        <div class="list">
          <swerve-request-toolbar
            .filter=${this.filter}
            .methods=${methodsOf(items)}
            .shown=${shown.length}
            .count=${items.length}
            .isPaused=${list?.isPaused ?? false}
            .heldCount=${list?.heldCount ?? 0}
            @swerve-filter=${this.#onFilter}
            @swerve-pause=${(event: CustomEvent<boolean>) => (event.detail ? list?.pause() : list?.resume())}
            @swerve-clear=${() => list?.clear()}
          ></swerve-request-toolbar>
          <swerve-request-table
            .items=${shown}
            .selectedId=${this.requestId}
            .emptyText=${this.#emptyText(list?.isLoaded ?? false, items.length)}
            @swerve-select=${this.#onSelect}
            @keydown=${this.#onKeyDown}
          ></swerve-request-table>
          ${renderLegend(scaleOf(shown))}
        </div>
        ${this.requestId === '' || list === null ? nothing : this.#renderDetail(items, list)}
      </div>
    </section>`;
  }

  #renderDetail(items: readonly RequestRecord[], list: RequestList): TemplateResult {
    return html`<swerve-request-detail
      .source=${list}
      .requestId=${this.requestId}
      .record=${items.find(({ id }) => id === this.requestId) ?? null}
      .note=${this.#replay.noteFor(this.requestId)}
      @swerve-close=${this.#close}
      @keydown=${this.#onKeyDown}
      @swerve-copy=${(event: CustomEvent<string>) => copyText(this.#panel.store.toasts, event.detail, 'Copied.')}
      @swerve-curl=${(event: CustomEvent<RequestDetail>) => this.#copyCurl(event.detail)}
      @swerve-replay=${this.#onReplay}
    ></swerve-request-detail>`;
  }

  #emptyText(isLoaded: boolean, count: number): string {
    if (!isLoaded) return 'Opening the list…';
    return count > 0 ? 'No request is like that.' : 'No request was kept. The next one to come appears here.';
  }

  /** The same array for the same items, so that the table need not look at each again. */
  #filter(items: readonly RequestRecord[]): readonly RequestRecord[] {
    if (this.#shown?.items !== items || this.#shown.filter !== this.filter) {
      this.#shown = { items, filter: this.filter, result: filterRequests(items, this.filter) };
    }
    return this.#shown.result;
  }

  readonly #onFilter = (event: CustomEvent<RequestFilter>): void => {
    this.filter = event.detail;
  };

  readonly #onSelect = async (event: CustomEvent<RequestChoice>): Promise<void> => {
    const { id, isOpened } = event.detail;
    this.#open(id);
    if (!isOpened) return;
    this.requestId = id;
    await this.updateComplete;
    await this.renderRoot.querySelector<RequestDetailView>('swerve-request-detail')?.focusHeading();
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.requestId !== '') this.#close();
  };

  readonly #onReplay = (event: CustomEvent<ReplayPlan>): void => {
    this.#requests.followed?.resume();
    this.#replay.send(this.requestId, event.detail, this.#requests.followed?.items ?? []);
  };

  /** Browsing from one to the next leaves one step in the history, so that Back leads to the list. */
  #open(id: string): void {
    const href = hrefOfRequest(this.namespace, this.name, id);
    if (this.requestId === '') location.assign(href);
    else location.replace(href);
  }

  readonly #close = (): void => {
    location.assign(hrefOfApp(this.namespace, this.name, 'requests'));
  };

  #copyCurl({ method, origin, path, requestHeaders, requestBody }: RequestDetail): void {
    const bytes = requestBody === null ? null : bytesOf(requestBody);
    const command = toCurl({
      method,
      url: origin + path,
      headers: requestHeaders,
      body: bytes === null ? null : (textOf(bytes) ?? bytes),
    });
    const told = requestBody?.isCut
      ? 'Copied the command with the start of the body: the rest was not kept.'
      : 'Copied the command. The address is answered in this browser only.';
    void copyText(this.#panel.store.toasts, command, told);
  }

  get #table(): RequestTable | null {
    return this.renderRoot.querySelector<RequestTable>('swerve-request-table');
  }
}

customElements.define('swerve-request-view', RequestView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-view': RequestView;
  }
}
