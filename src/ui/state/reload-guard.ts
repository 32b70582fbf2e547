import { Observable } from './observable.ts';
import type { Traffic } from './traffic.ts';
import type { Unsaved } from './unsaved.ts';
import type { UploadQueue } from './uploads.ts';

/** What a reload of this tab would lose, and what an update waits for. */
export class ReloadGuard extends Observable {
  readonly #uploads: Pick<UploadQueue, 'items' | 'subscribe'>;
  readonly #unsaved: Unsaved;
  #requestsUnderWay = 0;

  constructor(uploads: Pick<UploadQueue, 'items' | 'subscribe'>, traffic: Traffic, unsaved: Unsaved) {
    super();
    this.#uploads = uploads;
    this.#unsaved = unsaved;
    uploads.subscribe(() => this.changed());
    unsaved.subscribe(() => this.changed());
    traffic.listen(({ apps }) => this.#count(apps.reduce((sum, { inFlight }) => sum + inFlight, 0)));
  }

  /** In words that complete "Reloading now would lose …"; empty: nothing. */
  get risks(): string[] {
    const underWay = this.#uploads.items.filter(({ step }) => step.name !== 'stored' && step.name !== 'refused');
    return [...underWay.map(({ fileName }) => `the upload of ${fileName}`), ...this.#unsaved.items];
  }

  /** Requests that Apps were answering when this panel was last told: a second ago, or when it let go of its streams. */
  get requestsUnderWay(): number {
    return this.#requestsUnderWay;
  }

  /** The person was told of the risks and wants the reload: the browser need not ask again. */
  giveUp(): void {
    this.#unsaved.clear();
  }

  #count(requests: number): void {
    if (requests === this.#requestsUnderWay) return;
    this.#requestsUnderWay = requests;
    this.changed();
  }
}
