import type { WireRequestHead } from '../protocol/sw-instance.ts';
import type { Destination, Outcome, OutgoingRequest } from './destination.ts';
import { dispatch } from './dispatch.ts';
import type { RequestTrace, TracedRequest } from './request-trace.ts';
import type { Uplink } from './uplink.ts';

/** The cluster ends what is over a deadline, and says so: these are only for an end of the line that is no more. Above what any App may ask for. */
const LIMITS = { timeoutMs: 310_000, durationMs: 3_610_000, requestBytes: Number.POSITIVE_INFINITY };

/** The cluster finds the route. */
const NO_ROUTE: WireRequestHead['route'] = { path: '/', match: 'prefix', prefix: '', rewrite: null };

/** The App of this origin, wherever it runs. Until the cluster has told of it, what its limits are is left to the cluster. */
export class UplinkDestination implements Destination {
  readonly #uplink: Uplink;
  readonly #label: string;

  /** `label`: what stands for the App's name until that is known. */
  constructor(uplink: Uplink, label: string) {
    this.#uplink = uplink;
    this.#label = label;
  }

  get namespace(): string {
    return this.#uplink.app?.namespace ?? '';
  }

  get name(): string {
    return this.#uplink.app?.name ?? this.#label;
  }

  get requestBytes(): number {
    return this.#uplink.app?.requestBytes ?? Number.POSITIVE_INFINITY;
  }

  get bufferRequest(): boolean {
    return this.#uplink.app?.bufferRequest ?? false;
  }

  get hostScript(): boolean {
    return this.#uplink.app?.hostScript ?? true;
  }

  /** The cluster traces what passes by it. */
  begin(request: TracedRequest): RequestTrace {
    return this.#uplink.traces.begin(request);
  }

  noteHostScript(reason: string | null): void {
    this.#uplink.noteHostScript(reason);
  }

  async send({ method, url, headers, body, isNavigation, canBoot, signal, hostWaitMs, trace }: OutgoingRequest): Promise<Outcome> {
    const { pathname, search } = new URL(url);
    const head: WireRequestHead = { method, url, pathWithQuery: pathname + search, route: NO_ROUTE, headers, bodyLength: body.length, isNavigation, canBoot };
    trace?.describe(headers, body.stream !== null, signal);
    const { reply, finished } = await dispatch(this.#uplink, {
      head,
      body,
      limits: LIMITS,
      signal,
      hostWaitMs,
      canBoot,
      isHostComing: false,
      trace,
    });
    return { reply, finished };
  }
}
