import { RuntimeError } from '../../core/errors.ts';

const JSON_BODY_MAX_BYTES = 16_777_216;

/**
 * The bytes of the request's body. `onProgress` hears how many have come and how many will (null: not said).
 * @throws RuntimeError `body-too-large`, `request-invalid` (it broke off)
 */
export async function readBytes(
  request: Request,
  maxBytes: number,
  onProgress: (bytes: number, of: number | null) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  const of = Number.isSafeInteger(declared) ? declared : null;
  if (of !== null && of > maxBytes) throw tooLarge(of, maxBytes);
  try {
    // Firefox has no `Request.body`: there the body comes whole.
    if (!request.body) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
      onProgress(bytes.length, of ?? bytes.length);
      return bytes;
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = request.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length;
      if (length > maxBytes) {
        const error = tooLarge(length, maxBytes);
        await reader.cancel(error);
        throw error;
      }
      chunks.push(piece.value);
      onProgress(length, of);
    }
    return concatenate(chunks, length);
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new RuntimeError('request-invalid', 'the request body broke off before its end; send it again', { cause: error });
  }
}

/** The JSON value of the request's body; `undefined` for an empty one. @throws RuntimeError `media-type-unsupported`, `body-too-large`, `request-invalid` */
export async function readJson(
  request: Request,
  { types = ['application/json'], maxBytes = JSON_BODY_MAX_BYTES }: { types?: readonly string[]; maxBytes?: number } = {},
): Promise<unknown> {
  const type = mediaType(request);
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  // No Content-Type at all counts as JSON: kubectl scale sends none.
  if (type !== '' && !types.includes(type)) {
    const hint = type.includes('yaml') ? '; YAML is for clients to convert (kubectl and the panel do)' : '';
    throw new RuntimeError('media-type-unsupported', `a body of the type ${type} is not supported here; send ${types.join(' or ')}${hint}`, {
      details: { type },
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RuntimeError('request-invalid', `the body is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The request's media type without parameters, in lower case; empty without one. */
export function mediaType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function tooLarge(bytes: number, maxBytes: number): RuntimeError {
  return new RuntimeError('body-too-large', `the request body has ${bytes} bytes or more; at most ${maxBytes} are taken here`, {
    details: { limitBytes: maxBytes },
  });
}
