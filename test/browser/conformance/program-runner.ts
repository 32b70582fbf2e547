/**
 * What the conformance tests need inside a page: runs one WASI program in the instance worker of the build under test, as
 * a window does it for an App, and is its line in the service worker's place. Built for the tests alone.
 */
import type { WireError } from '../../../src/core/errors.ts';
import type { InstanceSpec } from '../../../src/core/instance-spec.ts';
import type { FromInstanceWorker, ToInstanceWorker } from '../../../src/protocol/host-instance.ts';
import type { FromInstance, ToInstance } from '../../../src/protocol/sw-instance.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';

/** What the program did. */
export interface ProgramResult {
  /** null: it did not come to an exit. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Why there is no exit code. */
  failure: string | null;
}

export interface ProgramRun {
  /** Of the instance worker's script. */
  workerUrl: string;
  spec: InstanceSpec;
  deadlineMs: number;
}

const ID = 1;

class ProgramRunner {
  readonly #worker: Worker;
  readonly #logged: string[] = [];
  readonly #stdout: Uint8Array[] = [];
  #onPong: (() => void) | null = null;

  constructor(workerUrl: string) {
    this.#worker = new Worker(workerUrl, { type: 'module', name: 'conformance' });
  }

  /** Resolves with what ended the answer: null after exit code 0. */
  async run(spec: InstanceSpec): Promise<WireError | null> {
    await this.#start(spec);
    const { port1: line, port2: end } = new MessageChannel();
    this.#worker.postMessage({ type: 'connect', handover: false } satisfies ToInstanceWorker, [end]);
    const post = (message: ToInstance) => line.postMessage(message);
    const error = await new Promise<WireError | null>((resolve) => {
      let failure: WireError | null = null;
      const take = (bytes: Uint8Array | null) => {
        if (!bytes) return;
        this.#stdout.push(bytes);
        post({ type: 'credit', id: ID, bytes: bytes.length });
      };
      line.onmessage = ({ data }: MessageEvent<FromInstance>) => {
        if (data.type === 'head' || data.type === 'chunk') take(data.bytes);
        else if (data.type === 'abort' || data.type === 'failed') failure = data.error;
        else if (data.type === 'done') resolve(failure);
      };
      const url = new URL('conformance', location.origin).href;
      const route = { path: '/conformance', match: 'exact', prefix: '/conformance', rewrite: null } as const;
      const head = { method: 'GET', url, pathWithQuery: '/conformance', route, headers: [], bodyLength: null };
      post({ type: 'request', id: ID, head, hasBody: false, hold: false });
    });
    // Its last log lines have come before the answer to this.
    const pong = new Promise<void>((resolve) => {
      this.#onPong = resolve;
    });
    this.#worker.postMessage({ type: 'ping', seq: 1 } satisfies ToInstanceWorker);
    await pong;
    return error;
  }

  get stdout(): string {
    return text(this.#stdout);
  }

  get stderr(): string {
    return this.#logged.join('\n');
  }

  terminate(): void {
    this.#worker.terminate();
  }

  #start(spec: InstanceSpec): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
      this.#worker.onmessage = ({ data }: MessageEvent<FromInstanceWorker>) => {
        if (data.type === 'ready') resolve();
        else if (data.type === 'failed') reject(new Error(`the instance did not start: ${data.error.message}`));
        else if (data.type === 'pong') this.#onPong?.();
        else for (const { stream, text: line } of data.lines) if (stream === 'stderr') this.#logged.push(line);
      };
    });
    this.#worker.postMessage({ type: 'start', version: PROTOCOL_VERSION, instance: 'conformance', spec, compiled: null } satisfies ToInstanceWorker);
    return ready;
  }
}

function text(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
}

/** Runs one program in a worker of its own, which is terminated then. Never rejects. */
async function runProgram({ workerUrl, spec, deadlineMs }: ProgramRun): Promise<ProgramResult> {
  const runner = new ProgramRunner(workerUrl);
  let exitCode: number | null = null;
  let failure: string | null = null;
  try {
    const tooLong = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`it had not ended after ${deadlineMs} ms`)), deadlineMs);
    });
    const error = await Promise.race([runner.run(spec), tooLong]);
    if (error === null) exitCode = 0;
    else if (typeof error.details?.['exitCode'] === 'number') exitCode = error.details['exitCode'];
    else failure = `${error.code}: ${error.message}`;
  } catch (error) {
    failure = String(error);
  } finally {
    runner.terminate();
  }
  return { exitCode, stdout: runner.stdout, stderr: runner.stderr, failure };
}

declare global {
  var runWasiProgram: typeof runProgram;
}
globalThis.runWasiProgram = runProgram;
