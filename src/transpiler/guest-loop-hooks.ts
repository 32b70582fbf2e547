import { LOOP_IMPORT } from '../protocol/transpiled-source.ts';

/**
 * All that is changed in what jco writes for components of WASI 0.3, and why: docs/platform-notes/jco-0.3.md. A text that is not found is
 * left as it is, and a unit test says so: then jco has changed, and what stands here is to be looked at again.
 */
export const HOOKS: readonly { readonly name: string; readonly find: RegExp; readonly put: string }[] = [
  {
    name: 'timers and hooks are those of the guest’s loop',
    find: /(?<=^function instantiate\(.*\) \{$)/m,
    put: `\nconst { setTimeout, clearTimeout, setInterval, clearInterval, notify: $notify, started: $started, exited: $exited, trapped: $trapped } = imports['${LOOP_IMPORT}'];`,
  },
  { name: 'an event wakes who waits for it', find: /this\.#pendingEventFn = fn;/, put: 'this.#pendingEventFn = fn; $notify();' },
  { name: 'the end of a host operation wakes who waits for it', find: /STORE_ASYNC_STATE\.pendingHostOperations--;/, put: '$& $notify();' },
  { name: 'a task that is ready goes on without a pause', find: /(?<=this\.#tickLoop = null;\s*\}, )10(?=\))/, put: '0' },
  {
    name: 'a guest that waits for a slow reader is not taken for deadlocked',
    find: /function _checkForDeadlock\(\) \{/,
    put: '$& return;',
  },
  { name: 'a task goes on after its first slice', find: /(?=_debugLog\("\[Instruction::AsyncTaskReturn\] starting driver loop")/g, put: '$started(); ' },
  { name: 'the task has ended', find: /(?=_debugLog\('\[_driverLoop\(\)\] async exit indicated')/, put: 'if (!task.getParentSubtask()) $exited(); ' },
  { name: 'the task has trapped', find: /(?=_debugLog\('\[_driverLoop\(\)\] error during async driver loop')/, put: '$trapped(err); ' },
];

/** `script`, jco's output for a component of WASI 0.3, made to run on the guest's own loop. */
export function onGuestLoop(script: string): string {
  return HOOKS.reduce((text, { find, put }) => text.replace(find, put), script);
}
