import { SYSTEM_PREFIX } from '../../core/deployment.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Share } from '../../protocol/sw-panel.ts';
import { errorFromBody } from './api-error.ts';

/** What the system shared with Swerve and waits for the panel under `_swerve/share`. Every method throws RuntimeError. */
export class ShareClient {
  readonly #root: string;

  constructor(base: URL) {
    this.#root = new URL(`${SYSTEM_PREFIX}share`, base).href;
  }

  /** Oldest first. */
  async list(): Promise<Share[]> {
    const response = await this.#send('');
    const { items } = (await response.json()) as { items: Share[] };
    return items.sort((a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10));
  }

  /** The files of `share`, as they were shared. */
  async files({ id, files }: Share): Promise<File[]> {
    return Promise.all(
      files.map(async ({ name, type }, index) => {
        const response = await this.#send(`/${id}/${index}`);
        return new File([await response.blob()], name, { type });
      }),
    );
  }

  /** Drops `share`; does nothing when it is gone. */
  async drop({ id }: Share): Promise<void> {
    await this.#send(`/${id}`, 'DELETE');
  }

  async #send(path: string, method = 'GET'): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#root + path, { method, cache: 'no-store' });
    } catch (cause) {
      throw new RuntimeError('host-unavailable', 'The service worker did not answer. Reload this page.', { cause });
    }
    if (response.ok) return response;
    throw errorFromBody(response.status, await response.json().catch(() => null)); // An answer that is not JSON did not come from the API; its status is all there is to say.
  }
}
