/** The REST API under `_swerve/`, called by a page as the panel calls it. `page` must be controlled by the service worker. */
import type { Page } from 'playwright-core';
import { APP_API_VERSION, type App, type AppSpecInput } from '../../../src/core/app.ts';
import type { ModuleReport } from '../../../src/core/module.ts';
import { waitFor } from './wait.ts';

/** A page of any browser, as far as the API needs it: what goes in and out is JSON. */
export interface Evaluates {
  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R>;
}

/** An answer, read whole. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  text: string;
}

/** Fetches `path` (relative to the app's base, no slash at its start) in the page. */
export async function fetchIn(page: Evaluates, path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return page.evaluate(
    async ([path, init]) => {
      const { scope } = await navigator.serviceWorker.ready;
      const response = await fetch(new URL(path, scope), { cache: 'no-store', ...init });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    [path, init] as const,
  );
}

/** Sends `body` as JSON and gives the parsed answer. @throws Error with the answer's text unless its status is 2xx */
export async function callApi<T>(page: Evaluates, method: string, path: string, body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const { status, text } = await fetchIn(page, `_swerve/${path}`, { method, ...sent });
  if (status < 200 || status > 299) throw new Error(`${method} _swerve/${path} answered ${status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/**
 * Uploads a module: the path of a file, or bytes. Goes through a file input, as a person's file does, so that large
 * modules do not pass through the debugging protocol. @throws Error with the answer's text unless it is accepted
 */
export async function uploadModule(page: Page, module: string | Uint8Array): Promise<ModuleReport> {
  const input = await page.evaluateHandle(() => {
    const element = document.createElement('input');
    element.type = 'file';
    element.hidden = true;
    return document.documentElement.appendChild(element);
  });
  try {
    await input.setInputFiles(typeof module === 'string' ? module : { name: 'module.wasm', mimeType: 'application/wasm', buffer: Buffer.from(module) });
    const { status, text } = await input.evaluate(async (element) => {
      const { scope } = await navigator.serviceWorker.ready;
      const body = element.files?.[0] ?? null;
      const response = await fetch(new URL('_swerve/modules', scope), { method: 'POST', body, headers: { 'content-type': 'application/wasm' } });
      return { status: response.status, text: await response.text() };
    });
    if (status < 200 || status > 299) throw new Error(`the upload was answered with ${status}: ${text}`);
    return JSON.parse(text) as ModuleReport;
  } finally {
    await input.evaluate((element) => element.remove());
  }
}

function pathOf(namespace: string, name = ''): string {
  return `apis/${APP_API_VERSION}/namespaces/${namespace}/apps${name && `/${name}`}`;
}

/** Creates an App and gives it as stored. It may not be ready yet: {@link untilReady}. */
export async function createApp(page: Evaluates, { name, namespace = 'default', ...spec }: { name: string; namespace?: string } & AppSpecInput): Promise<App> {
  return callApi(page, 'POST', pathOf(namespace), { apiVersion: APP_API_VERSION, kind: 'App', metadata: { name, namespace }, spec });
}

export async function readApp(page: Evaluates, name: string, namespace = 'default'): Promise<App> {
  return callApi(page, 'GET', pathOf(namespace, name));
}

export async function deleteApp(page: Evaluates, name: string, namespace = 'default'): Promise<void> {
  await callApi(page, 'DELETE', pathOf(namespace, name));
}

/** The App once its condition `type` (`Ready` unless given) has `status` (`True` unless given) for its newest generation. */
export async function untilCondition(
  page: Evaluates,
  name: string,
  {
    type = 'Ready',
    status = 'True',
    namespace = 'default',
    deadlineMs = 20_000,
  }: { type?: string; status?: string; namespace?: string; deadlineMs?: number } = {},
): Promise<App> {
  let seen = '';
  try {
    return await waitFor(
      `${type}=${status} of App ${name}`,
      async () => {
        const app = await readApp(page, name, namespace);
        seen = JSON.stringify(app.status);
        const isCurrent = app.status?.observedGeneration === app.metadata.generation;
        const condition = app.status?.conditions?.find((one) => one.type === type);
        return isCurrent && condition?.status === status ? app : null;
      },
      { deadlineMs },
    );
  } catch (error) {
    throw new Error(`App ${name} did not reach ${type}=${status}; its status: ${seen}`, { cause: error });
  }
}
