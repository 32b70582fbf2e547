/** What one batch of requests took. */
export interface Batch {
  /** Of each request from its call to the last byte of its answer, milliseconds. */
  latenciesMs: number[];
  elapsedMs: number;
}

export interface BatchOptions {
  requests: number;
  /** Requests that are under way at once. */
  inFlight: number;
  /** No request is begun after this. */
  maxMs: number;
}

/** Makes `requests` requests, `inFlight` at a time, and reads each answer whole. @throws Error for an answer that is not 200: what went wrong must not count as fast */
export async function runBatch(request: () => Promise<Response>, { requests, inFlight, maxMs }: BatchOptions): Promise<Batch> {
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  let begun = 0;
  const runOne = async (): Promise<void> => {
    while (begun < requests && performance.now() - startMs < maxMs) {
      begun += 1;
      const sentMs = performance.now();
      const response = await request();
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}: ${text.slice(0, 200)}`);
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, runOne));
  return { latenciesMs, elapsedMs: performance.now() - startMs };
}

/** Bytes per second of one answer that is read as it comes. @throws Error when it has another length */
export async function measureDownload(request: () => Promise<Response>, sizeBytes: number): Promise<number> {
  const startMs = performance.now();
  const { body } = await request();
  let bytes = 0;
  const reader = body!.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) bytes += piece.value.byteLength;
  if (bytes !== sizeBytes) throw new Error(`${bytes} of ${sizeBytes} bytes came`);
  return (bytes / (performance.now() - startMs)) * 1000;
}

/** Bytes per second of one request body, whose receiver tells its length as JSON (`bytes`). @throws Error when it is another */
export async function measureUpload(send: (body: Blob) => Promise<Response>, body: Blob): Promise<number> {
  const startMs = performance.now();
  const { bytes } = (await (await send(body)).json()) as { bytes: number };
  if (bytes !== body.size) throw new Error(`${bytes} of ${body.size} bytes arrived`);
  return (bytes / (performance.now() - startMs)) * 1000;
}
