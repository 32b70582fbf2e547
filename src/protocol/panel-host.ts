/**
 * Between the panel and the host script that runs in the same document: an event of the window, for both may be loaded
 * long before the service worker answers.
 */

/** Of the panel: see again whether Apps can have origins of their own. */
export const LOOK_EVENT = 'swerve:look-at-origins';

/** What came of it. `unknown`: there is no network, so what was known before still counts. */
export type LookOutcome = 'found' | 'unknown';

/** `detail` of the event. */
export interface LookRequest {
  /** Called once, when the mode is stored. */
  answer(outcome: LookOutcome): void;
}
