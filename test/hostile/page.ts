/**
 * Runs inside a controlled page of a browser: makes hostile files there, so that only their seeds travel, posts them to the
 * API as the panel does, and asks Apps of those that were accepted. Bundled by `bundle.ts`; says only what broke the rules.
 */
import { hostileFile, type Seed } from './corpus.ts';

/** What to run. Seeds as base64. */
export interface RunOrder {
  readonly seeds: readonly { name: string; weight: number; base64: string }[];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Uploads under way at once. */
  readonly lanes: number;
  /** One in so many accepted modules gets an App that is asked once. */
  readonly askEvery: number;
}

export interface RunReport {
  /** Uploads by status and code. */
  readonly uploads: Record<string, number>;
  /** Apps of accepted modules, by what asking them came to. */
  readonly asked: Record<string, number>;
  /** Each breach of a rule, by the file that brought it about. At most 20. */
  readonly breaches: string[];
  /** The files that took longest to be judged, in ms. */
  readonly slowest: { what: string; ms: number; outcome: string }[];
}

/** Longer than the transpiler may take, so that a lane ends by the product's own deadline or counts as a hang. */
const HANG_MS = 150_000;
const APPS = '/_swerve/apis/swerve.dev/v1/namespaces/default/apps';
/** Answers of the runtime to a request whose guest is broken, each with a text that says how. */
const ASKED_CODES = new Set([
  'handler-trap',
  'handler-response-invalid',
  'handler-timeout',
  'instance-saturated',
  'instance-start-failed',
  'module-invalid',
  'memory-limit',
  'engine-unsupported',
  'app-crash-loop',
  'host-lost',
]);
/** A 501 is a judgement too: valid, and more than this engine takes. */
const isRefusal = (status: number): boolean => (status >= 400 && status < 500) || status === 501;

async function run(order: RunOrder): Promise<RunReport> {
  const seeds: Seed[] = order.seeds.map(({ name, weight, base64 }) => ({ name, weight, bytes: Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)) }));
  const uploads: Record<string, number> = {};
  const asked: Record<string, number> = {};
  const breaches: string[] = [];
  const slowest: RunReport['slowest'] = [];
  const count = (counts: Record<string, number>, key: string): void => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  const breach = (text: string): void => {
    if (breaches.length < 20) breaches.push(text);
  };
  let next = order.from;
  let accepted = 0;
  /** Two mutations can come to the same bytes: whoever posts them keeps the other from deleting them meanwhile. */
  const held = new Set<string>();

  async function judge(index: number): Promise<void> {
    const { what, bytes } = hostileFile(seeds, order.seed, index);
    const sinceMs = performance.now();
    const outcome = await upload(bytes).catch((error: unknown) => `${error}`);
    const ms = Math.round(performance.now() - sinceMs);
    slowest.push({ what, ms, outcome: typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.found}` });
    slowest.sort((a, b) => b.ms - a.ms).splice(8);
    if (typeof outcome === 'string') return breach(`${what}: ${outcome}`);
    count(uploads, `${outcome.status}${outcome.code ? ` ${outcome.code}` : ''}`);
    if (outcome.digest === null) {
      if (!isRefusal(outcome.status) || outcome.found === '' || outcome.fix === '') breach(`${what}: ${outcome.status} ${outcome.text.slice(0, 300)}`);
      return;
    }
    if (outcome.status === 200 || held.has(outcome.digest)) return;
    held.add(outcome.digest);
    accepted += 1;
    if (accepted % order.askEvery === 0) {
      const answer = await ask(outcome.digest, index).catch((error: unknown) => `breach ${error}`);
      if (answer.startsWith('breach ')) breach(`${what}: asked: ${answer}`);
      count(asked, answer.slice(0, 60));
    }
    const deleted = await fetch(`/_swerve/modules/${outcome.digest}`, { method: 'DELETE' });
    if (deleted.status !== 204) breach(`${what}: deleting it answered ${deleted.status} ${await deleted.text()}`);
    held.delete(outcome.digest);
  }

  await Promise.all(
    Array.from({ length: order.lanes }, async () => {
      while (next < order.to) await judge(next++);
    }),
  );
  return { uploads, asked, breaches, slowest };
}

interface Upload {
  status: number;
  code: string;
  digest: string | null;
  found: string;
  fix: string;
  text: string;
}

async function upload(body: Uint8Array<ArrayBuffer>): Promise<Upload> {
  const response = await fetch('/_swerve/modules', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/wasm' },
    signal: AbortSignal.timeout(HANG_MS),
  });
  const text = await response.text();
  const said = JSON.parse(text) as Partial<Record<'digest' | 'found' | 'fix' | 'detail' | 'code', string>>;
  return {
    status: response.status,
    code: said.code ?? '',
    digest: response.ok ? (said.digest ?? null) : null,
    found: said.found ?? said.detail ?? '',
    fix: said.fix ?? said.detail ?? '',
    text,
  };
}

/** What an App of the module answers, in a word; `breach …` when it is none of what it may. */
async function ask(digest: string, index: number): Promise<string> {
  const name = `hostile-${index}`;
  const created = await fetch(APPS, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'swerve.dev/v1',
      kind: 'App',
      metadata: { name },
      spec: {
        source: { digest },
        routes: [{ path: `/${name}` }],
        limits: { timeoutMs: 1_500, durationMs: 3_000, memoryMiB: 64 },
        scale: { max: 1 },
        restart: { policy: 'temporary' },
      },
    }),
  });
  if (created.status === 422) return 'refused as an App';
  if (created.status !== 201) return `breach creating it answered ${created.status} ${await created.text()}`;
  try {
    const response = await fetch(`/${name}`, { signal: AbortSignal.timeout(HANG_MS) });
    const code = response.headers.get('swerve-error');
    const text = await response.text().catch(() => 'broke off');
    if (code === null) return text === 'broke off' ? 'answered and broke off' : 'answered';
    return ASKED_CODES.has(code) ? `${response.status} ${code}` : `breach ${response.status} ${text.slice(0, 300)}`;
  } finally {
    const deleted = await fetch(`${APPS}/${name}`, { method: 'DELETE' });
    await deleted.text();
  }
}

declare global {
  var runHostile: typeof run;
}
globalThis.runHostile = run;
