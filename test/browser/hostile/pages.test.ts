import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { untilControlled, useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';
import { answering, instancesOf } from '../http/guests.ts';

/**
 * What a document that one App serves can do to the panel, the API and other Apps. All share an origin, so not everything can be
 * prevented: a test says "is prevented" or "is possible", and docs/security.md lists each by its name. What is possible is
 * tested too, so that the table stays true. More of the API's fence is in test/browser/api/fence.test.ts.
 */

const APPS = '/_swerve/apis/swerve.dev/v1/namespaces/default/apps';

const swerve = useSwerve();
let panel: Page;
let evil: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest: hello } = await uploadModule(panel, exampleFile('hello-c'));
  const { digest: headers } = await uploadModule(panel, guestFile('headers'));
  await createApp(panel, { name: 'evil', source: { digest: hello }, routes: [{ path: '/evil' }] });
  await createApp(panel, { name: 'bank', source: { digest: headers }, routes: [{ path: '/bank' }], env: { SECRET: 'whisper' } });
  const login = await fetchIn(
    panel,
    answering('bank', { 'Content-Type': 'text/plain', 'Set-Cookie': ['open=seen; Path=/bank', 'session=s3cret; Path=/bank; HttpOnly'] }),
  );
  expect(login.status).toBe(200);
});

beforeEach(async () => {
  await evil?.close();
  evil = await swerve.open('evil/');
  await untilAnswered(evil);
});

/** The cluster is whole: both Apps answer, and the panel is told of them. */
async function expectWhole(): Promise<void> {
  expect((await fetchIn(panel, 'evil/')).status).toBe(200);
  expect((await fetchIn(panel, 'bank/env')).status).toBe(200);
  const { items } = await callApi<{ items: { metadata: { name: string } }[] }>(panel, 'GET', APPS.slice('/_swerve/'.length));
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['bank', 'evil']);
}

describe('the API', () => {
  it('is prevented from answering: reading, writing and following', async () => {
    const codes = await evil.evaluate(async (path) => {
      const tries: [string, RequestInit][] = [
        [path, {}],
        [path, { method: 'POST', body: '{}' }],
        [`${path}/bank`, { method: 'DELETE' }],
        ['/_swerve/watch', {}],
        [`${path}/bank/log?follow=1`, {}],
        [`${path}/bank/requests`, {}],
        ['/_swerve/storage', { method: 'DELETE' }],
        ['/_swerve/modules', { method: 'POST', body: 'x' }],
        // Nor by pretending in the address, with a path that is normalised only later, or a header.
        ['/_swerve/../_swerve/storage', { method: 'DELETE' }],
        ['/%5fswerve/storage', { method: 'DELETE' }],
        [path, { headers: { referer: '/_swerve/', 'x-forwarded-for': '127.0.0.1' }, referrer: '/_swerve/' }],
      ];
      return Promise.all(tries.map(([at, init]) => fetch(at, init).then((response) => `${response.status} ${response.headers.get('swerve-error')}`)));
    }, APPS);
    expect(new Set(codes)).toEqual(new Set(['403 api-forbidden', '404 route-not-found']));
    expect(codes.filter((code) => code.startsWith('404')).length).toBe(1);
    await expectWhole();
  });

  it('is prevented from answering by a page that hid in the history of the panel: its rights go with its document', async () => {
    const seen = await evil.evaluate(async (path) => {
      history.pushState(null, '', '/_swerve/index.html');
      const mine = await fetch(path).then(({ status }) => status);
      const frame = document.createElement('iframe');
      frame.srcdoc = `<script>fetch(${JSON.stringify(path)}).then((r) => parent.postMessage(r.status, '*'))</script>`;
      const framed = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
      document.body.append(frame);
      return [mine, await framed];
    }, APPS);
    expect(seen).toEqual([403, 403]);
  });
});

