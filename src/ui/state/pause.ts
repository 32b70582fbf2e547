/**
 * Waits `delayMs`, and on until somebody looks at this tab: a hidden panel must not start the service worker again and
 * again only to keep its lists fresh. @throws the signal's reason when it fires
 */
export function untilVisible(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(check, delayMs);
    function check(): void {
      if (document.visibilityState === 'hidden') return;
      settle();
      resolve();
    }
    function abort(): void {
      settle();
      reject(signal.reason);
    }
    function settle(): void {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', check);
      signal.removeEventListener('abort', abort);
    }
    document.addEventListener('visibilitychange', check);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
