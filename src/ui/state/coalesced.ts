/** `work` as a call that may come at any time: one that comes while it runs makes it run once more after. `work` does not throw. */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let isDue = false;
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    while (isDue) {
      isDue = false;
      await work();
    }
    running = null;
  };
  return () => {
    isDue = true;
    running ??= run();
    return running;
  };
}
