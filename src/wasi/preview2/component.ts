import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import type { CompiledModules } from '../../protocol/host-instance.ts';
import type { TranspiledComponent } from '../../protocol/sw-host.ts';
import { LOOP_IMPORT, SUSPENDING_SOURCE_MARK } from '../../protocol/transpiled-source.ts';
import { compileModule } from '../../wasm/engine.ts';
import { limitMemory } from '../../wasm/memory-limit.ts';
import { serveProgram } from '../command/program-handler.ts';
import { sourcesFor } from '../deterministic.ts';
import type { GuestRequest, Handler, HandlerHost, ResponseWriter } from '../handler.ts';
import { canSuspend } from '../jspi.ts';
import { createMounts } from '../mounts.ts';
import { GuestLoop } from '../preview3/guest-loop.ts';
import { serveHttp3 } from '../preview3/http-handler.ts';
import { withScripts } from '../wagi/script-site.ts';
import { serveCommand } from './cli-handler.ts';
import { type Guest, makeGuestContext } from './guest.ts';
import { createDenialLog } from './guest-context.ts';
import { createGuestPool, type MakeGuest } from './guest-pool.ts';
import { serveHttp } from './http-handler.ts';
import { importProblem } from './imports.ts';
import { createImports } from './link-imports.ts';

/** A component ready to be instantiated in this worker. */
export interface LoadedComponent {
  /** As the transpiler wrote it. */
  readonly source: string;
  readonly cores: CompiledModules;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** What jco's `instantiate` answers: functions by interface. */
type Exports = Record<string, Record<string, (...args: unknown[]) => unknown> | undefined>;

/** jco's `instantiate` in sync mode. */
type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Record<string, unknown>,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance,
) => unknown;

/** Compiles the core modules of `artifact`, each with its memory limited to `memoryMiB`. @throws RuntimeError `module-invalid`, `memory-limit`, `engine-unsupported` */
export async function compileComponent(artifact: TranspiledComponent, memoryMiB: number): Promise<CompiledModules> {
  const compiled = await Promise.all(
    artifact.cores.map(async ({ name, bytes }): Promise<[string, WebAssembly.Module]> => {
      const module = await compileModule(limitMemory(bytes, memoryMiB));
      if (module instanceof WebAssembly.Module) return [name, module];
      throw new RuntimeError('module-invalid', `The component's core module ${name} does not compile: ${module.message}`, { cause: module.cause });
    }),
  );
  return Object.fromEntries(compiled);
}

/** Whether `source` was transpiled with suspending imports. */
function usesJspi(source: string): boolean {
  return source.startsWith(SUSPENDING_SOURCE_MARK);
}

function needsJspi(): RuntimeError {
  return new RuntimeError(
    'engine-unsupported',
    'The component was made ready for a browser that can suspend WebAssembly (JSPI), and this one cannot. Use Chrome or Edge 137, Firefox 153, Safari 27 or newer.',
  );
}

/** Evaluates jco's output. Once per worker: the text is large. @throws RuntimeError `module-invalid`, `engine-unsupported` */
export function evaluateComponent(source: string): Instantiate {
  if (usesJspi(source) && !canSuspend()) {
    throw needsJspi();
  }
  try {
    return new Function(`${source};return instantiate`)() as Instantiate;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof EvalError) {
      throw new RuntimeError('engine-unsupported', `Components need a content security policy with 'unsafe-eval' for workers: ${message}`, { cause });
    }
    throw new RuntimeError('module-invalid', `The transpiled component cannot be evaluated: ${message}`, { cause });
  }
}

/** One guest instance; answers its exports by name, and puts the memories that its core modules export into `memories`. Synchronous unless the component's start blocks. @throws RuntimeError `module-invalid` */
export function instantiateComponent(
  instantiate: Instantiate,
  cores: CompiledModules,
  imports: Record<string, unknown>,
  memories: Set<WebAssembly.Memory>,
): unknown {
  const getCoreModule = (name: string) => {
    const module = cores[name];
    if (!module) throw new RuntimeError('internal', `The transpiled component asks for ${name}, which was not stored with it.`);
    return module;
  };
  return instantiate(getCoreModule, imports, (module, coreImports) => {
    const instance = new WebAssembly.Instance(module, coreImports);
    for (const exported of Object.values(instance.exports)) if (exported instanceof WebAssembly.Memory) memories.add(exported);
    return instance;
  });
}

