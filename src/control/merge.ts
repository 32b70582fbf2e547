/** Yields until it is exhausted or `signal` fires. */
export type Source<T> = (signal: AbortSignal) => AsyncGenerator<T, void, void>;

/**
 * What `sources` yield, as it comes: in arrays of all that is there, so that a slow reader gets more at a time. A source
 * that ends leaves the others going; one that throws ends all.
 */
export async function* merge<T>(sources: readonly Source<T>[], signal: AbortSignal): AsyncGenerator<T[], void, void> {
  const over = new AbortController();
  const running = sources.map((source) => source(AbortSignal.any([signal, over.signal])));
  const state = { open: running.length, values: [] as T[], idle: [...running], failures: [] as unknown[], wake: () => {} };
  const advance = async (source: AsyncGenerator<T, void, void>): Promise<void> => {
    try {
      const { done, value } = await source.next();
      if (done) state.open -= 1;
      else {
        state.values.push(value);
        state.idle.push(source);
      }
    } catch (error) {
      state.failures.push(error);
    }
    state.wake();
  };
  try {
    while (state.open > 0) {
      for (const source of state.idle.splice(0)) void advance(source);
      if (state.values.length === 0 && state.failures.length === 0) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
      if (state.failures.length > 0) throw state.failures[0];
      if (state.values.length > 0) yield state.values.splice(0);
    }
  } finally {
    over.abort();
    await Promise.all(running.map((source) => source.return()));
  }
}
