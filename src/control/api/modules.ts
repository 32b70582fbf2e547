import { RuntimeError } from '../../core/errors.ts';
import { type Digest, digestOf, isDigest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import { problemResponse } from '../../http/problem.ts';
import { refusalError } from '../../wasm/refusal.ts';
import { accepts, json, NDJSON_TYPE, streamed } from './answers.ts';
import { readBytes } from './body.ts';
import type { ApiContext } from './context.ts';
import { isTrue } from './watch.ts';

export const MODULE_MAX_BYTES = 536_870_912;
/** Progress lines of the upload come at most once per this many bytes. */
const PROGRESS_STEP_BYTES = 1_048_576;

type Progress = { type: 'progress'; phase: 'receiving' | 'checking' | 'transpiling' | 'storing'; bytes?: number; of?: number };
/** One line of an upload that asked for NDJSON; the last is `done` or `error`. */
export type UploadLine =
  | Progress
  | { type: 'done'; status: 200 | 201; module: ModuleReport }
  | { type: 'error'; status: number; problem: Record<string, unknown> };

/** POST `modules`: stores the module in the body. 201, or 200 when it was there already; with `Accept: application/x-ndjson` a stream of {@link UploadLine}. @throws RuntimeError `module-invalid`, `body-too-large`, `storage-full` and others */
export async function postModule(context: ApiContext): Promise<Response> {
  const { request, base } = context;
  if (!accepts(request, NDJSON_TYPE)) {
    const { report, created } = await storeModule(context, request.signal, () => {});
    return json(report, created ? 201 : 200, { location: locationOf(base, report.digest) });
  }
  return streamed(NDJSON_TYPE, request, async function* (signal) {
    for await (const line of uploadLines(context, signal)) yield `${JSON.stringify(line)}\n`;
  });
}

/** GET `modules`: every module, newest first. */
export async function listModules({ dependencies }: ApiContext): Promise<Response> {
  return json({ items: await dependencies.store.modules.list() });
}

/** GET `modules/:digest`: the report; with `Accept: application/wasm` or `?bytes=1` the bytes. @throws RuntimeError `resource-not-found`, `request-invalid` */
export async function getModule(context: ApiContext): Promise<Response> {
  const { request, query, dependencies } = context;
  const digest = digestParam(context);
  const { modules } = dependencies.store;
  if (isTrue(query, 'bytes') || accepts(request, 'application/wasm')) {
    const blob = await modules.getBlob(digest);
    if (blob === null) throw notFound(digest);
    // Named by its content: what the digest stands for can never change.
    const headers = { 'content-type': 'application/wasm', etag: `"${digest}"`, 'cache-control': 'private, max-age=31536000, immutable', vary: 'accept' };
    return new Response(blob, { headers });
  }
  const report = await modules.get(digest);
  if (report === null) throw notFound(digest);
  return json(report, 200, { vary: 'accept' });
}

/** DELETE `modules/:digest`: 204. @throws RuntimeError `module-in-use`, `resource-not-found`, `request-invalid` */
export async function deleteModule(context: ApiContext): Promise<Response> {
  const digest = digestParam(context);
  if (!(await context.dependencies.store.modules.delete(digest))) throw notFound(digest);
  return new Response(null, { status: 204 });
}

async function* uploadLines(context: ApiContext, signal: AbortSignal): AsyncGenerator<UploadLine, void, void> {
  const waiting: Progress[] = [];
  let wake = (): void => {};
  const upload = storeModule(context, signal, (progress) => {
    waiting.push(progress);
    wake();
  }).then(
    ({ report, created }): UploadLine => ({ type: 'done', status: created ? 201 : 200, module: report }),
    async (thrown: unknown): Promise<UploadLine> => {
      const error = RuntimeError.from(thrown);
      return { type: 'error', status: error.status, problem: await problemResponse(error, { html: false }).json() };
    },
  );
  let last: UploadLine | null = null;
  void upload.then((line) => {
    last = line;
    wake();
  });
  while (last === null || waiting.length > 0) {
    const next = waiting.shift();
    if (next) yield next;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  yield await upload;
}

async function storeModule(
  { request, dependencies }: ApiContext,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<{ report: ModuleReport; created: boolean }> {
  const { store, clock } = dependencies;
  let reported = -PROGRESS_STEP_BYTES;
  const bytes = await readBytes(request, MODULE_MAX_BYTES, (received, of) => {
    if (received - reported < PROGRESS_STEP_BYTES && received !== of) return;
    reported = received;
    onProgress({ type: 'progress', phase: 'receiving', bytes: received, ...(of === null ? {} : { of }) });
  });
  onProgress({ type: 'progress', phase: 'checking', bytes: bytes.length });
  const digest = await digestOf(bytes);
  const report: ModuleReport = { digest, ...(await dependencies.sniff(bytes)), createdAtMs: clock.nowMs() };
  const blob = new Blob([bytes], { type: 'application/wasm' });
  let artifact = null;
  if (report.kind === 'component' && !(await isTranspiled(digest))) {
    onProgress({ type: 'progress', phase: 'transpiling', bytes: bytes.length });
    artifact = await dependencies.transpile(blob, signal).catch((error: unknown) => {
      throw withRefusal(RuntimeError.from(error));
    });
  }
  signal.throwIfAborted();
  onProgress({ type: 'progress', phase: 'storing', bytes: bytes.length });
  return store.modules.put(report, blob, artifact);

  async function isTranspiled(component: Digest): Promise<boolean> {
    const transpilers = await store.artifacts.transpilersOf(component);
    return dependencies.transpiler === null ? transpilers.length > 0 : transpilers.includes(dependencies.transpiler);
  }
}

/** The transpiler's word on an invalid component, with what it is and the way out beside it, as every other refusal has them. */
function withRefusal(error: RuntimeError): RuntimeError {
  if (error.code !== 'module-invalid' || 'found' in error.details) return error;
  const { offset } = error.details;
  return refusalError({
    found: `This WebAssembly component is not valid: ${error.message}`,
    fix: 'If the file was cut or changed on the way, build or download it again, with a current toolchain for WASI 0.2.',
    ...(typeof offset === 'number' ? { offset } : {}),
    cause: error,
  });
}

function digestParam({ params }: ApiContext): Digest {
  const digest = params['digest'] ?? '';
  if (isDigest(digest)) return digest;
  throw new RuntimeError('request-invalid', `"${digest}" is not a digest; write sha256: and 64 lower-case hex digits, as POST /_swerve/modules answers`);
}

function notFound(digest: Digest): RuntimeError {
  return new RuntimeError('resource-not-found', `module ${digest} is not stored; push it with POST /_swerve/modules`, { details: { digest } });
}

function locationOf(base: string, digest: Digest): string {
  return `${base}modules/${digest}`;
}
