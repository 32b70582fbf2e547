/**
 * A stream of what `next` gives, one piece at a time, for the body of an answer. Neither its pull nor its cancel is ever pending:
 * in WebKitGTK 2.50 a service worker whose tab is closed meanwhile answers nothing any more (platform facts, "Streams that hang").
 */
export function pulledStream<T>(source: {
  next(): Promise<IteratorResult<T, unknown>>;
  cancel(reason: unknown): void | Promise<void>;
  highWaterMark: number;
}): ReadableStream<T> {
  let isAsked = false;
  let isOver = false;
  const ask = async (controller: ReadableStreamDefaultController<T>): Promise<void> => {
    try {
      const { done, value } = await source.next();
      isAsked = false;
      if (isOver) return;
      if (done) controller.close();
      else controller.enqueue(value);
    } catch (error) {
      if (!isOver) controller.error(error);
    }
  };
  return new ReadableStream<T>(
    {
      pull(controller) {
        if (isAsked) return;
        isAsked = true;
        void ask(controller);
      },
      cancel(reason) {
        isOver = true;
        // After the callback: an event that is dispatched within it (an abort, say) is the end of that service worker too.
        // Nobody is left to be told of a failure.
        queueMicrotask(() => Promise.resolve(source.cancel(reason)).catch(() => {}));
      },
    },
    { highWaterMark: source.highWaterMark },
  );
}
