import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RuntimeError } from '../../core/errors.ts';
import type { RequestDetail, RequestRecord } from '../../core/traffic.ts';

/** A running request is read again at most this often. */
const AGAIN_MS = 500;

/** Where details are read. */
export interface DetailSource {
  detail(id: string): Promise<RequestDetail>;
}

/** Reads one request closely, again when it has gone on, and renders its element when it is there. */
export class RequestDetailController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #id = '';
  #seen: RequestRecord | null = null;
  #value: RequestDetail | RuntimeError | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Null while it is read for the first time. */
  get value(): RequestDetail | RuntimeError | null {
    return this.#value;
  }

  /** Shows this request from now on. `record`: what the list knows of it; null when the list has it no longer. */
  open(source: DetailSource, id: string, record: RequestRecord | null): void {
    const isOther = id !== this.#id;
    if (!isOther && (record === null || record === this.#seen)) return;
    this.#seen = record;
    if (isOther) {
      this.#id = id;
      this.#value = null;
      this.#stop();
      void this.#read(source, id);
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(
        () => {
          this.#timer = undefined;
          void this.#read(source, id);
        },
        record?.state === 'running' ? AGAIN_MS : 0,
      );
    }
  }

  hostDisconnected(): void {
    this.#stop();
    this.#id = '';
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #read(source: DetailSource, id: string): Promise<void> {
    let value: RequestDetail | RuntimeError;
    try {
      value = await source.detail(id);
    } catch (error) {
      value = RuntimeError.from(error);
    }
    if (id !== this.#id) return;
    // What was read before it was dropped from the cluster's memory is still true.
    if (!(value instanceof RuntimeError && this.#value !== null && !(this.#value instanceof RuntimeError))) this.#value = value;
    this.#host.requestUpdate();
  }
}
