import type { TestProject } from 'vitest/node';
import { findFirefox } from '../../../scripts/find-firefox.mjs';
import { findWebKit, type WebKitPrograms } from '../../../scripts/find-webkit.mjs';
import { setup as setupBrowser } from '../../browser/harness/global-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each engine is, or why it is not tested here. Chromium, which the other browser tests need too, is always there. */
    engines: {
      Chromium: { reason?: string };
      Firefox: { path?: string; reason?: string };
      WebKitGTK: { programs?: WebKitPrograms; reason?: string };
    };
  }
}

/** Finds (or installs) the engines beside the build under test, once per run. */
export async function setup(project: TestProject): Promise<void> {
  await setupBrowser(project);
  const firefox = findFirefox({ install: true });
  const webKit = findWebKit({ install: true });
  project.provide('engines', {
    Chromium: {},
    Firefox: firefox.path === null ? { reason: firefox.reason } : { path: firefox.path },
    WebKitGTK: webKit.programs === null ? { reason: webKit.reason } : { programs: webKit.programs },
  });
}
