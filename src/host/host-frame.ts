import { RuntimeError } from '../core/errors.ts';
import { FRAME_PATH, type FromFrame, type ProbeFrame, type ToFrame } from '../protocol/app-origin.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

export interface Line {
  port: MessagePort;
  /** Names the life of the service worker at the other end. */
  lock: string;
}

interface Job {
  resolve(line: Line): void;
  reject(error: RuntimeError): void;
}

/** A page's hidden frame of the control origin: a host of the cluster, and the only way to it. */
export class HostFrame {
  readonly #control: URL;
  readonly #frame: HTMLIFrameElement;
  readonly #ready: Promise<void>;
  readonly #waiting = new Map<number, Job>();
  #nextJob = 1;
  #markReady!: () => void;

  /** `onLineLost`: the service worker at the other end of lines with that lock was stopped. */
  constructor(control: URL, onLineLost: (lock: string) => void) {
    this.#control = control;
    this.#ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    addEventListener('message', (event: MessageEvent<FromFrame>) => {
      if (event.origin !== control.origin || event.source !== this.#frame.contentWindow) return;
      const message = event.data;
      if (message.type === 'swerve:frame-ready') this.#markReady();
      else if (message.type === 'swerve:connected' && event.ports[0]) this.#take(message.job)?.resolve({ port: event.ports[0], lock: message.lock });
      else if (message.type === 'swerve:refused') this.#take(message.job)?.reject(RuntimeError.fromWire(message.error));
      else if (message.type === 'swerve:line-lost') onLineLost(message.lock);
    });
    this.#frame = document.createElement('iframe');
    this.#frame.src = new URL(FRAME_PATH, control).href;
    this.#frame.hidden = true;
    // People know the host by the origin that holds it, whatever policy the page has.
    this.#frame.referrerPolicy = 'origin';
    this.#frame.tabIndex = -1;
    this.#frame.setAttribute('aria-hidden', 'true');
    // Beside the body, which is the page's own and may not be there yet.
    document.documentElement.append(this.#frame);
  }

  /** Opens a line to the cluster for a service worker in its life `worker`. @throws RuntimeError why the cluster refuses */
  async connect(worker: string): Promise<Line> {
    await this.#ready;
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(job, { resolve, reject });
      this.#post({ type: 'swerve:connect', job, version: PROTOCOL_VERSION, worker });
    });
  }

  /** The page is about to be replaced, or was not after all. */
  async tell(type: 'swerve:leaving' | 'swerve:staying'): Promise<void> {
    await this.#ready;
    this.#post({ type });
  }

  /** Has the frame post `nonce` on the probe's channel. */
  async probe(nonce: string): Promise<void> {
    await this.#ready;
    this.#post({ type: 'swerve:probe-frame', nonce });
  }

  #take(job: number): Job | undefined {
    const waiting = this.#waiting.get(job);
    this.#waiting.delete(job);
    return waiting;
  }

  #post(message: ToFrame | ProbeFrame): void {
    this.#frame.contentWindow?.postMessage(message, this.#control.origin);
  }
}
