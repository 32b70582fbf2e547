import type { InstanceSpec } from '../../../../src/core/instance-spec.ts';
import { type ByteSink, type ByteSource, emptySource } from '../../../../src/wasi/bytes.ts';
import type { GuestRequest, HandlerHost, ResponseWriter } from '../../../../src/wasi/handler.ts';
import { type GuestCall, GuestContext } from '../../../../src/wasi/preview2/guest-context.ts';
import { WitError } from '../../../../src/wasi/preview2/wit.ts';
import { scriptedBlock } from '../scripted-block.ts';

/** What `operation` answers the guest as `err`; fails the test when it answers anything else. */
export function errOf(operation: () => unknown): unknown {
  try {
    operation();
  } catch (error) {
    if (error instanceof WitError) return error.payload;
    throw error;
  }
  throw new Error('the operation succeeded');
}

/** A source that a test fills; empty while nothing was pushed. */
export class TestSource implements ByteSource {
  isCancelled = false;
  #pieces: Uint8Array[] = [];
  #end: 'open' | 'ended' | Error = 'open';
  #wakers: (() => void)[] = [];

  push(text: string): void {
    this.#pieces.push(new TextEncoder().encode(text));
    this.#wake();
  }

  end(how: 'ended' | Error = 'ended'): void {
    this.#end = how;
    this.#wake();
  }

  read(maxBytes: number): Uint8Array | null {
    const piece = this.#pieces.shift();
    if (piece) {
      if (piece.length > maxBytes) this.#pieces.unshift(piece.subarray(maxBytes));
      return piece.subarray(0, maxBytes);
    }
    if (this.#end instanceof Error) throw this.#end;
    return this.#end === 'ended' ? null : new Uint8Array(0);
  }

  isReady(): boolean {
    return this.#pieces.length > 0 || this.#end !== 'open';
  }

  ready(): Promise<void> {
    return this.isReady() ? Promise.resolve() : new Promise((resolve) => this.#wakers.push(resolve));
  }

  cancel(): void {
    this.isCancelled = true;
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

/** A sink of `limitBytes` capacity that keeps what it is given until `drain`. */
export class TestSink implements ByteSink {
  text = '';
  end: 'open' | 'closed' | 'aborted' = 'open';
  reason: unknown = null;
  broken: Error | null = null;
  readonly #limitBytes: number;
  #heldBytes = 0;
  #wakers: (() => void)[] = [];

  constructor(limitBytes = 65_536) {
    this.#limitBytes = limitBytes;
  }

  capacity(): number {
    if (this.broken) throw this.broken;
    return Math.max(0, this.#limitBytes - this.#heldBytes);
  }

  write(bytes: Uint8Array): void {
    if (this.broken) throw this.broken;
    this.text += new TextDecoder('latin1').decode(bytes);
    this.#heldBytes += bytes.length;
  }

  ready(): Promise<void> {
    return this.broken || this.capacity() > 0 ? Promise.resolve() : new Promise((resolve) => this.#wakers.push(resolve));
  }

  drain(): void {
    this.#heldBytes = 0;
    for (const wake of this.#wakers.splice(0)) wake();
  }

  close(): void {
    if (this.end === 'open') this.end = 'closed';
  }

  abort(reason: unknown): void {
    if (this.end !== 'open') return;
    this.end = 'aborted';
    this.reason = reason;
  }
}

/** A host whose log a test can read. */
export class TestHost implements HandlerHost {
  readonly canSuspend: boolean;
  readonly lines: string[] = [];

  constructor(canSuspend = true) {
    this.canSuspend = canSuspend;
  }

  log(stream: string, text: string): void {
    this.lines.push(`${stream}: ${text}`);
  }

  database(): never {
    throw new Error('there is no database outside of a browser');
  }
}

export function testCall(call: Partial<GuestCall> = {}): GuestCall {
  return {
    signal: new AbortController().signal,
    method: 'GET',
    args: [],
    env: [],
    stdin: emptySource,
    stdout: new TestSink(),
    stderr: new TestSink(),
    ...call,
  };
}

/** A guest's host state; denials go to the host's log as they are. */
export function testContext(call: Partial<GuestCall> = {}, host = new TestHost()): GuestContext {
  return new GuestContext(host, (subject, detail) => host.log('system', `${subject} ${detail}`), host.canSuspend, testCall(call));
}

export function testRequest(path: string, request: Partial<GuestRequest> = {}): GuestRequest {
  return {
    method: 'GET',
    url: `https://swerve.test:8443${path}`,
    pathWithQuery: path,
    route: { path: '/', match: 'prefix', prefix: '/', rewrite: null },
    headers: [],
    body: null,
    bodyLength: null,
    signal: new AbortController().signal,
    block: scriptedBlock(),
    ...request,
  };
}

/** Where an answer goes, for a test to read. */
export class TestResponse implements ResponseWriter {
  headSent = false;
  status = 0;
  headers: readonly (readonly [string, string])[] = [];
  readonly body: TestSink;

  constructor(body = new TestSink()) {
    this.body = body;
  }

  head(status: number, headers: readonly (readonly [string, string])[]): ByteSink {
    this.headSent = true;
    this.status = status;
    this.headers = headers;
    return this.body;
  }
}

export function testSpec(spec: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    namespace: 'default',
    name: 'app',
    uid: 'uid',
    generation: 1,
    digest: `sha256:${'0'.repeat(64)}`,
    format: 'component',
    abi: 'wasi-http',
    reuse: false,
    args: [],
    env: {},
    files: [],
    capabilities: {},
    config: {},
    concurrency: 1,
    memoryMiB: 64,
    timeoutMs: 1000,
    minInstances: 0,
    idleSeconds: 60,
    restart: { policy: 'permanent', maxRestarts: 3, windowSeconds: 5 },
    ...spec,
  };
}
