import type { SealedValue } from '../core/configuration.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Database } from './database.ts';

const IV_BYTES = 12;

/** Which value of which Secret: sealed with it, so that a value that is put elsewhere does not open there. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/**
 * Seals values of Secrets with the cluster's key: AES-GCM, 256 bits, made at first need, kept in IndexedDB and not extractable
 * (Web Cryptography API), so that no script can read the key out, and who copies the database's files has to have the browser's
 * own store of keys too.
 */
export class SecretBox {
  readonly #database: Database;
  #key: Promise<CryptoKey> | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws RuntimeError `storage-full`, `storage-failed` */
  async seal(place: SecretPlace, plain: Uint8Array<ArrayBuffer>): Promise<SealedValue> {
    const key = await this.#ownKey();
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bytesOf(place) }, key, plain);
    return { iv: toBase64(iv), ciphertext: toBase64(new Uint8Array(ciphertext)) };
  }

  /** @throws RuntimeError `storage-failed`: it was sealed by another key, for another place, or damaged */
  async open(place: SecretPlace, { iv, ciphertext }: SealedValue): Promise<Uint8Array<ArrayBuffer>> {
    const key = await this.#ownKey();
    try {
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: fromBase64(iv), additionalData: bytesOf(place) }, key, fromBase64(ciphertext));
      return new Uint8Array(plain);
    } catch (cause) {
      throw new RuntimeError('storage-failed', `the value "${place.key}" of the Secret ${place.namespace}/${place.name} cannot be decrypted; write it again`, {
        cause,
      });
    }
  }

  #ownKey(): Promise<CryptoKey> {
    this.#key ??= this.#findKey().catch((error: unknown) => {
      this.#key = null;
      throw error;
    });
    return this.#key;
  }

  async #findKey(): Promise<CryptoKey> {
    const subject = { what: 'the key of Secrets' };
    const stored = await this.#database.read(['settings'], subject, (transaction) => transaction.objectStore('settings').get('secret-key'));
    if (stored?.key === 'secret-key') return stored.value;
    // Made before the transaction, in which nothing else may be awaited. Of two realms that do so the first wins.
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    return this.#database.write(['settings'], subject, true, async (transaction) => {
      const settings = transaction.objectStore('settings');
      const earlier = await settings.get('secret-key');
      if (earlier?.key === 'secret-key') return earlier.value;
      await settings.put({ key: 'secret-key', value: made });
      return made;
    });
  }
}

/** Base64 of any bytes. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 32_768) text += String.fromCharCode(...bytes.subarray(index, index + 32_768));
  return btoa(text);
}

/** The bytes of `base64`. @throws DOMException `InvalidCharacterError` */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function bytesOf({ namespace, name, key }: SecretPlace): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify([namespace, name, key]));
}
