/** Requests to the API. What is written goes into the ledger as it was acknowledged. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { callApi } from '../browser/harness/api.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import { isBypassed } from './bypass.ts';
import type { OpenWrite } from './ledger.ts';
import type { SentRequest } from './page-sender.ts';
import type { Step } from './plan.ts';
import { send } from './sending.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

type CallStep = Extract<Step, { type: 'call' }>;

/** The API promises no deadline of its own; this is what a person would wait. */
const DEADLINE_MS = 15_000;
const WATCH_SECONDS = 2;
const WATCH_TEXT_LENGTH = 2_000_000;
const APPS = '_swerve/apis/swerve.dev/v1/namespaces/default/apps';
const JSON_HEADERS = { 'content-type': 'application/json' };
const MERGE_HEADERS = { 'content-type': 'application/merge-patch+json' };
/** Answers that say that nothing was stored, whatever the state: the disk is full or failed. */
const REFUSALS = new Set([500, 503, 507]);

/** The digest of the module that the Apps of the ledger run. */
async function moduleOfKeys(): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await readFile(exampleFile('hello-c')))
    .digest('hex')}`;
}

/** Does a planned call and tells the report what it came to. */
export async function doCall(world: World, step: CallStep): Promise<void> {
  const tab = world.tabs.chooseSender(step.pick);
  if (tab === null) return world.report.count('calls not sent: no tab was free');
  switch (step.kind) {
    case 'write-app':
      return writeApp(world, tab, step);
    case 'upload-module':
      return uploadModule(world, tab, step);
    case 'bump-version':
      return bumpVersion(world, tab);
    case 'list-apps':
      return read(world, tab, step, APPS);
    case 'read-log':
      return read(world, tab, step, `${APPS}/chaos-bad/log?tailLines=50`);
    case 'watch-apps':
      return watchApps(world, tab);
    case 'read-traffic':
      return read(world, tab, step, '_swerve/traffic');
  }
}

interface Answered {
  status: number;
  text: string;
  /** Whether the browser may have sent it twice: its service worker went meanwhile. */
  maybeTwice: boolean;
}

/** Follows the Apps of the ledger from where the last watch ended, by events alone. One at a time. */
async function watchApps(world: World, tab: Tab): Promise<void> {
  const { replica, report } = world;
  if (!replica.begin()) return;
  try {
    if (replica.resourceVersion === null) {
      const answer = await ask(world, tab, 'list-to-watch', { path: APPS, method: 'GET', headers: {}, body: null, textLength: WATCH_TEXT_LENGTH });
      if (answer?.status === 200) replica.takeList(answer.text);
      return;
    }
    const path = `${APPS}?watch=1&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${replica.resourceVersion}`;
    const answer = await ask(world, tab, 'watch-apps', { path, method: 'GET', headers: {}, body: null, textLength: WATCH_TEXT_LENGTH });
    // What came before a watch broke off counts too.
    const wrong = answer === null ? null : replica.takeEvents(answer.text);
    if (wrong !== null) report.violation(`watch from ${path}: ${wrong}`);
  } finally {
    replica.end();
  }
}

/** The answer of the API; null when there is none, for a reason that the report was told. */
async function ask(world: World, tab: Tab, name: string, request: SentRequest): Promise<Answered | null> {
  const { report, timeline } = world;
  report.count(`calls ${name}`);
  const what = `call ${name} (${request.method} /${request.path.slice(0, 100)}) from tab ${tab.number}`;
  const sent = await send(world, tab, request, DEADLINE_MS);
  if (sent.type === 'tab-gone') {
    report.count('calls ended: with their tab');
    return null;
  }
  if (sent.type === 'never-ended') {
    report.violation(`${what}: no end after ${Math.round(sent.afterMs)} ms`);
    return null;
  }
  const { outcome, startMs, endMs } = sent;
  if (isBypassed(world, tab, outcome)) return null;
  const isExplained = timeline.explainsNoAnswer(tab.number, startMs, endMs);
  // A watch ends with the service worker: what it had said by then counts.
  if (outcome.failure?.stage === 'body' && request.textLength !== undefined && isExplained) {
    report.count('calls ended: broke off');
    return { status: outcome.status, text: outcome.text, maybeTwice: true };
  }
  if (outcome.failure !== null) {
    report.count('calls ended: without an answer');
    if (!isExplained) report.violation(`${what}: no answer: ${outcome.failure.message} [faults near: none that explains it]`);
    return null;
  }
  if (outcome.code === 'internal') report.violation(`${what}: ${outcome.text.slice(0, 300)}`);
  report.took(`end of call ${name}`, outcome.endMs);
  report.count(`calls ended: ${outcome.status}${outcome.code === null ? '' : ` ${outcome.code}`}`);
  return { status: outcome.status, text: outcome.text, maybeTwice: isExplained };
}

async function read(world: World, tab: Tab, { kind }: CallStep, path: string): Promise<void> {
  const answer = await ask(world, tab, kind, { path, method: 'GET', headers: {}, body: null });
  if (answer !== null && answer.status !== 200) world.report.violation(`call ${kind}: answered with ${answer.status}: ${answer.text.slice(0, 300)}`);
}

/** Settles `write` by its answer. `expected`: statuses that say it is stored; `absent`: one that says there was nothing to write to. */
function settle(world: World, write: OpenWrite, answer: Answered | null, { expected, absent }: { expected: number[]; absent: number }): void {
  const { ledger, report } = world;
  if (answer !== null && expected.includes(answer.status)) {
    ledger.acknowledge(write);
    return;
  }
  if (answer !== null && REFUSALS.has(answer.status)) {
    ledger.refuse(write);
    return;
  }
  // Sent twice, the second finds what the first has done. When the state was not certain before, either is right.
  const isAllowed = answer === null || (answer.status === absent && (answer.maybeTwice || ledger.certain(write.key) === undefined));
  if (!isAllowed)
    report.violation(
      `write of ${write.key} to ${write.value}: ${answer.status}: ${answer.text.slice(0, 300)}; known was ${[...ledger.possible(write.key)].join(' or ')}`,
    );
  ledger.lose(write);
}

async function writeApp(world: World, tab: Tab, { key, value, verb }: CallStep): Promise<void> {
  const { ledger } = world;
  const name = `key-${key}`;
  const known = ledger.certain(name);
  const write = ledger.begin(name, verb === 'delete' ? null : value);
  if (write === null) return;
  if (verb === 'delete') {
    const answer = await ask(world, tab, 'delete-app', { path: `${APPS}/${name}`, method: 'DELETE', headers: {}, body: null });
    // Nothing there, as it was known: refused, rightly.
    if (answer?.status === 404 && known === null) ledger.refuse(write);
    else settle(world, write, answer, { expected: [200], absent: 404 });
    return;
  }
  if (known === null) {
    const spec = { source: { digest: await moduleOfKeys() }, routes: [{ path: `/${name}` }], env: { GREETING: value } };
    const text = JSON.stringify({ metadata: { name }, spec });
    const answer = await ask(world, tab, 'create-app', { path: APPS, method: 'POST', headers: JSON_HEADERS, body: { text, length: 0, isStreamed: false } });
    settle(world, write, answer, { expected: [201], absent: 409 });
    return;
  }
  const text = JSON.stringify({ spec: { env: { GREETING: value } } });
  const answer = await ask(world, tab, 'patch-app', {
    path: `${APPS}/${name}`,
    method: 'PATCH',
    headers: MERGE_HEADERS,
    body: { text, length: 0, isStreamed: false },
  });
  settle(world, write, answer, { expected: [200], absent: 404 });
}

let newestVersion = 0;

async function bumpVersion(world: World, tab: Tab): Promise<void> {
  const write = world.ledger.begin('version', String(newestVersion + 1));
  if (write === null) return;
  newestVersion += 1;
  const text = JSON.stringify({ spec: { env: { VERSION: String(newestVersion) } } });
  const answer = await ask(world, tab, 'bump-version', {
    path: `${APPS}/chaos-live`,
    method: 'PATCH',
    headers: MERGE_HEADERS,
    body: { text, length: 0, isStreamed: false },
  });
  settle(world, write, answer, { expected: [200], absent: 0 });
}

/** A small module that no other is equal to: a custom section with `value`. */
async function newModule(value: string): Promise<{ base64: string; digest: string }> {
  const name = new TextEncoder().encode('chaos');
  const content = new TextEncoder().encode(value);
  const section = [0, 1 + name.length + content.length, name.length, ...name, ...content];
  const bytes = Buffer.concat([await readFile(exampleFile('hello-c')), Uint8Array.from(section)]);
  return { base64: bytes.toString('base64'), digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

async function uploadModule(world: World, tab: Tab, { value, verb }: CallStep): Promise<void> {
  const { ledger } = world;
  if (verb === 'delete') return deleteModule(world, tab);
  const { base64, digest } = await newModule(`${value} ${world.report.nowMs}`);
  const write = ledger.begin(digest, 'stored');
  if (write === null) return;
  world.ownModules.add(digest);
  const answer = await ask(world, tab, 'upload-module', {
    path: '_swerve/modules',
    method: 'POST',
    headers: { 'content-type': 'application/wasm' },
    body: null,
    base64,
  });
  settle(world, write, answer, { expected: [200, 201], absent: 0 });
}

async function deleteModule(world: World, tab: Tab): Promise<void> {
  const { ledger } = world;
  const digest = ledger.keysWith('stored').find((key) => world.ownModules.has(key));
  const write = digest === undefined ? null : ledger.begin(digest, null);
  if (write === null) return;
  const answer = await ask(world, tab, 'delete-module', { path: `_swerve/modules/${digest}`, method: 'DELETE', headers: {}, body: null });
  settle(world, write, answer, { expected: [204], absent: 404 });
}

/** What is stored of what the ledger follows. */
export async function readStored(page: Page): Promise<Map<string, string>> {
  const { items } = await callApi<{ items: { metadata: { name: string }; spec: { env: Record<string, string> } }[] }>(
    page,
    'GET',
    APPS.slice('_swerve/'.length),
  );
  const modules = await callApi<{ items: { digest: string; exports: unknown }[] }>(page, 'GET', 'modules');
  const stored = new Map<string, string>();
  for (const { metadata, spec } of items) {
    if (metadata.name.startsWith('key-')) stored.set(metadata.name, spec.env['GREETING'] ?? '');
    if (metadata.name === 'chaos-live' && spec.env['VERSION'] !== '0') stored.set('version', spec.env['VERSION'] ?? '');
  }
  for (const { digest } of modules.items) stored.set(digest, 'stored');
  return stored;
}
