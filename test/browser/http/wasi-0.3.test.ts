/** A component of WASI 0.3, test/guests/handler3, as an App: it is uploaded, transpiled, stored and served as any other. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchIn, uploadModule } from '../harness/api.ts';
import { echoInPieces } from '../harness/echo.ts';
import { type Peer, startPeer } from '../harness/peer.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { guestFile } from '../harness/wasm-files.ts';
import { withoutJspi } from '../harness/without-jspi.ts';
import { instancesOf, logOf, serveGuests, untilInFlight } from './guests.ts';

const MEBIBYTE = 1_048_576;

describe('a handler of WASI 0.3', () => {
  const swerve = useSwerve();
  let panel: Page;
  let peer: Peer;

  beforeAll(async () => {
    peer = await startPeer();
    panel = await swerve.openPanel();
    const files = [{ path: '/greeting.txt', base64: btoa('hello from a file\n') }];
    const spec = { guest: 'handler3', scale: { max: 1 }, limits: { timeoutMs: 2_500 }, env: { NAME: 'three' }, files } as const;
    const alone = { guest: 'handler3', scale: { max: 1 } } as const;
    const capabilities = { http: { allow: [peer.origin, 'http://three.default.svc.cluster.local'] } };
    await serveGuests(panel, { three: spec, kept: { ...spec, reuse: true }, long: alone, sender: { ...alone, capabilities } });
  });
  afterAll(() => peer?.stop());

  const untilLogged = (app: string, text: string) => waitFor(`"${text}" in the log of ${app}`, async () => (await logOf(panel, app)).includes(text));

  it('is known for what it is', async () => {
    const report = await uploadModule(panel, guestFile('handler3'));
    expect(report).toMatchObject({ abi: 'wasi-http', summary: expect.stringContaining('WASI 0.3 component') });
    expect(report.imports).toEqual(
      expect.arrayContaining([
        { name: 'wasi:http/types@0.3.2', support: 'granted' },
        { name: 'wasi:http/client@0.3.2', support: 'denied' },
      ]),
    );
    expect(report.imports.filter(({ support }) => support === 'unknown')).toEqual([]);
  });

  it('answers', async () => {
    expect(await fetchIn(panel, 'three/')).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' }, text: 'hello from WASI 0.3\n' });
  });

  it('gives each piece of the body back before the next is sent', async () => {
    expect(await panel.evaluate(echoInPieces, 'three/echo')).toEqual({ pieces: ['one', 'two', 'three'], isEnd: true });
  });

  it('streams a body both ways unchanged, in pieces and not byte by byte', { timeout: 30_000 }, async () => {
    const { sent, received } = await panel.evaluate(async (sizeBytes) => {
      const body = new Uint8Array(sizeBytes).map((_, index) => (index * 31) >> 3);
      const answer = new Uint8Array(await (await fetch('long/echo', { method: 'POST', body })).arrayBuffer());
      const digest = async (bytes: Uint8Array<ArrayBuffer>) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))).join();
      return { sent: `${body.length} ${await digest(body)}`, received: `${answer.length} ${await digest(answer)}` };
    }, 3 * MEBIBYTE);
    expect(received).toBe(sent);
    const counted = await fetchIn(panel, 'three/count', { method: 'POST', body: 'x'.repeat(MEBIBYTE) });
    const [, bytes, reads, end] = /^(\d+) bytes in (\d+) reads, (.*)$/.exec(counted.text) ?? [];
    expect({ bytes, end }).toEqual({ bytes: String(MEBIBYTE), end: 'no trailers' });
    expect(Number(reads)).toBeLessThan(200);
  });

  it('passes on the very stream that came in', async () => {
    expect(await panel.evaluate(echoInPieces, 'three/pass')).toEqual({ pieces: ['one', 'two', 'three'], isEnd: true });
    expect(await fetchIn(panel, 'three/pass')).toMatchObject({ status: 200, text: '' });
  });

  it('gets an end at once where there is no body, and may leave the rest of one', async () => {
    expect((await fetchIn(panel, 'three/count')).text).toBe('0 bytes in 0 reads, no trailers');
    expect((await fetchIn(panel, 'three/first', { method: 'POST', body: 'x'.repeat(MEBIBYTE) })).text).toBe('16 bytes');
  });

  it('mixes 0.2 and 0.3 in one guest', async () => {
    expect((await fetchIn(panel, 'three/mixed')).text).toBe('NAME=three file=hello from a file written=Ok(()) same year=true');
    await untilLogged('three', 'a line by 0.2');
    await untilLogged('three', 'a line by 0.3');
  });

  it('reads files, and meets the error of the interface', async () => {
    expect((await fetchIn(panel, 'three/file?greeting.txt')).text).toBe('hello from a file\n');
    expect(await fetchIn(panel, 'three/file?none.txt')).toMatchObject({ status: 502, text: expect.stringContaining('ErrorCode::NoEntry') });
  });

  it('is denied what it was not granted, and told so', async () => {
    const to = peer.origin.replace('http://', '');
    expect((await fetchIn(panel, `three/outgoing?${to}/`)).text).toBe('ErrorCode::HttpRequestDenied Err(ErrorCode::HttpRequestDenied)');
    await untilLogged('three', `Denied: GET ${peer.origin}`);
    expect(peer.connections()).toBe(0);
  });

  it('sends what it was granted, bodies and status both ways', async () => {
    const to = peer.origin.replace('http://', '');
    expect(await fetchIn(panel, `sender/outgoing?${to}/`)).toMatchObject({ status: 200, text: 'hello' });
    expect(await fetchIn(panel, `sender/outgoing?${to}/echo`, { method: 'POST', body: 'there and back' })).toMatchObject({
      status: 200,
      text: 'there and back',
    });
    expect(await fetchIn(panel, `sender/outgoing?${to}/status/418`)).toMatchObject({ status: 418, text: '' });
    expect(await panel.evaluate(echoInPieces, 'sender/outgoing?three.default.svc.cluster.local/echo')).toEqual({
      pieces: ['one', 'two', 'three'],
      isEnd: true,
    });
  });

  it('has its trailers dropped, and told of in the log', async () => {
    expect(await fetchIn(panel, 'three/trailers')).toMatchObject({ status: 200, text: 'with trailers' });
    await untilLogged('three', 'sent: Ok(())');
    await untilLogged('three', 'HTTP trailers of a response');
  });

  it('goes on after its answer', async () => {
    expect((await fetchIn(panel, 'three/after?ms=30')).text).toBe('answered');
    await untilLogged('three', 'after the answer');
  });

  it.each([
    ['error', 'handler-response-invalid', 'out of teapots'],
    ['trap', 'handler-trap', 'trapped'],
    ['sleep?ms=60000', 'handler-timeout', ''],
  ])('%s is %s, and the instance lives on', async (path, code, detail) => {
    await fetchIn(panel, 'three/');
    const { names } = await instancesOf(panel, 'three');
    const answer = await fetchIn(panel, `three/${path}`);
    expect(answer.headers['swerve-error']).toBe(code);
    expect(answer.text).toContain(detail);
    expect(await fetchIn(panel, 'three/')).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, 'three')).names).toEqual(names);
  });

  it('that computes for ever is ended with its worker', async () => {
    expect((await fetchIn(panel, 'three/spin')).headers['swerve-error']).toBe('handler-timeout');
    expect(await fetchIn(panel, 'three/')).toMatchObject({ status: 200 });
  });

  it.each(['late-error', 'late-trap', 'short'])('%s breaks the answer that has begun', async (path) => {
    const outcome = await panel.evaluate(async (path) => {
      const response = await fetch(path);
      const end = await response.text().then(
        (text) => `whole: ${text}`,
        () => 'broken',
      );
      return { status: response.status, end };
    }, `three/${path}`);
    expect(outcome).toEqual({ status: 200, end: 'broken' });
    expect(await fetchIn(panel, 'three/')).toMatchObject({ status: 200 });
  });

  it('ends when its caller goes, wherever it waits', async () => {
    await fetchIn(panel, 'long/');
    const { names } = await instancesOf(panel, 'long');
    await panel.evaluate(async () => {
      const controller = new AbortController();
      const response = await fetch('long/pieces?n=100000&ms=20', { signal: controller.signal });
      await response.body!.getReader().read();
      controller.abort();
    });
    await untilInFlight(panel, 'long', 0);
    expect(await fetchIn(panel, 'long/')).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, 'long')).names).toEqual(names);
  });

  it('serves many requests at once, each with a guest of its own', async () => {
    const answers = await panel.evaluate(() =>
      Promise.all(Array.from({ length: 20 }, async (_, index) => (await fetch(`long/echo`, { method: 'POST', body: `request ${index}` })).text())),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `request ${index}`));
  });

  it('may be kept for the next request, and is given up after a failure', async () => {
    for (let round = 0; round < 3; round++) expect((await fetchIn(panel, 'kept/')).text).toBe('hello from WASI 0.3\n');
    expect((await fetchIn(panel, 'kept/trap')).headers['swerve-error']).toBe('handler-trap');
    expect((await fetchIn(panel, 'kept/echo', { method: 'POST', body: 'again' })).text).toBe('again');
  });
});

describe('in an engine without JSPI', () => {
  const swerve = useSwerve({ edit: withoutJspi });

  it('a handler of WASI 0.3 is refused, with the reason', async () => {
    const panel = await swerve.openPanel();
    await expect(uploadModule(panel, guestFile('handler3'))).rejects.toThrow(/501.*engine-unsupported.*JSPI/s);
  });
});
