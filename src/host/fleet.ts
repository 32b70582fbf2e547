import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { LogLine } from '../core/log-line.ts';
import type { CompiledModules } from '../protocol/host-instance.ts';
import { FINAL_START_ERRORS, type FromHost, type InstanceId, type TerminateReason } from '../protocol/sw-host.ts';
import { AppSupervisor } from './app-supervisor.ts';
import { InstanceWorker } from './instance-worker.ts';

export interface FleetDeps {
  /** To the service worker, if one is connected. */
  send(message: FromHost, transfer?: Transferable[]): void;
  /** Makes sure that a component's transpiled form is stored. @throws RuntimeError */
  ensureArtifact(spec: InstanceSpec): Promise<void>;
  log(namespace: string, app: string, lines: LogLine[]): void;
  /** Writes the App's `Healthy` condition; null: it is healthy again. */
  reportHealth(spec: InstanceSpec, problem: { untilMs: number; error: RuntimeError } | null): void;
}

const WATCH_INTERVAL_MS = 5_000;
/** Beyond the App's own deadline: the service worker's clock comes first, this one is for workers that no request waits for. */
const WATCH_GRACE_MS = 5_000;

/** The workers that this window owns: starts, restarts, watches and ends them, and compiles each module once. */
export class Fleet {
  readonly #deps: FleetDeps;
  readonly #workers = new Map<InstanceId, InstanceWorker>();
  readonly #supervisors = new Map<string, AppSupervisor>();
  /** Compiled modules by digest and memory limit, shared by this window's workers; gone with the last of them. */
  readonly #compiled = new Map<string, Promise<CompiledModules | null>>();

  constructor(deps: FleetDeps) {
    this.#deps = deps;
    setInterval(() => this.#watch(), WATCH_INTERVAL_MS);
  }

  /** Instances that serve, each with a fresh line. */
  announceAll(handover: boolean): { announcement: InstanceWorker['announcement']; port: MessagePort }[] {
    return [...this.#workers.values()]
      .filter((worker) => worker.isReady)
      .map((worker) => ({ announcement: worker.announcement, port: worker.connect(handover) }));
  }

  async spawn(id: InstanceId, spec: InstanceSpec): Promise<void> {
    const supervisor = this.#supervisorOf(spec);
    const heldForMs = supervisor.heldForMs(Date.now());
    if (heldForMs > 0) {
      const error = new RuntimeError(
        'app-crash-loop',
        `${spec.namespace}/${spec.name} crashed more often than spec.restart allows (${spec.restart.maxRestarts} in ${spec.restart.windowSeconds} s); it is held back for ${Math.ceil(heldForMs / 1000)} s more. Its log says why.`,
        {
          details: { retryAfterSeconds: Math.ceil(heldForMs / 1000) },
        },
      );
      this.#deps.send({ type: 'instance-failed', instance: id, error: error.toWire() });
      return;
    }
    const worker = new InstanceWorker(id, spec, {
      onLog: (lines) =>
        this.#deps.log(
          spec.namespace,
          spec.name,
          lines.map((line) => ({ ...line, instance: id })),
        ),
      onCrashed: (error) => this.#crashed(worker, error, 'crashed'),
    });
    this.#workers.set(id, worker);
    try {
      await this.#start(worker);
      // Terminated while it started.
      if (this.#workers.get(id) !== worker) return;
      this.#deps.reportHealth(spec, null);
      const port = worker.connect(false);
      this.#deps.send({ type: 'instance-ready', instance: worker.announcement }, [port]);
    } catch (cause) {
      if (this.#workers.get(id) !== worker) return;
      const error = RuntimeError.from(cause, 'instance-start-failed');
      this.#drop(worker);
      this.#systemLog(worker, `did not start: ${error.message}`);
      this.#deps.send({ type: 'instance-failed', instance: id, error: error.toWire() });
      if (!FINAL_START_ERRORS.has(error.code)) this.#afterCrash(spec, error, false);
    }
  }

  /** Starts instances until `count` of this generation run or start here. */
  ensure(spec: InstanceSpec, count: number): void {
    const running = [...this.#workers.values()].filter((worker) => worker.spec.uid === spec.uid && worker.spec.generation === spec.generation).length;
    if (this.#supervisorOf(spec).heldForMs(Date.now()) > 0) return;
    for (let missing = count - running; missing > 0; missing -= 1) void this.spawn(newId(spec.name), spec);
  }

  /** Opens a line to an instance for the service worker of an App's own origin. */
  lend(id: InstanceId, slots: number, durationMs: number): void {
    const worker = this.#workers.get(id);
    if (worker?.isReady) this.#deps.send({ type: 'lent', instance: id }, [worker.lend(slots, durationMs)]);
  }

  takeBack(id: InstanceId): void {
    this.#workers.get(id)?.takeBack();
  }

  terminate(id: InstanceId, reason: TerminateReason): void {
    const worker = this.#workers.get(id);
    if (!worker) return;
    if (reason === 'deadline' || reason === 'unresponsive') {
      this.#crashed(worker, new RuntimeError('handler-timeout', 'a request passed its deadline and the guest did not stop'), reason);
    } else this.#end(worker, reason);
  }

  async #start(worker: InstanceWorker): Promise<void> {
    const { spec } = worker;
    const key = `${spec.digest} ${spec.memoryMiB}`;
    const known = this.#compiled.get(key);
    const shared = known ? await known : null;
    if (shared) {
      await worker.start(shared);
      return;
    }
    const compiling = (async () => {
      if (spec.format === 'component') await this.#deps.ensureArtifact(spec);
      return worker.start(null);
    })();
    this.#compiled.set(
      key,
      compiling.catch(() => null),
    );
    try {
      await compiling;
    } catch (error) {
      this.#compiled.delete(key);
      throw error;
    }
  }

  #crashed(worker: InstanceWorker, error: RuntimeError, reason: TerminateReason | 'crashed'): void {
    this.#systemLog(worker, `terminated: ${error.message}`);
    this.#end(worker, reason);
    this.#afterCrash(worker.spec, error, true);
  }

  #afterCrash(spec: InstanceSpec, error: RuntimeError, hadServed: boolean): void {
    const verdict = this.#supervisorOf(spec).afterCrash(Date.now(), error);
    if (verdict.type === 'hold') this.#deps.reportHealth(spec, { untilMs: verdict.untilMs, error });
    // A start that failed is tried again by the next request, not in a loop of its own.
    else if (verdict.type === 'restart' && hadServed) void this.spawn(newId(spec.name), spec);
  }

  #end(worker: InstanceWorker, reason: TerminateReason | 'crashed'): void {
    this.#drop(worker);
    this.#deps.send({ type: 'instance-ended', instance: worker.id, reason });
  }

