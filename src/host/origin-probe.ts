import { originAt, PROBE_LABEL, siteRefusal } from '../core/app-origin.ts';
import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { APP_PAGE_PATH, PROBE_CHANNEL } from '../protocol/app-origin.ts';
import type { LookOutcome } from '../protocol/panel-host.ts';
import type { Store } from '../store/store.ts';
import { OriginFrame } from './origin-frame.ts';

/** A host frame starts within the probe's, on a machine that may be busy. */
const PROBE_MS = 20_000;
/** A hop between two frames of one browser. */
const NONCE_MS = 5_000;
const SERVER_MS = 10_000;
/** Origins that were found stay for so long before a start looks again: what they need seldom changes. */
const OWN_FOR_MS = 24 * 3_600_000;
/** One window of the origin looks at a time. */
const PROBE_LOCK = 'swerve/origin-probe';

type Origins = Pick<Store['origins'], 'mode' | 'setMode'>;

/** Looks when the panel starts, unless it is known well enough. Never rejects. */
export async function lookAtStart(origins: Origins, base: URL): Promise<void> {
  try {
    const known = await origins.mode();
    if (known?.mode === 'own' && Date.now() - known.checkedAtMs < OWN_FOR_MS) return;
    await lookAtOrigins(origins, base);
  } catch (error) {
    console.warn('swerve: it could not be found out whether Apps can have origins of their own', error);
  }
}

/**
 * Finds out whether subdomains of `base` are served and share their storage with it, and stores that. Only in a document
 * of Swerve's own that nobody frames: another may forbid frames. @throws RuntimeError `storage-failed`, `storage-full`
 */
export function lookAtOrigins(origins: Origins, base: URL): Promise<LookOutcome> {
  return navigator.locks.request(PROBE_LOCK, async () => {
    const known = await origins.mode();
    const refusal = siteRefusal(base);
    if (refusal !== null) {
      // Refused for good: it need not be written at each start.
      if (known?.mode !== 'shared' || known.reason !== refusal) await origins.setMode({ mode: 'shared', reason: refusal, checkedAtMs: Date.now() });
      return 'found';
    }
    // Without a network nothing answers, which says nothing about the server.
    if (!(await isServerThere(base))) return 'unknown';
    let finding = await probe(base);
    // A machine that was too busy to answer in time must not move every App to another address.
    if (finding?.mode === 'shared' && known?.mode === 'own') finding = await probe(base);
    // It may have gone meanwhile.
    if (finding === null || (finding.mode === 'shared' && !(await isServerThere(base)))) return 'unknown';
    await origins.setMode({ ...finding, checkedAtMs: Date.now() });
    return 'found';
  });
}

type Finding = { mode: 'own' } | { mode: 'shared'; reason: string };

/** `own`: a page below the site ran and reached the storage of this one. null: one of another build ran, as while an update waits. */
async function probe(base: URL): Promise<Finding | null> {
  const origin = originAt(base, PROBE_LABEL);
  const nonce = newId('probe');
  const heard = new Nonce(nonce);
  let frame: OriginFrame | null = null;
  try {
    frame = await OriginFrame.open(origin);
    await frame.tell({ type: 'swerve:probe', nonce }, PROBE_MS);
    if (await heard.within(NONCE_MS)) return { mode: 'own' };
    return { mode: 'shared', reason: 'this browser keeps the storage of a frame apart from that of its site' };
  } catch (thrown) {
    const error = RuntimeError.from(thrown);
    if (error.code === 'protocol-mismatch') return null;
    return { mode: 'shared', reason: frame === null ? await whyNothingAnswers(origin) : `a page at ${origin} could not reach this one: ${error.message}` };
  } finally {
    heard.stop();
    frame?.close();
  }
}

async function whyNothingAnswers(origin: string): Promise<string> {
  try {
    await fetch(`${origin}/${APP_PAGE_PATH}`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(SERVER_MS) });
    return `the server answers at ${origin}, but not with the page that an App's origin needs`;
  } catch {
    return `no server answers at ${origin}: its name is not known, its certificate does not cover it, or nothing listens there`;
  }
}

/** The service worker hands a request past caches on to the network (src/sw/sw.ts). */
async function isServerThere(base: URL): Promise<boolean> {
  try {
    const { status } = await fetch(new URL(APP_PAGE_PATH, base), { cache: 'no-store', signal: AbortSignal.timeout(SERVER_MS) });
    // The service worker answers itself where the network fails it.
    return status < 500;
  } catch {
    return false;
  }
}

/** Listens for a message that only a frame with the storage of this origin can send. */
class Nonce {
  readonly #channel = new BroadcastChannel(PROBE_CHANNEL);
  readonly #heard: Promise<true>;

  constructor(nonce: string) {
    this.#heard = new Promise((resolve) => {
      this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data === nonce) resolve(true);
      });
    });
  }

  within(deadlineMs: number): Promise<boolean> {
    return Promise.race([this.#heard, new Promise<false>((resolve) => setTimeout(() => resolve(false), deadlineMs))]);
  }

  stop(): void {
    this.#channel.close();
  }
}
