/** Guests that wait, in every engine: suspended where it can (JSPI), else blocking their worker. Their bytes are the same. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { exampleFile, guestFile, PACKAGED } from '../browser/harness/wasm-files.ts';
import { instancesOf, untilInFlight } from '../browser/http/guests.ts';
import type { Tab } from './harness/engine.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines } from './harness/use-engine.ts';

/** Larger than what may be under way in either direction, so that both the guest and its caller have to wait. */
const LARGE_BYTES = 3_000_000;
const PHP = '<?php $body = file_get_contents("php://input"); echo strlen($body), " ", hash("sha256", $body);';

function pattern(): Buffer {
  return Buffer.from(Uint8Array.from({ length: LARGE_BYTES }, (_, index) => index % 251));
}
const sha256 = createHash('sha256').update(pattern()).digest('hex');

describeEngines('guests that wait', (swerve) => {
  let panel: Tab;
  // At an origin of its own a guest waits as it does elsewhere: one of each kind is asked there.
  const onlyInPathMode = <T>(guest: T): T[] => (swerve.mode === 'path' ? [guest] : []);
  swerve.before(async () => {
    panel = await swerve.openPanel();
    const limits = { timeoutMs: 1_200 };
    await serveFiles(panel, {
      component: { file: exampleFile('stream-rust') },
      command: { file: guestFile('cli-stream') },
      misbehave: { file: exampleFile('misbehave'), limits },
      'misbehave-http': { file: exampleFile('misbehave-http'), limits },
    });
    if (swerve.mode === 'own') {
      // The page at its root opens a stream.
      await swerve.pageOf('component', 'component/env');
      return;
    }
    await serveFiles(panel, {
      hello: { file: exampleFile('hello-c') },
      clock: { file: exampleFile('clock') },
      data: { file: guestFile('data'), capabilities: { keyValue: { stores: ['own'] }, blobStore: { containers: ['own'] } } },
      php: {
        file: PACKAGED.phpCgi(),
        args: ['php-cgi'],
        env: { REDIRECT_STATUS: '200', SCRIPT_FILENAME: '/index.php' },
        files: [{ path: '/index.php', text: PHP }],
      },
    });
  });

  /** The SHA-256 of what `path` gives back of the large body. */
  const sentThrough = (path: string) =>
    swerve.evaluateAt(
      path,
      async ([address, length]) => {
        const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
        const answer = await (await fetch(address, { method: 'POST', body: bytes, headers: { 'content-type': 'text/plain' } })).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', answer));
        return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      },
      LARGE_BYTES,
    );

  it.each(['component/echo', 'command', ...onlyInPathMode('hello')])('%s gives a large body back, byte for byte', async (path) => {
    expect(await sentThrough(path)).toBe(sha256);
  });

  it.each(onlyInPathMode('php'))('%s-cgi reads its body', async (app) => {
    const { text } = await swerve.ask(app, { method: 'POST', body: 'x'.repeat(10_000) });
    expect(text).toBe(`10000 ${createHash('sha256').update('x'.repeat(10_000)).digest('hex')}`);
  });

  it.each([
    { path: 'component/events?n=1000&ms=50', events: /^id: 1\ndata: .*id: 2\ndata: .*id: 3\n/s },
    ...onlyInPathMode({ path: 'clock?events', events: /^retry: 500\n\ndata: .*"n":1\}\n\ndata: .*"n":2\}/s }),
    { path: 'misbehave/drip?n=1000&ms=50', events: /^drip 1\ndrip 2\ndrip 3\n/ },
  ])('$path: what it sends is here while it sleeps, others are served meanwhile, and it ends with its caller', async ({ path, events }) => {
    const app = path.split(/[/?]/)[0]!;
    const handle = `stream ${path}`;
    await swerve.evaluateAt(
      path,
      async ([address, handle]) => {
        const reader = (await fetch(address)).body!.getReader();
        const stream = { text: '', cancel: () => reader.cancel() };
        Object.assign(globalThis, { [handle]: stream });
        void (async () => {
          const decoder = new TextDecoder();
          for (let piece = await reader.read(); !piece.done; piece = await reader.read()) stream.text += decoder.decode(piece.value, { stream: true });
        })();
      },
      handle,
    );
    const page = await swerve.pageOf(app);
    const text = () => page.evaluate((handle) => (globalThis as unknown as Record<string, { text: string }>)[handle]!.text, handle);
    await expect.poll(text).toMatch(events);
    expect(await instancesOf(panel, app)).toMatchObject({ inFlight: 1 });
    expect(await swerve.ask(path.replace(/n=1000&|\?events/, ''))).toMatchObject({ status: 200 });
    await page.evaluate(async (handle) => (globalThis as unknown as Record<string, { cancel(): Promise<void> }>)[handle]!.cancel(), handle);
    await untilInFlight(panel, app, 0, { deadlineMs: 10_000 });
  });

  it.each(onlyInPathMode('data'))('%s keeps what it is told to where it can be suspended, and else each call says that it cannot', async (app) => {
    const suspends = await panel.evaluate(() => 'Suspending' in WebAssembly);
    const lines = [
      'kv.set key value',
      'kv.inc count 2',
      'kv.cas-add count',
      'kv.get-many key count',
      'kv.list',
      'blob.create own',
      'blob.write name content',
      'blob.read name',
      'blob.range name 2 4',
    ];
    const { text } = await swerve.ask(app, { method: 'POST', body: ['kv.open own', ...lines].join('\n') });
    const answers = text.trimEnd().split('\n');
    if (suspends) {
      expect(answers).toEqual(['open', 'done', '2', '0 conflicts', 'key=value count=3', '2 None key,count', 'created', 'done', 'content', 'nte']);
    } else {
      const cannot = expect.stringMatching(/^err (other )?this browser cannot suspend WebAssembly/);
      expect(answers).toEqual(['open', cannot, cannot, cannot, cannot, cannot, cannot, 'err no container', 'err no container', 'err no container']);
    }
  });

  it('a sleep takes its time', async () => {
    expect(JSON.parse((await swerve.ask('component/sleep?ms=200')).text).sleptMs).toBeGreaterThanOrEqual(200);
  });

  it('the deadline ends a sleep with 504, and the worker lives on', async () => {
    const app = 'misbehave-http';
    await swerve.ask(`${app}/ok`);
    const { names } = await instancesOf(panel, app);
    expect(await swerve.ask(`${app}/hang`)).toMatchObject({ status: 504, headers: { 'swerve-error': 'handler-timeout' } });
    expect(await swerve.ask(`${app}/ok`)).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, app)).names).toEqual(expect.arrayContaining(names));
  });

  it.each(['misbehave', 'misbehave-http'])('%s writes more than may be under way, and nothing is lost', async (app) => {
    const bytes = await swerve.evaluateAt(`${app}/huge?bytes=20000000`, async ([address]) => (await (await fetch(address)).arrayBuffer()).byteLength);
    expect(bytes).toBe(20_000_000);
  });
});