  #drop(worker: InstanceWorker): void {
    this.#workers.delete(worker.id);
    worker.terminate();
    const { digest, memoryMiB } = worker.spec;
    const isLast = ![...this.#workers.values()].some((other) => other.spec.digest === digest && other.spec.memoryMiB === memoryMiB);
    if (isLast) this.#compiled.delete(`${digest} ${memoryMiB}`);
  }

  #watch(): void {
    const nowMs = Date.now();
    for (const worker of [...this.#workers.values()]) {
      const silentMs = worker.watch(nowMs);
      if (silentMs > worker.spec.timeoutMs + WATCH_GRACE_MS) this.terminate(worker.id, 'unresponsive');
      else if (worker.isReady && worker.busy === 0 && silentMs === 0 && nowMs - worker.idleSinceMs > worker.spec.idleSeconds * 1_000 && !this.#isKept(worker))
        this.#end(worker, 'idle');
    }
  }

  /** `scale.min` instances stay however idle they are. */
  #isKept(worker: InstanceWorker): boolean {
    const siblings = [...this.#workers.values()].filter((other) => other.spec.uid === worker.spec.uid && other.isReady);
    return siblings.length <= worker.spec.minInstances;
  }

  #supervisorOf(spec: InstanceSpec): AppSupervisor {
    // A new generation is a new program: earlier crashes say nothing about it.
    const key = `${spec.uid} ${spec.generation}`;
    let supervisor = this.#supervisors.get(key);
    if (!supervisor) {
      supervisor = new AppSupervisor(spec.restart);
      this.#supervisors.set(key, supervisor);
    }
    return supervisor;
  }

  #systemLog(worker: InstanceWorker, text: string): void {
    this.#deps.log(worker.spec.namespace, worker.spec.name, [{ atMs: Date.now(), stream: 'system', text, instance: worker.id }]);
  }
}