/** How a guest serves: an exported function, and what calls it. */
interface Entry {
  readonly interface: string;
  readonly function: string;
  readonly serve: (guest: Guest, spec: InstanceSpec, request: GuestRequest, response: ResponseWriter) => Promise<void>;
}

const RUN = { interface: 'wasi:cli/run', function: 'run' };

/** By ABI, the best first: WASI 0.3 before 0.2, for what is built for 0.3 by way of 0.2 exports a `run` that does nothing. */
const ENTRIES: Readonly<Record<InstanceSpec['abi'], readonly Entry[]>> = {
  'wasi-http': [
    { interface: 'wasi:http/handler', function: 'handle', serve: serveHttp3 },
    { interface: 'wasi:http/incoming-handler', function: 'handle', serve: serveHttp },
  ],
  wagi: [{ ...RUN, serve: serveCommand }],
  command: [{ ...RUN, serve: serveProgram }],
};

/** The name under which `exports` has interface `name`, of the newest version. */
function findExport(exports: readonly string[], name: string): string | null {
  const found = exports.filter((candidate) => candidate === name || candidate.startsWith(`${name}@`));
  return found.find((candidate) => candidate.includes('@0.3.')) ?? found[0] ?? null;
}

/** @throws RuntimeError `module-invalid` */
function entryOf(component: LoadedComponent, spec: InstanceSpec): Entry & { readonly export: string } {
  for (const entry of ENTRIES[spec.abi]) {
    const name = findExport(component.exports, entry.interface);
    if (name !== null) return { ...entry, export: name };
  }
  const wanted = ENTRIES[spec.abi].map((entry) => entry.interface).join(' or ');
  throw new RuntimeError('module-invalid', `The component does not export ${wanted}, which abi ${spec.abi} needs. It exports ${component.exports.join(', ')}.`);
}

/**
 * A handler over `component`: `wasi:http/handler`, `wasi:http/incoming-handler` or `wasi:cli/run` (as CGI, or for its own sake), as `spec.abi` says.
 * Each request gets a guest instance of its own, prepared ahead; `spec.reuse` keeps one of a
 * `wasi:http` component, which requests take in turn and a failure throws away.
 * @throws RuntimeError `module-invalid` for imports without a host, `resource-invalid` for `spec.files` that contradict each
 * other, `engine-unsupported`
 */
export function createComponentHandler(component: LoadedComponent, spec: InstanceSpec, host: HandlerHost): Handler {
  const problems = component.imports.map(importProblem).filter((problem) => problem !== null);
  if (problems.length > 0) throw new RuntimeError('module-invalid', problems.join(' '), { details: { imports: [...component.imports] } });

  const entry = entryOf(component, spec);
  const instantiate = evaluateComponent(component.source);
  const suspends = host.canSuspend && usesJspi(component.source);
  const provision = { spec, host, mounts: createMounts(spec, host) };
  const deny = createDenialLog(host);
  const isPreview3 = component.imports.some((name) => name.includes('@0.3')) || component.exports.some((name) => name.includes('@0.3.'));

  if (isPreview3 && !suspends) throw needsJspi();

  const make: MakeGuest = async () => {
    const guest = makeGuestContext(host, deny, suspends, sourcesFor(spec));
    const memories = new Set<WebAssembly.Memory>();
    const imports = createImports(component.imports, guest.context, provision);
    const loop = isPreview3 ? new GuestLoop() : null;
    if (loop) imports[LOOP_IMPORT] = loop.hooks;
    const exports = (await instantiateComponent(instantiate, component.cores, imports, memories)) as Exports;
    const call = exports[entry.export]?.[entry.function];
    if (!call) throw new RuntimeError('module-invalid', `The component's ${entry.export} has no ${entry.function}.`);
    return {
      ...guest,
      loop,
      call: (...args) => guest.context.orFailure((async () => call(...args))()),
      memoryBytes: () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    };
  };
  // A command runs once: its `run` may leave what it allocated and buffered behind.
  const reuse = spec.reuse && spec.abi === 'wasi-http';
  const handler = createGuestPool(make, (guest, request, response) => entry.serve(guest, spec, request, response), reuse);
  return spec.wagi && spec.abi === 'wagi' ? withScripts(handler, spec.wagi, provision.mounts) : handler;
}
