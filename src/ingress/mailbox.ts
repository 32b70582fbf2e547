import { encodeFrames, MAX_WAIT_MS, type MailboxFrame } from '../protocol/line-mailbox.ts';
import type { RequestId } from '../protocol/sw-instance.ts';

/** What is meant for the running guest of one line, until its blocked worker asks for it (src/protocol/line-mailbox.ts). Bounded by the credit of the one request at a time. */
export class Mailbox {
  /** Known to this service worker and to the worker at the other end of the line, to nobody else. */
  readonly token = crypto.randomUUID();
  #frames: MailboxFrame[] = [];
  #client: string | null = null;
  #turn = 0;
  #wake: (() => void) | null = null;
  #isClosed = false;

  put(frame: MailboxFrame): void {
    if (this.#isClosed) return;
    this.#frames.push(frame);
    this.#wake?.();
  }

  /** The request is over: what nobody has fetched for it by now is for nobody. */
  forget(id: RequestId): void {
    this.#frames = this.#frames.filter((frame) => frame.id !== id);
  }

  /** Whether `clientId` is the one client that this mailbox serves: the first that asked. Chromium 156 tells no id for a dedicated worker's requests. */
  admits(clientId: string): boolean {
    this.#client ??= clientId;
    return this.#client === clientId;
  }

  /** What has come in, encoded; after at most `waitMs` null when nothing has. An earlier call that still waits gets null: its caller has given up on it. */
  async take(waitMs: number): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#wake?.();
    if (this.#frames.length === 0 && !this.#isClosed && waitMs > 0) await this.#somethingWithin(Math.min(waitMs, MAX_WAIT_MS));
    if (turn !== this.#turn || this.#frames.length === 0) return null;
    const frames = this.#frames;
    this.#frames = [];
    return encodeFrames(frames);
  }

  /** The line is gone: nothing comes any more. */
  close(): void {
    this.#isClosed = true;
    this.#frames = [];
    this.#wake?.();
  }

  #somethingWithin(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        if (this.#wake === wake) this.#wake = null;
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wake = wake;
    });
  }
}
