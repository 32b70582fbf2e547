import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readApp, untilCondition } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { answering, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, {
    wagi: { guest: 'headers' },
    strict: { guest: 'headers' },
    hello: { guest: 'hello-c' },
    component: { guest: 'stream-rust' },
    bare: { guest: 'hello-c', document: { hostScript: false } },
  });
});

const PAGE = '<!doctype html><html><head><meta charset="utf-8"><title>Größe</title></head><body><h1>Hello</h1></body></html>';
const HTML = { 'Content-Type': 'text/html; charset=utf-8' };
const HOST_SCRIPT = /<script type="module" async src="[^"]*\/_swerve\/host\.js"[^>]*><\/script>/g;

/** What a navigation to `path` brings: its head, and its body as it came. The caller closes the page. */
async function navigate(path: string): Promise<{ status: number; headers: Record<string, string>; text: string; page: Page }> {
  const page = await swerve.context.newPage();
  const response = await page.goto(new URL(path, swerve.app.url).href);
  if (!response) throw new Error('the navigation had no answer');
  return { status: response.status(), headers: response.headers(), text: await response.text(), page };
}

const fetched = (path: string) => panel.evaluate(async (path) => (await fetch(path)).text(), path);

describe('an HTML document', () => {
  it.each(['hello', 'component/'])('of %s gets the host script once, and is otherwise as the guest wrote it', async (path) => {
    const { text, page } = await navigate(path);
    const plain = await fetched(path);
    expect(plain).not.toContain('host.js');
    expect(text.match(HOST_SCRIPT)).toHaveLength(1);
    expect(text.replace(HOST_SCRIPT, '')).toBe(plain);
    await page.close();
  });

  it('makes its tab a host', async () => {
    const { page } = await navigate('hello');
    const nodes = () =>
      panel.evaluate(async () => {
        const { items } = await (await fetch('_swerve/api/v1/nodes')).json();
        return items.map(({ metadata }: { metadata: { annotations: Record<string, string> } }) => metadata.annotations['swerve.dev/url']);
      });
    await waitFor('the tab among the nodes', async () => (await nodes()).includes(new URL('hello', swerve.app.url).href));
    await page.close();
  });

  it.each([200, 404, 500])('of status %i gets it', async (status) => {
    const { text, page, ...answer } = await navigate(answering('wagi', { ...HTML, Status: `${status}` }, PAGE));
    expect(answer.status).toBe(status);
    expect(text.match(HOST_SCRIPT)).toHaveLength(1);
    await page.close();
  });

  it('loses a Content-Length that would be wrong, and no other header', async () => {
    const head = { ...HTML, 'Content-Length': String(new TextEncoder().encode(PAGE).length), 'X-Own': 'yes', 'Cache-Control': 'no-store' };
    const { headers, text, page } = await navigate(answering('wagi', head, PAGE));
    expect(headers).toMatchObject({ 'x-own': 'yes', 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    expect(headers).not.toHaveProperty('content-length');
    expect(text.replace(HOST_SCRIPT, '')).toBe(PAGE);
    expect(await page.title()).toBe('Größe');
    await page.close();
  });

  it('gets none with spec.document.hostScript: false', async () => {
    const { text, page } = await navigate('bare');
    expect(text).toBe(await fetched('bare'));
    expect(await page.$('script[data-swerve-app]')).toBeNull();
    await page.close();
  });

  it('is left alone when it is fetched', async () => {
    for (const status of ['200', '404']) expect(await fetched(answering('wagi', { ...HTML, Status: status }, PAGE))).toBe(PAGE);
  });
});

describe('what is not an HTML document is left alone in a navigation', () => {
  const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><head/></svg>';
  it.each([
    { what: 'JSON', head: { 'Content-Type': 'application/json' }, body: '{"html":"<head>"}' },
    { what: 'plain text', head: { 'Content-Type': 'text/plain' }, body: '<!doctype html><head>' },
    { what: 'an image', head: { 'Content-Type': 'image/svg+xml' }, body: SVG },
    { what: 'a document without a type', head: { Status: '200' }, body: PAGE },
  ])('$what', async ({ head, body }) => {
    const { text, page } = await navigate(answering('wagi', { ...head } as Record<string, string>, body));
    expect(text).toBe(body);
    await page.close();
  });

  it('a download', async () => {
    const page = await swerve.context.newPage();
    const path = answering('wagi', { ...HTML, 'Content-Disposition': 'attachment; filename="page.html"' }, PAGE);
    const [download] = await Promise.all([page.waitForEvent('download'), page.goto(new URL(path, swerve.app.url).href).catch(() => {})]);
    expect(download.suggestedFilename()).toBe('page.html');
    const stream = await download.createReadStream();
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString()).toBe(PAGE);
    await page.close();
  });
});

describe('a document whose Content-Security-Policy forbids scripts', () => {
  it('is left as it is, and the App says so until a document takes the script again', async () => {
    const { text, headers, page } = await navigate(answering('strict', { ...HTML, 'Content-Security-Policy': "default-src 'none'" }, PAGE));
    expect(text).toBe(PAGE);
    expect(headers).toMatchObject({ 'content-security-policy': "default-src 'none'" });
    const app = await untilCondition(panel, 'strict', { type: 'HostScript', status: 'False' });
    expect(app.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    await page.close();
    const open = await navigate(answering('strict', HTML, PAGE));
    await untilCondition(panel, 'strict', { type: 'HostScript', status: 'True' });
    await open.page.close();
  });

  it('is given the script when the policy allows it', async () => {
    for (const policy of ["script-src 'self'", "script-src 'nonce-abc123'; worker-src 'self'"]) {
      const { text, page } = await navigate(answering('wagi', { ...HTML, 'Content-Security-Policy': policy }, PAGE));
      expect(text.match(HOST_SCRIPT), policy).toHaveLength(1);
      await page.close();
    }
    expect((await readApp(panel, 'wagi')).status?.conditions?.some(({ type, status }) => type === 'HostScript' && status === 'False')).toBe(false);
  });
});
