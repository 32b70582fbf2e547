import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable } from '../state/observable.ts';

/** What can be followed of one App: its log, its requests. Does not throw. */
interface Followed extends Observable {
  follow(namespace: string, name: string, signal: AbortSignal): Promise<void>;
}

/** Follows something of one App while its element is in the document. */
export class FollowController<T extends Followed> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #make: () => T;
  #followed: T | null = null;
  #key = '';
  #abort: AbortController | null = null;

  constructor(host: ReactiveControllerHost, make: () => T) {
    this.#host = host;
    this.#make = make;
    host.addController(this);
  }

  /** Null before {@link open}. */
  get followed(): T | null {
    return this.#followed;
  }

  /** Follows this App from now on; does nothing when it does already. */
  open(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    if (key === this.#key) return;
    this.hostDisconnected();
    this.#key = key;
    this.#abort = new AbortController();
    this.#followed = this.#make();
    this.#followed.subscribe(() => this.#host.requestUpdate());
    void this.#followed.follow(namespace, name, this.#abort.signal);
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#key = '';
  }
}
