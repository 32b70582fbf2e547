import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { RequestRecord } from '../../core/traffic.ts';
import { type ReplayPlan, sendReplay } from '../state/replay.ts';

/** Sends a request once more and finds it in the list when it gets there. Going away ends what it sent. */
export class ReplayController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #abort = new AbortController();
  #awaited: { plan: ReplayPlan; known: ReadonlySet<string> } | null = null;
  #note = '';
  /** The id of the request that the note is about. */
  #about = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** What came of the last one, in a sentence: beside the request that it was sent from, then beside the new one; empty for any other. */
  noteFor(id: string): string {
    return id === this.#about ? this.#note : '';
  }

  /** `id`: of the request that is sent once more; `items`: the list of before. */
  send(id: string, plan: ReplayPlan, items: readonly RequestRecord[]): void {
    this.#about = id;
    this.#awaited = { plan, known: new Set(items.map(({ id }) => id)) };
    this.#say('Sending…');
    sendReplay(plan, location.origin, this.#abort.signal).catch((error: unknown) => {
      if (this.#abort.signal.aborted) return;
      // An answer that broke off is in the list, and says more there.
      if (this.#awaited?.plan === plan) this.#say(`It was not sent: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  /** The id of the awaited request once it is among `items`, and then no more. */
  find(items: readonly RequestRecord[]): string | null {
    if (this.#awaited === null) return null;
    const { plan, known } = this.#awaited;
    const found = items.find(({ id, method, path }) => !known.has(id) && method === plan.method && path === plan.path);
    if (found === undefined) return null;
    this.#awaited = null;
    this.#note = 'This is the request that was sent again.';
    this.#about = found.id;
    return found.id;
  }

  hostConnected(): void {
    this.#abort = new AbortController();
  }

  hostDisconnected(): void {
    this.#abort.abort();
    this.#awaited = null;
    this.#note = '';
  }

  #say(note: string): void {
    this.#note = note;
    this.#host.requestUpdate();
  }
}
