/**
 * Runs in a page: sends three pieces to a guest that gives back what it gets, each after the one before has come back.
 * Resolves to what came, and whether the answer then ended.
 */
export async function echoInPieces(path: string): Promise<{ pieces: string[]; isEnd: boolean }> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const answer = fetch(path, { method: 'POST', body: readable, duplex: 'half', headers: { 'content-type': 'text/plain' } } as RequestInit);
  const pieces: string[] = [];
  let reader: ReadableStreamDefaultReader<string> | null = null;
  for (const text of ['one', 'two', 'three']) {
    await writer.write(new TextEncoder().encode(text));
    reader ??= (await answer).body!.pipeThrough(new TextDecoderStream()).getReader();
    pieces.push((await reader.read()).value ?? '(end)');
  }
  await writer.close();
  return { pieces, isEnd: (await reader!.read()).done };
}
