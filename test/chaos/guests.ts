/** The Apps of a run: they are there all the time, whatever is written beside them. */
import type { Page } from 'playwright-core';
import { fetchJsFile } from '../../scripts/fetch-js-file.mjs';
import type { AppSpecInput } from '../../src/core/app.ts';
import { createApp, untilCondition, uploadModule } from '../browser/harness/api.ts';
import { exampleFile, guestFile, PACKAGED } from '../browser/harness/wasm-files.ts';

/** Of every App; one that misbehaves has less. `durationMs` bounds the whole request. */
export const LIMITS = { timeoutMs: 6_000, durationMs: 12_000 } as const;
const BAD_TIMEOUT_MS = 1_500;

const PHP = `<?php
header('Content-Type: text/plain');
header('X-Chaos: ' . $_GET['id']);
echo $_SERVER['REQUEST_METHOD'], ' ', $_GET['id'], ' ', hash('crc32b', file_get_contents('php://input'));
`;

const PHP_SPEC = {
  args: ['php-cgi'],
  env: { REDIRECT_STATUS: '200', SCRIPT_FILENAME: '/app/index.php', PATH_TRANSLATED: '/app/index.php' },
  files: [{ path: '/app/index.php', text: PHP }],
  bufferRequest: true,
};

type GuestSpec = Omit<Partial<AppSpecInput>, 'source'> & { file(): string | Promise<string> };

const GUESTS: Record<string, GuestSpec> = {
  'chaos-wagi': { file: () => guestFile('headers') },
  'chaos-live': { file: () => guestFile('headers'), env: { VERSION: '0' } },
  'chaos-http': { file: () => exampleFile('stream-rust') },
  'chaos-reuse': { file: () => exampleFile('stream-rust'), reuse: true },
  'chaos-bad': { file: () => exampleFile('misbehave'), limits: { timeoutMs: BAD_TIMEOUT_MS } },
  'chaos-php': { file: PACKAGED.phpCgi, ...PHP_SPEC },
  'chaos-js': { file: fetchJsFile },
};

/** Names of the Apps that {@link serveGuests} makes. */
export const GUEST_NAMES: readonly string[] = Object.keys(GUESTS);

/** Uploads the modules and creates the Apps; resolves once all are ready. */
export async function serveGuests(page: Page): Promise<void> {
  for (const [name, { file, ...spec }] of Object.entries(GUESTS)) {
    const { digest } = await uploadModule(page, await file());
    await createApp(page, { name, routes: [{ path: `/${name}` }], limits: LIMITS, ...spec, source: { digest } });
  }
  for (const name of GUEST_NAMES) await untilCondition(page, name, { deadlineMs: 60_000 });
}

/** A request to each App that a healthy one answers with 200. */
export const PROBES: Record<string, string> = {
  'chaos-wagi': 'chaos-wagi/env',
  'chaos-live': 'chaos-live/env',
  'chaos-http': 'chaos-http/time',
  'chaos-reuse': 'chaos-reuse/time',
  'chaos-bad': 'chaos-bad/ok',
  'chaos-php': 'chaos-php?id=probe',
  'chaos-js': 'chaos-js?format=json',
};
