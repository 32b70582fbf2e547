import { assertNever, RuntimeError } from '../core/errors.ts';
import { APP_PAGE_PATH, type FromAppOrigin, type ToAppOrigin } from '../protocol/app-origin.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

/** The document runs its script before its `load` event: what is silent for so long after that is another document. */
const SILENT_AFTER_LOAD_MS = 3_000;
/** Without that event: a server that takes a connection and says nothing. */
const LOAD_MS = 20_000;

/** What a frame can be told to do. */
export type FrameTask = ToAppOrigin extends infer Message ? (Message extends { job: number } ? Omit<Message, 'job'> : never) : never;

let lastJob = 0;

/** A hidden frame with Swerve's own page at the origin of an App. It belongs to whoever opened it, who must close it. */
export class OriginFrame {
  readonly #origin: string;
  readonly #element: HTMLIFrameElement;

  private constructor(origin: string, element: HTMLIFrameElement) {
    this.#origin = origin;
    this.#element = element;
  }

  /**
   * Opens `origin` in this document; resolves once its page can be told what to do.
   * @throws RuntimeError `host-unavailable` (nothing there answers as Swerve does), `protocol-mismatch` (another build does, unless `anyVersion`)
   */
  static async open(origin: string, { signal, anyVersion = false }: { signal?: AbortSignal; anyVersion?: boolean } = {}): Promise<OriginFrame> {
    const element = document.createElement('iframe');
    element.hidden = true;
    element.tabIndex = -1;
    element.title = 'Swerve';
    element.setAttribute('aria-hidden', 'true');
    element.src = `${origin}/${APP_PAGE_PATH}`;
    const frame = new OriginFrame(origin, element);
    const opening = new AbortController();
    try {
      const silent = new Promise<never>((_, reject) => {
        const giveUp = (): void => reject(new RuntimeError('host-unavailable', `nothing at ${origin} answers as Swerve does`));
        let timer = setTimeout(giveUp, LOAD_MS);
        element.addEventListener('load', () => {
          clearTimeout(timer);
          timer = setTimeout(giveUp, SILENT_AFTER_LOAD_MS);
        });
        opening.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      const ready = frame.#hear(either(opening.signal, signal), (message) => message.type === 'swerve:app-origin-ready');
      document.documentElement.append(element);
      const message = await Promise.race([ready, silent]);
      if (!anyVersion && message.type === 'swerve:app-origin-ready' && message.version !== PROTOCOL_VERSION)
        throw new RuntimeError('protocol-mismatch', `${origin} serves another build of Swerve`);
      return frame;
    } catch (error) {
      frame.close();
      throw error;
    } finally {
      opening.abort();
    }
  }

  /** Resolves when it is done. @throws RuntimeError what the page answers, `host-unavailable` when it does not within `deadlineMs` */
  async tell(task: FrameTask, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    lastJob += 1;
    const job = lastJob;
    const deadline = AbortSignal.timeout(deadlineMs);
    const answer = this.#hear(either(deadline, signal), (message) => 'job' in message && message.job === job);
    this.#element.contentWindow?.postMessage({ ...task, job } satisfies ToAppOrigin, this.#origin);
    const message = await answer.catch((error: unknown) => {
      if (!deadline.aborted) throw error;
      throw new RuntimeError('host-unavailable', `the page at ${this.#origin} did not answer within ${deadlineMs / 1000} s`);
    });
    switch (message.type) {
      case 'swerve:done':
        return;
      case 'swerve:failed':
        throw RuntimeError.fromWire(message.error);
      case 'swerve:app-origin-ready':
        throw new RuntimeError('internal', 'an answer without a job');
      default:
        assertNever(message);
    }
  }

  /** The document and all that it runs go. */
  close(): void {
    this.#element.remove();
  }

  /** The first message of the frame's own page that `isIt`. Rejects with the reason of `signal`. */
  #hear(signal: AbortSignal, isIt: (message: FromAppOrigin) => boolean): Promise<FromAppOrigin> {
    return new Promise((resolve, reject) => {
      const listener = ({ source, origin, data }: MessageEvent<unknown>): void => {
        if (source !== this.#element.contentWindow || origin !== this.#origin || !isFromAppOrigin(data) || !isIt(data)) return;
        resolve(data);
      };
      addEventListener('message', listener, { signal });
      const fail = (): void => reject(signal.reason);
      if (signal.aborted) fail();
      else signal.addEventListener('abort', fail, { once: true });
    });
  }
}

function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

function isFromAppOrigin(data: unknown): data is FromAppOrigin {
  if (typeof data !== 'object' || data === null || !('type' in data)) return false;
  if (data.type === 'swerve:app-origin-ready') return 'version' in data;
  const hasJob = 'job' in data && typeof data.job === 'number';
  return hasJob && (data.type === 'swerve:done' || (data.type === 'swerve:failed' && 'error' in data));
}
