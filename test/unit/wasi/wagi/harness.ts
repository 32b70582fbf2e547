import { readFileSync } from 'node:fs';
import type { InstanceSpec } from '../../../../src/core/instance-spec.ts';
import { type ByteSource, sourceFromBytes } from '../../../../src/wasi/bytes.ts';
import type { GuestRequest, HandlerHost, ResponseWriter } from '../../../../src/wasi/handler.ts';
import { scriptedBlock } from '../scripted-block.ts';

export function fixture(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../fixtures/${name}.wasm`, import.meta.url)));
}

export function makeSpec(parts: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    namespace: 'default',
    name: 'test',
    uid: 'u',
    generation: 1,
    digest: `sha256:${'0'.repeat(64)}`,
    format: 'core',
    abi: 'wagi',
    reuse: false,
    minInstances: 0,
    args: [],
    env: {},
    files: [],
    capabilities: {},
    config: {},
    concurrency: 8,
    memoryMiB: 256,
    timeoutMs: 30_000,
    idleSeconds: 300,
    restart: { policy: 'permanent', maxRestarts: 3, windowSeconds: 5 },
    ...parts,
  };
}

export function makeRequest(path = '/', parts: Omit<Partial<GuestRequest>, 'body'> & { body?: string | ByteSource; origin?: string } = {}): GuestRequest {
  const { body, origin = 'http://localhost:8080', ...rest } = parts;
  const bytes = typeof body === 'string' ? Buffer.from(body) : null;
  return {
    method: body === undefined ? 'GET' : 'POST',
    url: origin + path,
    pathWithQuery: path,
    route: { path: '/', match: 'prefix', prefix: '', rewrite: null },
    headers: [],
    body: bytes ? sourceFromBytes(bytes) : ((body as ByteSource | undefined) ?? null),
    bodyLength: bytes ? bytes.length : null,
    signal: new AbortController().signal,
    block: scriptedBlock(),
    ...rest,
  };
}

export interface Answer extends ResponseWriter {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  /** Open: it ends with its request. */
  readonly end: 'open' | 'closed' | 'aborted';
  /** Each write, in turn. */
  readonly pieces: readonly string[];
  /** What the next `capacity()` tells. */
  room: number;
  /** Makes room again. */
  drain(): void;
}

export function makeAnswer(onWrite: (text: string) => void = () => {}): Answer {
  const pieces: string[] = [];
  const wake: (() => void)[] = [];
  const answer = {
    status: 0,
    headers: [] as readonly (readonly [string, string])[],
    headSent: false,
    end: 'open' as Answer['end'],
    pieces,
    room: Number.POSITIVE_INFINITY,
    get text() {
      return pieces.join('');
    },
    drain() {
      answer.room = Number.POSITIVE_INFINITY;
      for (const resolve of wake.splice(0)) resolve();
    },
    head(status: number, headers: readonly (readonly [string, string])[]) {
      Object.assign(answer, { status, headers, headSent: true });
      return {
        capacity: () => answer.room,
        write(bytes: Uint8Array) {
          const text = Buffer.from(bytes).toString('utf8');
          pieces.push(text);
          answer.room -= bytes.length;
          onWrite(text);
        },
        ready: () => (answer.room > 0 ? Promise.resolve() : new Promise<void>((resolve) => wake.push(resolve))),
        close() {
          if (answer.end === 'open') answer.end = 'closed';
        },
        abort() {
          if (answer.end === 'open') answer.end = 'aborted';
        },
      };
    },
  };
  return answer;
}

export function makeHandlerHost(canSuspend = false): HandlerHost & { lines: string[] } {
  const lines: string[] = [];
  const database = () => {
    throw new Error('there is no database outside of a browser');
  };
  return { lines, canSuspend, log: (stream, text) => void lines.push(`${stream}: ${text}`), database };
}

/** A source that is fed by hand. */
export function makeFeed(): ByteSource & { feed(text: string): void; end(): void } {
  const queue: Uint8Array[] = [];
  let hasEnded = false;
  const wake: (() => void)[] = [];
  const wakeAll = () => {
    for (const resolve of wake.splice(0)) resolve();
  };
  return {
    read: () => queue.shift() ?? (hasEnded ? null : new Uint8Array(0)),
    isReady: () => queue.length > 0 || hasEnded,
    ready: () => (queue.length > 0 || hasEnded ? Promise.resolve() : new Promise<void>((resolve) => wake.push(resolve))),
    cancel: () => {
      hasEnded = true;
    },
    feed(text) {
      queue.push(Buffer.from(text));
      wakeAll();
    },
    end() {
      hasEnded = true;
      wakeAll();
    },
  };
}

export function settle(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
