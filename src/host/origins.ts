import { AppIndex } from '../control/app-index.ts';
import { OriginController, type OriginWork } from '../control/controllers/origin-controller.ts';
import { systemClock } from '../core/clock.ts';
import type { Store } from '../store/store.ts';
import { type FrameTask, OriginFrame } from './origin-frame.ts';

/** Nothing that a person waits for is still loading by then. */
const START_AFTER_MS = 2_000;
/** Writes that follow each other closely are looked at together. */
const SETTLE_MS = 200;
/** A build is fetched and stored meanwhile. */
const INSTALL_MS = 60_000;
const CLEAR_MS = 20_000;

/** Keeps the origins of Apps in step with the Apps, from this window, until `signal` aborts. Never resolves. */
export async function keepOrigins(store: Pick<Store, 'origins' | 'resources' | 'changes'>, base: URL, signal: AbortSignal): Promise<never> {
  const controller = new OriginController({ origins: store.origins, index: new AppIndex(store.resources), base, work, clock: systemClock });
  let timer: ReturnType<typeof setTimeout> | null = null;
  const lookIn = (delayMs: number): void => {
    timer ??= setTimeout(() => {
      timer = null;
      controller.look().catch((error: unknown) => console.warn('swerve: the origins of Apps could not be looked at', error));
    }, delayMs);
  };
  const unsubscribe = store.changes.subscribe(({ type }) => {
    if (type === 'resources' || type === 'origins') lookIn(SETTLE_MS);
  });
  addEventListener('online', () => controller.retry(), { signal });
  signal.addEventListener('abort', () => {
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  });
  controller.start(signal);
  lookIn(START_AFTER_MS);
  return new Promise<never>(() => {});
}

const work: OriginWork = {
  install: (origin, signal) => inFrame(origin, { type: 'swerve:install' }, INSTALL_MS, signal),
  clear: (origin, signal) => inFrame(origin, { type: 'swerve:clear' }, CLEAR_MS, signal),
};

/** When the last frame was gone, and how long it was there. */
let last = { endedMs: Number.NEGATIVE_INFINITY, tookMs: 0 };

/** Rests for as long as the last frame took: many Apps that come at once leave the machine half of its time. */
async function rest(): Promise<void> {
  const dueMs = last.endedMs + last.tookMs - performance.now();
  if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
}

async function inFrame(origin: string, task: FrameTask, deadlineMs: number, signal: AbortSignal): Promise<void> {
  await rest();
  const beganMs = performance.now();
  try {
    // What is there may be of an earlier build, which installs the present one.
    const frame = await OriginFrame.open(origin, { signal, anyVersion: true });
    try {
      await frame.tell(task, deadlineMs, signal);
    } finally {
      frame.close();
    }
  } finally {
    const endedMs = performance.now();
    last = { endedMs, tookMs: endedMs - beganMs };
  }
}
