import { RuntimeError } from '../../core/errors.ts';
import { fail } from './wit.ts';

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Names that a component may neither set nor see: the connection is the host's. The same list as wasmtime's
 * (`DEFAULT_FORBIDDEN_HEADERS`), so that a component meets the same rules here.
 */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Of one `fields`. WASI 0.2 has no error for too many (0.3 has `size-exceeded`), and answers of fewer are refused anyway: what is left
 * is to end the guest before it fills the tab's memory, as wasmtime does.
 */
const MAX_ENTRIES = 10_000;
const MAX_SIZE_BYTES = 1_048_576;

/** `[name, value]`, the value as bytes. */
export type FieldEntry = [string, Uint8Array];

function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** RFC 9110, 5.5: visible characters, obs-text, space and tab. */
function isFieldValue(value: Uint8Array): boolean {
  return value.every((byte) => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09);
}

/** `name` in lower case. Answers the guest with the header-error that the name earns. */
function checkName(name: string): string {
  if (!TOKEN.test(name)) fail({ tag: 'invalid-syntax' });
  const key = name.toLowerCase();
  if (FORBIDDEN_NAMES.has(key)) fail({ tag: 'forbidden' });
  return key;
}

function checkValue(value: Uint8Array): void {
  if (!isFieldValue(value)) fail({ tag: 'invalid-syntax' });
}

/**
 * `fields` of wasi:http/types (WIT: wasi-http/types.wit, 0.2): names compare without case, keep the case they were
 * written in, and come out in the order they were added. A value that is written is checked before it is kept; errors
 * are the WIT's `header-error`.
 */
export class Fields {
  #entries: FieldEntry[] = [];
  #immutable = false;
  /** Of all that was ever added. */
  #addedBytes = 0;

  static fromList(entries: FieldEntry[]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  get(name: string): Uint8Array[] {
    const key = name.toLowerCase();
    return this.#entries.filter(([other]) => other.toLowerCase() === key).map(([, value]) => value);
  }

  has(name: string): boolean {
    const key = name.toLowerCase();
    return this.#entries.some(([other]) => other.toLowerCase() === key);
  }

  set(name: string, values: Uint8Array[]): void {
    const key = checkName(name);
    for (const value of values) checkValue(value);
    this.#checkMutable();
    const at = this.#entries.findIndex(([other]) => other.toLowerCase() === key);
    const rest = this.#entries.filter(([other]) => other.toLowerCase() !== key);
    const added = values.map((value): FieldEntry => [name, value]);
    for (const [, value] of added) this.#grow(name, value);
    // In the place of the first of that name: all before it have other names, so `at` counts the same in `rest`.
    rest.splice(at === -1 ? rest.length : at, 0, ...added);
    this.#entries = rest;
  }

  delete(name: string): void {
    const key = checkName(name);
    this.#checkMutable();
    this.#entries = this.#entries.filter(([other]) => other.toLowerCase() !== key);
  }

  append(name: string, value: Uint8Array): void {
    checkName(name);
    checkValue(value);
    this.#checkMutable();
    this.#grow(name, value);
    this.#entries.push([name, value]);
  }

  entries(): FieldEntry[] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  /** A copy that may be changed, whatever this one allows. */
  clone(): Fields {
    const copy = new Fields();
    copy.#entries = this.entries();
    return copy;
  }

  /** A view of `fields` that refuses changes with `immutable`: what `headers()` of a message answers. */
  static frozen(fields: Fields): Fields {
    const view = new Fields();
    view.#entries = fields.#entries;
    view.#immutable = true;
    return view;
  }

  /** Headers that arrived, immutable, without the forbidden ones. Code points above U+00FF cannot be in a header. */
  static fromWire(headers: readonly (readonly [string, string])[]): Fields {
    const fields = new Fields();
    for (const [name, value] of headers) {
      if (!FORBIDDEN_NAMES.has(name.toLowerCase())) fields.#entries.push([name, fromLatin1(value)]);
    }
    fields.#immutable = true;
    return fields;
  }

  /** `[name, value]` pairs as text, one character per byte (fetch, "isomorphic decode"). */
  static toWire(fields: Fields): [string, string][] {
    return fields.#entries.map(([name, value]) => [name, toLatin1(value)]);
  }

  #grow(name: string, value: Uint8Array): void {
    this.#addedBytes += name.length + value.length;
    if (this.#entries.length < MAX_ENTRIES && this.#addedBytes <= MAX_SIZE_BYTES) return;
    throw new RuntimeError(
      'handler-response-invalid',
      `The handler put more than ${MAX_ENTRIES} entries or ${MAX_SIZE_BYTES} bytes into one wasi:http fields; no message takes as much.`,
    );
  }

  #checkMutable(): void {
    if (this.#immutable) fail({ tag: 'immutable' });
  }
}
