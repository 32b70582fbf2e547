import { RuntimeError } from '../../core/errors.ts';
import type { Share } from '../../protocol/sw-panel.ts';
import type { ShareClient } from '../api/share-client.ts';
import type { OutsideFiles } from './outside-files.ts';

/** One tab takes a share; its lock goes with the tab, so that another one can take what a crash left. */
const LOCK_PREFIX = 'swerve/share/';

/** Takes what the system shared with Swerve into the panel. A share is dropped only once the cluster has what was in it, or the person does not want it. */
export class SharedIntake {
  readonly #client: ShareClient;
  readonly #taker: Pick<OutsideFiles, 'take' | 'tell'>;

  constructor(client: ShareClient, taker: Pick<OutsideFiles, 'take' | 'tell'>) {
    this.#client = client;
    this.#taker = taker;
  }

  /** Begins with all that waits; resolves before it is stored. */
  async take(): Promise<void> {
    let shares: Share[] = [];
    try {
      shares = await this.#client.list();
    } catch (error) {
      this.#taker.tell(`What was shared with Swerve could not be read: ${RuntimeError.from(error).message}`);
    }
    for (const share of shares) {
      navigator.locks
        .request(LOCK_PREFIX + share.id, { ifAvailable: true }, (lock) => (lock === null ? undefined : this.#takeOne(share)))
        .catch((error: unknown) => {
          // It is in the queue, so nothing is lost: at worst it is offered once more.
          console.warn('what was shared could not be dropped', error);
        });
    }
  }

  async #takeOne(share: Share): Promise<void> {
    let files: File[];
    try {
      files = await this.#client.files(share);
    } catch (error) {
      const names = share.files.map(({ name }) => name).join(', ');
      this.#taker.tell(`The browser could not read what was shared (${names}): ${RuntimeError.from(error).message} Reload this page to try again.`);
      return;
    }
    const { settled } = await this.#taker.take(files, share.url);
    await settled;
    await this.#client.drop(share);
  }
}
