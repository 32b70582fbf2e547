/** What the service worker holds in memory at this moment, counted: when nothing is under way, everything but the first three is 0. */
export interface Diagnostics {
  /** Windows that have announced themselves. */
  readonly hosts: number;
  readonly instances: number;
  /** Open lines to instances; those that start have none yet. */
  readonly lines: number;
  /** Requests on a line, until the guest has finished with them. */
  readonly exchanges: number;
  /** Places that were handed out and on which nothing was sent yet. */
  readonly reserved: number;
  /** Requests that wait for an instance. */
  readonly queued: number;
  /** Requests that wait for a window. */
  readonly hostWaiters: number;
  /** Components that a window is making runnable. */
  readonly transpiling: number;
  /** Navigations in memory that wait for their boot document, and answers that wait to be fetched by one. */
  readonly keptRequests: number;
  readonly keptAnswers: number;
}

/** What a service worker of the control origin adds. */
export interface ControlDiagnostics extends Diagnostics {
  /** Open lines to the service workers of Apps' own origins. */
  readonly originLines: number;
  /** Requests on them. */
  readonly originRequests: number;
}
