/**
 * The values of a stream of JSON lines (`application/x-ndjson`), in batches: one array for each piece that arrived, so that
 * a burst of lines becomes one render. The stream is cancelled when the caller stops early. @throws SyntaxError for a line that is not JSON
 */
export async function* readJsonLines<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      const values = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T);
      if (values.length > 0) yield values;
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {
      // The stream has failed or ended already: nothing is left to cancel.
    });
  }
}
