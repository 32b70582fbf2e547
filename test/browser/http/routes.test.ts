import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const named = (NAME: string) => ({ guest: 'headers' as const, env: { NAME } });
  await serveGuests(panel, {
    prefix: { ...named('prefix'), routes: [{ path: '/a' }] },
    longer: { ...named('longer'), routes: [{ path: '/a/env/env' }] },
    exact: { ...named('exact'), routes: [{ path: '/a/x/env', match: 'exact' }] },
    reader: { ...named('reader'), routes: [{ path: '/m', methods: ['GET', 'HEAD'] }] },
    writer: {
      ...named('writer'),
      routes: [
        { path: '/m/env', methods: ['POST'] },
        { path: '/only', methods: ['PUT', 'DELETE'] },
      ],
    },
    rewritten: { ...named('rewritten'), routes: [{ path: '/old/path', rewrite: '/new' }] },
    'rewritten-root': { guest: 'stream-rust', routes: [{ path: '/rr', rewrite: '/' }] },
    here: { ...named('here'), routes: [{ path: '/h', host: 'localhost' }] },
    elsewhere: { ...named('elsewhere'), routes: [{ path: '/h/env', host: 'other.example' }] },
  });
});

async function env(path: string, init: Parameters<typeof fetchIn>[2] = {}): Promise<Record<string, string>> {
  const answer = await fetchIn(panel, path, init);
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text);
}

describe('an address is answered by', () => {
  it.each([
    { path: 'a/env', name: 'prefix', script: '/a', info: '/env' },
    { path: 'a/b/c/env', name: 'prefix', script: '/a', info: '/b/c/env' },
    { path: 'a/env/env', name: 'longer', script: '/a/env/env', info: '' },
    { path: 'a/env/env/env', name: 'longer', script: '/a/env/env', info: '/env' },
    { path: 'a/env/envious/env', name: 'prefix', script: '/a', info: '/env/envious/env' },
    { path: 'a/x/env', name: 'exact', script: '/a/x/env', info: '' },
    { path: 'a/x/env/env', name: 'prefix', script: '/a', info: '/x/env/env' },
    { path: 'a/%65nv', name: 'prefix', script: '/a', info: '/env' },
    { path: 'h/env', name: 'here', script: '/h', info: '/env' },
  ])('the longest route: $path by $name', async ({ path, name, script, info }) => {
    // The guest answers with its environment when the path after the route ends in `/env`.
    if (info === '') expect((await fetchIn(panel, path)).headers).toMatchObject({ 'swerve-error': 'handler-response-invalid' });
    else expect(await env(path)).toMatchObject({ NAME: name, SCRIPT_NAME: script, PATH_INFO: info });
  });

  it('the route that has its method', async () => {
    expect(await env('m/env')).toMatchObject({ NAME: 'reader' });
    expect(await env('m/env/env', { method: 'POST' })).toMatchObject({ NAME: 'writer' });
    expect(await env('m/env/env')).toMatchObject({ NAME: 'reader' });
  });

  it('no part of a segment', async () => {
    expect(await fetchIn(panel, 'ab/env')).toMatchObject({ status: 404, headers: { 'swerve-error': 'route-not-found' } });
  });
});

describe('a rewrite', () => {
  it('takes the place of the matched prefix in what the guest sees', async () => {
    expect(await env('old/path/b/env?q=1')).toMatchObject({ NAME: 'rewritten', SCRIPT_NAME: '/old/path', PATH_INFO: '/new/b/env', QUERY_STRING: 'q=1' });
    expect(JSON.parse((await fetchIn(panel, 'rr/x/headers?q=1')).text)).toMatchObject({ target: '/x/headers?q=1' });
  });
});

describe('a method that no route of the address has', () => {
  it.each(['GET', 'POST', 'PURGE'])('%s is 405 with Allow', async (method) => {
    const answer = await fetchIn(panel, 'only/env', { method });
    expect(answer).toMatchObject({ status: 405, headers: { 'swerve-error': 'method-not-allowed', allow: 'DELETE, PUT' } });
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'method-not-allowed', allow: ['DELETE', 'PUT'] });
  });

  it('HEAD is 405 without a body', async () => {
    expect(await fetchIn(panel, 'only/env', { method: 'HEAD' })).toMatchObject({ status: 405, headers: { allow: 'DELETE, PUT' }, text: '' });
  });
});

describe('an address without a route', () => {
  it('is a page for a navigation, which names the routes', async () => {
    const page = await swerve.open('nowhere/at/all');
    expect(await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseStatus)).toBe(404);
    const links = await page.$$eval('a', (all) => all.map((link) => new URL(link.href).pathname));
    expect(links).toEqual(expect.arrayContaining(['/a', '/old/path', '/_swerve/']));
    expect(await page.textContent('body')).toContain('/nowhere/at/all');
    await page.close();
  });

  it('is a problem document for a program', async () => {
    const answer = await fetchIn(panel, 'nowhere');
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json', 'swerve-error': 'route-not-found' } });
    const problem = JSON.parse(answer.text);
    expect(problem).toMatchObject({ code: 'route-not-found', status: 404 });
    expect(problem.routes.map(({ app }: { app: string }) => app)).toEqual(expect.arrayContaining(['prefix', 'exact', 'rewritten']));
  });

  it('has no body for HEAD', async () => {
    expect(await fetchIn(panel, 'nowhere', { method: 'HEAD' })).toMatchObject({ status: 404, headers: { 'swerve-error': 'route-not-found' }, text: '' });
  });
});

describe('an App at the root', () => {
  it('takes it, and the panel stays under _swerve/', async () => {
    const systemPanel = await swerve.open('_swerve/');
    await serveGuests(systemPanel, { root: { guest: 'hello-c', routes: [{ path: '/' }] } });
    const page = await swerve.open('?name=Root');
    expect(await page.textContent('h1')).toContain('Root');
    await systemPanel.reload();
    await systemPanel.waitForSelector('swerve-app');
    expect(JSON.parse((await fetchIn(systemPanel, 'a/env')).text)).toMatchObject({ NAME: 'prefix' });
    expect((await fetchIn(systemPanel, 'index.html')).text).toContain('written by a C program');
    await page.close();
    await systemPanel.close();
  });

  it('leaves the API to the panel that was open at the root when it came', async () => {
    expect((await fetchIn(panel, '_swerve/version')).status).toBe(200);
  });
});
