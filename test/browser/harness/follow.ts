import type { Page } from 'playwright-core';

/** A stream of the API that a page reads until it is stopped. */
export interface Followed {
  lines(): Promise<string[]>;
  /** The lines as JSON. */
  values<T>(): Promise<T[]>;
  /** How it ended; null: it has not. */
  ended(): Promise<string | null>;
  stop(): Promise<void>;
}

/** Reads `_swerve/<path>` line by line in `page`, in the background. */
export async function follow(page: Page, path: string): Promise<Followed> {
  const handle = await page.evaluateHandle(async (path) => {
    const stop = new AbortController();
    const { scope } = await navigator.serviceWorker.ready;
    const response = await fetch(new URL(`_swerve/${path}`, scope), { signal: stop.signal });
    const state = { status: response.status, lines: [] as string[], ended: null as string | null, stop: () => stop.abort() };
    void (async () => {
      let rest = '';
      try {
        for await (const text of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          state.lines.push(...lines);
        }
        state.ended = 'ended';
      } catch (error) {
        state.ended = String(error);
      }
    })();
    return state;
  }, path);
  const lines = () => handle.evaluate(({ lines }) => lines);
  return {
    lines,
    values: async <T>() => (await lines()).map((line) => JSON.parse(line) as T),
    ended: () => handle.evaluate(({ ended }) => ended),
    stop: () => handle.evaluate(({ stop }) => stop()),
  };
}
