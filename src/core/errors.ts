/** What an error code means outside the realm that threw it: HTTP status, whether repeating can help, and the panel's text. */
interface ErrorEntry {
  readonly status: number;
  /** Whether the same request may succeed when it is simply sent again. */
  readonly retry: boolean;
  /** RFC 9457 `title`: the same for every occurrence of the code. */
  readonly title: string;
}

/** The closed set of error codes. A code is stable: clients and tests may rely on it; the texts may change. */
export const ERRORS = {
  'request-invalid': { status: 400, retry: false, title: 'This request is not valid.' },
  'api-forbidden': { status: 403, retry: false, title: 'Pages served by an App may not use the Swerve API.' },
  'route-not-found': { status: 404, retry: false, title: 'No route matches this address.' },
  'resource-not-found': { status: 404, retry: false, title: 'There is no such resource.' },
  'method-not-allowed': { status: 405, retry: false, title: 'This method is not allowed here.' },
  'resource-conflict': { status: 409, retry: true, title: 'Changed elsewhere. Read it again and retry.' },
  'resource-exists': { status: 409, retry: false, title: 'A resource of this name exists already.' },
  'module-in-use': { status: 409, retry: false, title: 'An App still uses this module.' },
  'volume-in-use': { status: 409, retry: false, title: 'An App still uses this volume.' },
  'watch-expired': { status: 410, retry: false, title: 'This resourceVersion is too old to watch from. List again.' },
  'body-too-large': { status: 413, retry: false, title: 'The request body is over the limit.' },
  'media-type-unsupported': { status: 415, retry: false, title: 'This media type is not supported here.' },
  'module-invalid': { status: 422, retry: false, title: 'This file cannot run on Swerve.' },
  'resource-invalid': { status: 422, retry: false, title: 'This resource is not valid.' },
  'memory-limit': { status: 422, retry: false, title: 'The module needs more memory than its limit allows.' },
  'engine-unsupported': { status: 501, retry: false, title: 'This browser lacks what the module needs.' },
  'handler-trap': { status: 502, retry: false, title: 'The handler crashed. See its log.' },
  'handler-response-invalid': { status: 502, retry: false, title: 'The handler gave an answer that is not valid HTTP.' },
  'host-lost': { status: 502, retry: true, title: 'The tab that ran this request was closed.' },
  'instance-saturated': { status: 503, retry: true, title: 'Every instance is busy and the queue is full.' },
  'instance-start-failed': { status: 503, retry: true, title: 'The instance could not be started.' },
  'host-unavailable': { status: 503, retry: true, title: 'No open tab can run this App.' },
  'app-crash-loop': { status: 503, retry: true, title: 'The App crashed too often and is being held back.' },
  'app-not-ready': { status: 503, retry: false, title: 'The App is not ready. Its conditions say why.' },
  'call-loop': { status: 508, retry: false, title: 'Apps call each other too deeply.' },
  'handler-timeout': { status: 504, retry: true, title: 'The handler did not answer before its deadline.' },
  'storage-full': { status: 507, retry: false, title: 'The browser refuses to store more for this origin.' },
  'storage-failed': { status: 500, retry: true, title: 'The browser could not read or write its storage.' },
  'protocol-mismatch': { status: 503, retry: true, title: 'This tab runs another version of Swerve. Reload it.' },
  internal: { status: 500, retry: false, title: 'Something broke in the runtime.' },
} as const satisfies Record<string, ErrorEntry>;

/** Name of one entry of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** Extra members that say more than the text, as plain data: they cross ports and become RFC 9457 extension members. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The plain-data form of a {@link RuntimeError}, for ports and storage. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** The one error class of the runtime. `message` is for people and says what was wrong, by which rule, and the way out. */
export class RuntimeError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RuntimeError';
    this.code = code;
    this.details = options.details ?? {};
  }

  /** HTTP status of the code (RFC 9110). */
  get status(): number {
    return ERRORS[this.code].status;
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, details: this.details };
  }

  static fromWire(wire: WireError): RuntimeError {
    return new RuntimeError(wire.code, wire.message, wire.details ? { details: wire.details } : {});
  }

  /** `error` itself when it is a RuntimeError, else a new one of `code` whose cause is `error`. */
  static from(error: unknown, code: ErrorCode = 'internal'): RuntimeError {
    if (error instanceof RuntimeError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new RuntimeError(code, message, { cause: error });
  }
}

/** Makes the compiler check that a union was handled in full; throws when a value outside it arrives at run time. */
export function assertNever(value: never): never {
  throw new RuntimeError('internal', `unexpected value ${JSON.stringify(value)}`);
}
