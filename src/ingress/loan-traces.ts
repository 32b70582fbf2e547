import type { LoanReport } from '../protocol/sw-instance.ts';
import { AppTally } from './app-tally.ts';
import type { InstanceLine } from './instance-line.ts';
import { RequestTrace, type TracedInstance, type TracedRequest } from './request-trace.ts';

/** Requests that end within this of each other are told of together. */
const TELL_EVERY_MS = 100;

/** The cluster knows of which App it is. */
const SOME_APP = { namespace: '', name: '', uid: '' };

/** Traces the requests of an App's own origin, and tells the cluster of those that went over a loan: the others it traces itself. */
export class LoanTraces {
  readonly #tell: (reports: LoanReport[]) => void;
  readonly #tally = new AppTally(SOME_APP);
  readonly #numbers = new WeakMap<RequestTrace, { number: number; line: InstanceLine }>();
  readonly #changed = new Set<RequestTrace>();
  #nextNumber = 1;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: (reports: LoanReport[]) => void) {
    this.#tell = tell;
  }

  begin(request: TracedRequest): RequestTrace {
    return new RequestTrace('', this.#tally, request, this);
  }

  /** The request goes over a loan of that instance. */
  sent(trace: RequestTrace, instance: TracedInstance, line: InstanceLine): void {
    this.#numbers.set(trace, { number: this.#nextNumber++, line });
    trace.sent(instance, Number.POSITIVE_INFINITY);
  }

  onChanged(trace: RequestTrace): void {
    if (!this.#numbers.has(trace)) return;
    this.#changed.add(trace);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, TELL_EVERY_MS);
  }

  onReceived(trace: RequestTrace): void {
    this.onChanged(trace);
  }

  onEnded(trace: RequestTrace): void {
    this.onChanged(trace);
  }

  onReopened(): void {}

  /** Tells what has changed, now. */
  flush(): void {
    const reports: LoanReport[] = [];
    for (const trace of this.#changed) {
      const sent = this.#numbers.get(trace);
      if (sent) reports.push(trace.report(sent.number, sent.line.memoryBytes));
    }
    this.#changed.clear();
    if (reports.length > 0) this.#tell(reports);
  }
}
