import { BODY_PREVIEW_BYTES, type BodyPreview } from '../core/traffic.ts';
import type { WireBodyStart } from '../protocol/sw-instance.ts';

/** What `String.fromCharCode` takes at once in every engine. */
const PIECE_BYTES = 8_192;

/** The first bytes of a body that passes by. */
export class BodyStart {
  #kept: Uint8Array | null = null;
  #keptBytes = 0;
  #isCut = false;

  /** Takes the next piece of the body; the caller must not write to it any more. */
  add(bytes: Uint8Array): void {
    const roomBytes = BODY_PREVIEW_BYTES - this.#keptBytes;
    if (bytes.byteLength > roomBytes) this.#isCut = true;
    const takenBytes = Math.min(bytes.byteLength, roomBytes);
    if (takenBytes === 0) return;
    if (this.#kept === null) {
      // Most bodies are one small piece: nothing is copied. A large buffer must not be kept alive for its beginning.
      this.#kept = bytes.buffer.byteLength > BODY_PREVIEW_BYTES ? bytes.slice(0, takenBytes) : bytes;
    } else {
      if (this.#kept.byteLength < BODY_PREVIEW_BYTES) {
        const whole = new Uint8Array(BODY_PREVIEW_BYTES);
        whole.set(this.#kept);
        this.#kept = whole;
      }
      this.#kept.set(bytes.subarray(0, takenBytes), this.#keptBytes);
    }
    this.#keptBytes += takenBytes;
  }

  toWire(): WireBodyStart | null {
    return this.#kept === null ? null : { bytes: this.#kept.subarray(0, this.#keptBytes), isCut: this.#isCut };
  }

  static fromWire(wire: WireBodyStart | null): BodyStart | null {
    if (wire === null) return null;
    const start = new BodyStart();
    start.add(wire.bytes);
    start.#isCut ||= wire.isCut;
    return start;
  }

  /** null: nothing came. */
  preview(): BodyPreview | null {
    if (this.#kept === null) return null;
    let text = '';
    for (let offset = 0; offset < this.#keptBytes; offset += PIECE_BYTES) {
      text += String.fromCharCode(...this.#kept.subarray(offset, Math.min(offset + PIECE_BYTES, this.#keptBytes)));
    }
    return { base64: btoa(text), isCut: this.#isCut };
  }
}