describe('cookies of another App', () => {
  it('is prevented from reading in document.cookie what is not for its path', async () => {
    expect(await evil.evaluate(() => document.cookie)).not.toContain('open=');
  });

  it('is possible by a frame of that App, but for HttpOnly', async () => {
    const seen = await evil.evaluate(async (path) => {
      const frame = document.createElement('iframe');
      frame.src = path;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      document.body.append(frame);
      await loaded;
      return frame.contentDocument?.cookie ?? '';
    }, '/bank/env');
    expect(seen).toContain('open=seen');
    expect(seen).not.toContain('s3cret');
  });

  it('is possible in the database, HttpOnly too, and so is all that is stored there', async () => {
    const found = await evil.evaluate(async () => {
      const ended = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await ended(indexedDB.open('swerve'));
      const transaction = database.transaction(['cookies', 'resources']);
      const [cookies, apps] = await Promise.all([ended(transaction.objectStore('cookies').getAll()), ended(transaction.objectStore('resources').getAll())]);
      database.close();
      return JSON.stringify({ cookies, apps });
    });
    expect(found).toContain('s3cret');
    expect(found).toContain('whisper');
  });
});

describe('the tabs that serve', () => {
  it('is prevented from finding their ports: nothing on a window, a channel or a lock holds one', async () => {
    const seen = await evil.evaluate(async () => {
      const ports = Object.getOwnPropertyNames(window).filter((name) => (window as unknown as Record<string, unknown>)[name] instanceof MessagePort);
      const heard: unknown[] = [];
      navigator.serviceWorker.addEventListener('message', ({ data, ports }) => heard.push(ports.length > 0 ? 'port' : data?.type));
      const channel = new BroadcastChannel('swerve/changes');
      channel.onmessage = ({ data, ports }) => heard.push(ports.length > 0 ? 'port' : data?.type);
      await fetch('/bank/env');
      const { held = [] } = await navigator.locks.query();
      channel.close();
      return { ports, heard, locks: held.map(({ name }) => name ?? '') };
    });
    expect(seen.ports).toEqual([]);
    expect(seen.heard).not.toContain('port');
    // Their names are known, and random.
    expect(seen.locks.filter((name) => /^host\/host-[0-9a-z-]{8,}/.test(name)).length).toBeGreaterThan(0);
  });

  it('is possible to become one of them: such a page is given requests of every App', async () => {
    const welcome = await evil.evaluate(async () => {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise<{ type: string }>((resolve) => {
        port1.onmessage = ({ data }) => resolve(data);
      });
      const host = 'host-of-evil';
      void navigator.locks.request(`host/${host}`, () => new Promise(() => {}));
      const features = { jspi: true, userAgent: 'evil' };
      const announcement = { type: 'announce', version: 2, host, features, url: location.href, visibility: 'visible', startedAtMs: Date.now(), instances: [] };
      navigator.serviceWorker.controller?.postMessage(announcement, [port2]);
      return (await answered).type;
    });
    expect(['welcome', 'refused']).toContain(welcome);
    // It never answers its pings, so it is passed over: the others serve on.
    await expectWhole();
  });

  it('is prevented from silencing them by stealing their locks: they take them back', async () => {
    const stolen = await evil.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      const names = held.map(({ name }) => name ?? '').filter((name) => name.startsWith('host/') || name === 'swerve/leader');
      for (const name of names) await navigator.locks.request(name, { steal: true }, () => {});
      return names;
    });
    expect(stolen).toContain('swerve/leader');
    expect(stolen.filter((name) => name.startsWith('host/')).length).toBeGreaterThanOrEqual(2);
    await waitFor('every lock to be held again', () =>
      evil.evaluate(async (stolen) => {
        const { held = [] } = await navigator.locks.query();
        return stolen.every((name) => held.some((lock) => lock.name === name));
      }, stolen),
    );
    await expectWhole();
    // The controllers work on: an App that is written now gets its conditions.
    const { digest } = await uploadModule(panel, exampleFile('clock'));
    await createApp(panel, { name: 'late', source: { digest }, routes: [{ path: '/late' }], scale: { min: 1 } });
    await waitFor('the instance that scale.min asks for', async () => (await instancesOf(panel, 'late')).names.length === 1);
    await deleteApp(panel, 'late');
  });

  it('is prevented from breaking them with messages that mean nothing', async () => {
    await evil.evaluate(async () => {
      const junk: unknown[] = [null, 0, 'announce', [], {}, { type: null }, { type: 'announce' }, { type: 'announce', version: 2 }, { type: 'resources' }];
      junk.push({ type: 'announce', version: 2, host: 'x', features: null, url: 1, instances: 'none' }, { type: 'announce', version: 99 });
      junk.push({ type: 'logs' }, { type: 'logs', namespace: null, app: {} }, { type: 'complete' }, { type: 'changes' }, { type: 'skip-waiting' });
      const channel = new BroadcastChannel('swerve/changes');
      for (const one of junk) {
        channel.postMessage(one);
        navigator.serviceWorker.controller?.postMessage(one);
        navigator.serviceWorker.controller?.postMessage(one, [new MessageChannel().port1]);
        for (let times = 0; times < 200; times++) channel.postMessage({ type: 'modules' });
      }
      channel.close();
    });
    await expectWhole();
  });
});

