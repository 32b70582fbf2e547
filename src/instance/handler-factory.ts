import { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { CompiledModules } from '../protocol/host-instance.ts';
import { transpilerName } from '../protocol/transpiler.ts';
import { ArtifactRepository } from '../store/artifacts.ts';
import { Database } from '../store/database.ts';
import { ModuleRepository } from '../store/modules.ts';
import { createCommandHandler } from '../wasi/command/command-handler.ts';
import type { Handler, HandlerHost } from '../wasi/handler.ts';
import { compileComponent, createComponentHandler } from '../wasi/preview2/component.ts';
import { createWagiHandler } from '../wasi/wagi/wagi-handler.ts';
import { compileModule } from '../wasm/engine.ts';
import { limitMemory } from '../wasm/memory-limit.ts';

/** A handler, and the modules that were compiled for it when none were given. */
export interface MadeHandler {
  handler: Handler;
  compiled: CompiledModules | null;
}

/** Key of the one module of a core program in {@link CompiledModules}. */
const MAIN = 'main';

/**
 * Makes the handler of `spec`. Bytes come from IndexedDB and are compiled here, under their memory limit, unless this
 * window compiled them before. Here and not in the window, whose Content-Security-Policy may forbid it.
 * @throws RuntimeError `module-invalid`, `memory-limit`, `engine-unsupported`, `app-not-ready`, `storage-failed`
 */
export async function makeHandler(spec: InstanceSpec, known: CompiledModules | null, host: HandlerHost): Promise<MadeHandler> {
  const database = new Database();
  try {
    return spec.format === 'core' ? await makeCoreHandler(database, spec, known, host) : await makeComponentHandler(database, spec, known, host);
  } finally {
    database.close();
  }
}

async function makeCoreHandler(database: Database, spec: InstanceSpec, known: CompiledModules | null, host: HandlerHost): Promise<MadeHandler> {
  const compiled = known ?? { [MAIN]: await compile(await readModule(database, spec), spec) };
  const main = compiled[MAIN];
  if (!main) throw new RuntimeError('internal', 'the compiled module is missing');
  const create = spec.abi === 'command' ? createCommandHandler : createWagiHandler;
  return { handler: create(main, spec, host), compiled: known ? null : compiled };
}

async function makeComponentHandler(database: Database, spec: InstanceSpec, known: CompiledModules | null, host: HandlerHost): Promise<MadeHandler> {
  const artifact = await new ArtifactRepository(database).get(spec.digest, transpilerName({ jspi: host.canSuspend }));
  if (!artifact) throw new RuntimeError('app-not-ready', `the component ${spec.digest} has not been transpiled`);
  const compiled = known ?? (await compileComponent(artifact, spec.memoryMiB));
  const { source, imports, exports } = artifact;
  return { handler: createComponentHandler({ source, cores: compiled, imports, exports }, spec, host), compiled: known ? null : compiled };
}

async function readModule(database: Database, spec: InstanceSpec): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await new ModuleRepository(database).getBytes(spec.digest);
  if (!bytes) throw new RuntimeError('app-not-ready', `the module ${spec.digest} is not stored in this browser; upload it again`);
  return bytes;
}

async function compile(bytes: Uint8Array<ArrayBuffer>, spec: InstanceSpec): Promise<WebAssembly.Module> {
  const compiled = await compileModule(limitMemory(bytes, spec.memoryMiB));
  if (compiled instanceof WebAssembly.Module) return compiled;
  throw new RuntimeError('module-invalid', `the engine refuses the module: ${compiled.message}`, { cause: compiled.cause });
}
