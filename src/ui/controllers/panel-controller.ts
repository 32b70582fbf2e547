import { ContextConsumer } from '@lit/context';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { panelContext } from '../state/context.ts';
import type { Observable } from '../state/observable.ts';
import type { PanelStore } from '../state/panel-store.ts';

/** Renders its element again whenever what it observes of the store changes. */
export class PanelController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #observed: (store: PanelStore) => Observable[];
  readonly #consumer: ContextConsumer<typeof panelContext, ReactiveControllerHost & HTMLElement>;
  #unsubscribe: (() => void)[] = [];

  constructor(host: ReactiveControllerHost & HTMLElement, observed: (store: PanelStore) => Observable[]) {
    this.#host = host;
    this.#observed = observed;
    this.#consumer = new ContextConsumer(host, { context: panelContext });
    host.addController(this);
  }

  /** The store. Elements only exist below `<swerve-app>`, which provides it before it renders them. */
  get store(): PanelStore {
    return this.#consumer.value as PanelStore;
  }

  hostConnected(): void {
    this.#unsubscribe = this.#observed(this.store).map((observable) => observable.subscribe(() => this.#host.requestUpdate()));
  }

  hostDisconnected(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
  }
}