describe('the service worker', () => {
  it('is prevented from being replaced: the server hands out no script of an App, and the own one takes no narrower scope', async () => {
    swerve.allowConsole(/cannot be installed for|bad HTTP response code|A bad HTTP response|Failed to register/);
    const outcomes = await evil.evaluate(async () => {
      const tries: [string, string][] = [
        ['/evil/sw.js', '/evil/'],
        ['/bank/answer?head=Content-Type%3A%20text%2Fjavascript%0A&body=1', '/bank/'],
        ['/sw.js', '/_swerve/'],
        ['/sw.js', '/bank/'],
      ];
      const outcomes: string[] = [];
      for (const [script, scope] of tries) {
        const registered = await navigator.serviceWorker.register(script, { scope }).catch(() => null);
        const worker = registered?.installing ?? registered?.waiting ?? registered?.active;
        if (worker) {
          await new Promise<void>((resolve) => {
            const look = () => worker.state !== 'installing' && resolve();
            worker.addEventListener('statechange', look);
            look();
          });
        }
        outcomes.push(worker?.state ?? 'refused');
      }
      return outcomes;
    });
    expect(outcomes).toEqual(['refused', 'refused', 'redundant', 'redundant']);
    const scopes = await evil.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname));
    expect(scopes).toEqual(['/']);
    await expectWhole();
  });

  it('is possible to unregister: what is open is served on, and a visit to the panel registers it again', async () => {
    expect(await evil.evaluate(async () => (await navigator.serviceWorker.getRegistration('/'))?.unregister())).toBe(true);
    await expectWhole();
    swerve.allowConsole(/frame-ancestors|violates the following Content Security Policy|Refused to frame|Framing/);
    // What it frames now comes from the server, which forbids that as well.
    const framed = await evil.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = '/_swerve/';
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      document.body.append(frame);
      await loaded;
      try {
        return frame.contentDocument?.querySelector('swerve-app') ? 'framed' : 'empty';
      } catch {
        return 'blocked';
      }
    });
    expect(framed).not.toBe('framed');
    const again = await swerve.open('');
    await again.evaluate(() => navigator.serviceWorker.ready);
    // Chromium takes the old registration up again, but does not have it control the page that did so: that one asks to be reloaded.
    await again.reload();
    await untilControlled(again);
    expect(await again.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(1);
    await again.close();
    await expectWhole();
  });
});

describe('the panel', () => {
  it('is prevented from being framed, and from being held by the page that opened it', async () => {
    swerve.allowConsole(/frame-ancestors|violates the following Content Security Policy|Refused to frame|Framing/);
    const [popup] = await Promise.all([
      evil.waitForEvent('popup'),
      evil.evaluate(async () => {
        const frame = document.createElement('iframe');
        frame.src = '/_swerve/';
        document.body.append(frame);
        Object.assign(window, { frame, popup: window.open('/_swerve/') });
      }),
    ]);
    await popup.locator('swerve-app').waitFor({ state: 'attached' });
    const reached = await evil.evaluate(() => {
      const { frame, popup } = window as unknown as { frame: HTMLIFrameElement; popup: Window };
      const look = (at: () => Document | null | undefined) => {
        try {
          return at()?.querySelector('swerve-app') ? 'reached' : 'not there';
        } catch {
          return 'blocked';
        }
      };
      return [look(() => frame.contentDocument), look(() => popup.document)];
    });
    expect(reached).not.toContain('reached');
    await popup.close();
  });
});
