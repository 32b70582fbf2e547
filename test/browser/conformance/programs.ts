/** Runs WASI programs in the browser under test; its page side is program-runner.ts. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { inject } from 'vitest';
import type { AppFile } from '../../../src/core/app.ts';
import type { InstanceSpec } from '../../../src/core/instance-spec.ts';
import type { ModuleReport } from '../../../src/core/module.ts';
import { uploadModule } from '../harness/api.ts';
import type { ProgramResult, ServiceRequest, Step } from './program-runner.ts';

/** What a program is run with. */
export interface Program {
  /** Path of the `.wasm`. */
  readonly file: string;
  /** All of argv. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Preopened as `/`, to be written to; null: nothing is. */
  readonly root?: readonly Readonly<AppFile>[] | null;
  /** What is said to it while it runs. */
  readonly steps?: readonly Step[];
  /** It is a service, and is asked these. */
  readonly requests?: readonly ServiceRequest[] | null;
}

export type Run = (program: Program) => Promise<ProgramResult>;

const SCRATCH_BYTES = 16 * 1024 * 1024;
const MEMORY_MIB = 64;
/** Long, for a busy machine: the slowest program takes a second. */
const DEADLINE_MS = 30_000;

/** Makes `page`, the panel, run programs: each is uploaded, judged and stored as any module, then started in an instance worker of its own. */
export async function preparePrograms(page: Page): Promise<Run> {
  await page.addScriptTag({ type: 'module', content: await pageScript('./program-runner.ts') });
  await page.waitForFunction(() => 'runWasiProgram' in globalThis);
  const workerPath = await instanceWorkerPath();
  const workerUrl = new URL(workerPath, page.url()).href;
  const reports = new Map<string, ModuleReport>();
  const reportOf = async (file: string): Promise<ModuleReport> => {
    const report = reports.get(file) ?? (await uploadModule(page, file));
    reports.set(file, report);
    return report;
  };
  return async ({ file, args = [], env = {}, root = null, steps = [], requests = null }) => {
    const report = await reportOf(file);
    const mounts = root ? [{ path: '/', readOnly: false, source: { kind: 'scratch', files: root, maxBytes: SCRATCH_BYTES } } as const] : [];
    const spec: InstanceSpec = {
      namespace: 'conformance',
      name: 'program',
      uid: 'conformance',
      generation: 1,
      digest: report.digest,
      format: report.kind === 'component' ? 'component' : 'core',
      abi: requests ? 'wasi-http' : 'command',
      reuse: false,
      args,
      env,
      files: [],
      capabilities: {},
      config: {},
      mounts,
      concurrency: 1,
      memoryMiB: MEMORY_MIB,
      timeoutMs: DEADLINE_MS,
      idleSeconds: 60,
      minInstances: 0,
      restart: { policy: 'temporary', maxRestarts: 0, windowSeconds: 1 },
    };
    return page.evaluate((run) => globalThis.runWasiProgram(run), { workerUrl, spec, deadlineMs: DEADLINE_MS, steps, requests });
  };
}

/** `file` of this folder and all that it imports, as one script. */
export async function pageScript(file: string): Promise<string> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const [bundle] = [
    await build({
      configFile: false,
      logLevel: 'warn',
      build: { write: false, minify: false, target: 'esnext', lib: { entry, formats: ['es'], fileName: 'runner' } },
    }),
  ].flat();
  if (!bundle || !('output' in bundle)) throw new Error(`the build of ${file} gave no output`);
  return bundle.output[0].code;
}

async function instanceWorkerPath(): Promise<string> {
  const assets = '_swerve/assets';
  const script = (await readdir(join(inject('distDir'), assets))).find((name) => /^instance-[\w-]+\.js$/.test(name));
  if (!script) throw new Error('the build has no instance worker: was it renamed?');
  return `${assets}/${script}`;
}
