/** `error` of wasi:io/error (WIT: wasi-io/error.wit, 0.2). Keeps what broke, so that other interfaces can name it in their own codes. */
export class IoError {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }

  toDebugString(): string {
    return this.cause instanceof Error ? this.cause.message : String(this.cause);
  }
}
