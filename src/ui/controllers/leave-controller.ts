import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Holds a move to another view of the panel until a person has said what is to become of what was typed. Going back in the
 * history cannot always be held: whoever uses this must keep what was typed.
 */
export class LeaveController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #mustAsk: () => boolean;
  #listener: AbortController | null = null;
  #held: NavigationDestination | null = null;
  #isAllowed = false;

  constructor(host: ReactiveControllerHost, mustAsk: () => boolean) {
    this.#host = host;
    this.#mustAsk = mustAsk;
    host.addController(this);
  }

  /** A move is being held. */
  get isAsking(): boolean {
    return this.#held !== null;
  }

  hostConnected(): void {
    if (!('navigation' in window)) return;
    this.#listener = new AbortController();
    navigation.addEventListener('navigate', (event) => this.#onNavigate(event), { signal: this.#listener.signal });
  }

  hostDisconnected(): void {
    this.#listener?.abort();
    this.#held = null;
  }

  stay(): void {
    this.#held = null;
    this.#host.requestUpdate();
  }

  /** Goes where the person wanted to go. */
  leave(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.#isAllowed = true;
    // An entry of the history has a key: there the person went back, and must not land in front of it.
    if (held.key !== '') navigation.traverseTo(held.key);
    else location.assign(held.url);
    this.#host.requestUpdate();
  }

  #onNavigate(event: NavigateEvent): void {
    const isAllowed = this.#isAllowed;
    this.#isAllowed = false;
    if (isAllowed || !event.cancelable || !event.hashChange || event.destination.url === location.href || !this.#mustAsk()) return;
    event.preventDefault();
    this.#held = event.destination;
    this.#host.requestUpdate();
  }
}
