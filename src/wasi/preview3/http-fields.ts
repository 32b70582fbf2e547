import { type FieldEntry, Fields } from '../preview2/http-fields.ts';
import { fail } from '../preview2/wit.ts';

/** Of one `fields`: no message takes as much. */
const MAX_ENTRIES = 10_000;
const MAX_SIZE_BYTES = 1_048_576;

/**
 * `fields` of wasi:http/types (WIT: wasi-http/types.wit, 0.3): those of 0.2, with the same names forbidden, and `size-exceeded` where 0.2
 * has no error. A name keeps the case in which it was added first.
 */
export class Fields3 {
  #fields: Fields;
  #sizeBytes = 0;
  #count = 0;

  constructor() {
    this.#fields = new Fields();
  }

  static fromList(entries: FieldEntry[]): Fields3 {
    const fields = new Fields3();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  get(name: string): Uint8Array[] {
    return this.#fields.get(name);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  set(name: string, values: Uint8Array[]): void {
    this.#grow(name, values);
    this.#fields.set(name, values);
  }

  delete(name: string): void {
    this.#fields.delete(name);
  }

  getAndDelete(name: string): Uint8Array[] {
    const values = this.#fields.get(name);
    this.#fields.delete(name);
    return values;
  }

  append(name: string, value: Uint8Array): void {
    this.#grow(name, [value]);
    const key = name.toLowerCase();
    const known = this.#fields.has(name) ? this.#fields.entries().find(([other]) => other.toLowerCase() === key)?.[0] : undefined;
    this.#fields.append(known ?? name, value);
  }

  copyAll(): FieldEntry[] {
    return this.#fields.entries();
  }

  clone(): Fields3 {
    return Fields3.#over(this.#fields.clone());
  }

  /** A view of `fields` that refuses changes with `immutable`. */
  static frozen(fields: Fields3): Fields3 {
    return Fields3.#over(Fields.frozen(fields.#fields));
  }

  /** Headers that arrived, immutable, without the forbidden ones. */
  static fromWire(headers: readonly (readonly [string, string])[]): Fields3 {
    return Fields3.#over(Fields.fromWire(headers));
  }

  /** What 0.2 knows to do with headers: pairs of text, the declared length of a body. */
  static as2(fields: Fields3): Fields {
    return fields.#fields;
  }

  static #over(fields: Fields): Fields3 {
    const made = new Fields3();
    made.#fields = fields;
    return made;
  }

  #grow(name: string, values: readonly Uint8Array[]): void {
    const sizeBytes = this.#sizeBytes + values.reduce((sum, value) => sum + name.length + value.length, 0);
    const count = this.#count + values.length;
    if (count > MAX_ENTRIES || sizeBytes > MAX_SIZE_BYTES) fail({ tag: 'size-exceeded' });
    this.#sizeBytes = sizeBytes;
    this.#count = count;
  }
}
