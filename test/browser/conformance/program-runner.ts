/**
 * What the conformance tests need inside a page: runs one WASI program in the instance worker of the build under test, as
 * a window does it for an App, and is its line in the service worker's place. Built for the tests alone.
 */
import type { WireError } from '../../../src/core/errors.ts';
import type { InstanceSpec } from '../../../src/core/instance-spec.ts';
import type { FromInstanceWorker, ToInstanceWorker } from '../../../src/protocol/host-instance.ts';
import type { FromInstance, ToInstance } from '../../../src/protocol/sw-instance.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';

/** What is said to a command while it runs, and waited for, one after the other. */
export type Step = { readonly write: string } | { readonly read: 'stdout' | 'stderr'; readonly text: string };

/** A request to a service. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/** What a service answered. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the program did. */
export interface ProgramResult {
  /** Of a service, to each request. */
  answers: ServiceAnswer[];
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
  steps: readonly Step[];
  /** null: a command is run. */
  requests: readonly ServiceRequest[] | null;
}

const ID = 1;
/** Between two looks at what a step waits for. */
const LOOK_MS = 5;

class ProgramRunner {
  readonly #worker: Worker;
  readonly #logged: string[] = [];
  readonly #stdout: Uint8Array[] = [];
  #onPong: (() => void) | null = null;

  constructor(workerUrl: string) {
    this.#worker = new Worker(workerUrl, { type: 'module', name: 'conformance' });
  }

  /** Resolves with what ended the answer: null after exit code 0. */
  async run({ spec, steps, requests }: ProgramRun): Promise<WireError | null> {
    await this.#start(spec);
    const { port1: line, port2: end } = new MessageChannel();
    this.#worker.postMessage({ type: 'connect', handover: false } satisfies ToInstanceWorker, [end]);
    let error: WireError | null = null;
    if (requests) {
      for (const [index, request] of requests.entries()) {
        const taken: Uint8Array[] = [];
        const { head, failure } = await this.#exchange(line, ID + index, request, taken, async (write) => {
          if (request.body) write(request.body);
        });
        error ??= failure;
        this.answers.push({ status: head?.status ?? 0, headers: Object.fromEntries(head?.headers ?? []), body: text(taken) });
      }
    } else {
      const run: ServiceRequest = { method: 'GET', path: '/conformance', headers: [], body: steps.length > 0 ? '' : null };
      const { failure } = await this.#exchange(line, ID, run, this.#stdout, (write) => this.#take(steps, write));
      error = failure;
    }
    // Its last log lines have come before the answer to this.
    const pong = new Promise<void>((resolve) => {
      this.#onPong = resolve;
    });
    this.#worker.postMessage({ type: 'ping', seq: 1 } satisfies ToInstanceWorker);
    await pong;
    return error;
  }

  readonly answers: ServiceAnswer[] = [];

  async #take(steps: readonly Step[], write: (text: string) => void): Promise<void> {
    for (const step of steps) {
      if ('write' in step) write(step.write);
      else while (!(step.read === 'stdout' ? this.stdout : this.stderr).includes(step.text)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** One request on `line`: `speak` writes its body, which ends when that is done; what is answered goes to `taken`. */
  #exchange(
    line: MessagePort,
    id: number,
    { method, path, headers, body }: ServiceRequest,
    taken: Uint8Array[],
    speak: (write: (text: string) => void) => Promise<void>,
  ): Promise<{ head: { status: number; headers: readonly (readonly [string, string])[] } | null; failure: WireError | null }> {
    const post = (message: ToInstance) => line.postMessage(message);
    return new Promise((resolve, reject) => {
      let failure: WireError | null = null;
      let head: { status: number; headers: readonly (readonly [string, string])[] } | null = null;
      line.onmessage = ({ data }: MessageEvent<FromInstance>) => {
        if (data.type === 'head') head = { status: data.status, headers: data.headers };
        if ((data.type === 'head' || data.type === 'chunk') && data.bytes) {
          taken.push(data.bytes);
          post({ type: 'credit', id, bytes: data.bytes.length });
        } else if (data.type === 'abort' || data.type === 'failed') failure = data.error;
        else if (data.type === 'done') resolve({ head, failure });
      };
      const route = { path: '/', match: 'prefix', prefix: '/', rewrite: null } as const;
      const url = new URL(path, location.origin).href;
      const hasBody = body !== null;
      post({
        type: 'request',
        id,
        head: { method, url, pathWithQuery: path, route, headers: headers.map(([name, value]) => [name, value]), bodyLength: null },
        hasBody,
        hold: false,
      });
      if (!hasBody) return;
      speak((written) => post({ type: 'chunk', id, bytes: new TextEncoder().encode(written) })).then(() => post({ type: 'end', id }), reject);
    });
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
async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { workerUrl, deadlineMs } = run;
  const runner = new ProgramRunner(workerUrl);
  let exitCode: number | null = null;
  let failure: string | null = null;
  try {
    const tooLong = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`it had not ended after ${deadlineMs} ms`)), deadlineMs);
    });
    const error = await Promise.race([runner.run(run), tooLong]);
    if (error === null) exitCode = 0;
    else if (typeof error.details?.['exitCode'] === 'number') exitCode = error.details['exitCode'];
    else failure = `${error.code}: ${error.message}`;
  } catch (error) {
    failure = String(error);
  } finally {
    runner.terminate();
  }
  return { answers: runner.answers, exitCode, stdout: runner.stdout, stderr: runner.stderr, failure };
}

declare global {
  var runWasiProgram: typeof runProgram;
}
globalThis.runWasiProgram = runProgram;
