import type { ErrorCode } from '../../core/errors.ts';

/** What the owner of an App can do about a request that failed, by code. Its caller was told something else: see http/problem-advice.ts. */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  'request-invalid': 'The caller has to send it otherwise; the App was not asked.',
  'route-not-found': 'The App was deleted, or its route taken away, while the request was under way.',
  'body-too-large': 'Send less at once, or raise the limit of request bytes in the settings.',
  'memory-limit': 'Raise the memory limit in the settings, or use a module that needs less.',
  'engine-unsupported': 'Open the panel in a current browser: the view "Browser" names what is missing here.',
  'handler-trap': 'The log holds the last words of the guest.',
  'handler-response-invalid': 'The guest has to be corrected: what it answered is not HTTP. The log says more.',
  'host-lost': 'The tab that ran it was closed. Send it again; a tab that is kept open as a host prevents it.',
  'instance-saturated': 'If it happens often, raise the number of instances or the length of the queue in the settings.',
  'instance-start-failed': 'The log says why the instance did not start.',
  'host-unavailable': 'Keep a tab of this site open: tabs are what runs the Apps.',
  'app-crash-loop': 'It is started again after a pause. The log says why it crashes.',
  'app-not-ready': 'The conditions in the overview name what the App lacks.',
  'handler-timeout': 'If the guest needs longer by nature, raise the deadline in the settings.',
  'storage-full': 'Delete modules that no App uses, or allow this site more storage.',
  'protocol-mismatch': 'Reload every tab of this site, then send it again.',
};

/** One sentence or two of what to do about `code`. */
export function adviceFor(code: ErrorCode): string {
  return ADVICE[code] ?? 'Send it again. If it stays so, the log may say more.';
}
