import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { crashTab } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs } from '../harness/tabs.ts';
import { guestFile } from '../harness/wasm-files.ts';

/** The guest of test/guests/volume-files.c, as a preview 1 command and as a component, over volumes of the real storage. */
const swerve = useSwerve();
let panel: Page;

async function serve(name: string, guest: 'volume-files' | 'volume-files.component', volume: { name: string; readOnly?: boolean }): Promise<void> {
  const { digest } = await uploadModule(panel, guestFile(guest));
  await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], volumes: [{ mountPath: '/data', ...volume }] });
  await untilCondition(panel, name);
}

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serve('one', 'volume-files', { name: 'shared' });
  await serve('two', 'volume-files.component', { name: 'shared' });
  await serve('reader', 'volume-files', { name: 'shared', readOnly: true });
  await serve('component-reader', 'volume-files.component', { name: 'shared', readOnly: true });
});

const put = (app: string, path: string, body: string) => fetchIn(panel, `${app}/${path}`, { method: 'PUT', body });
const get = async (app: string, path: string) => {
  const { status, text } = await fetchIn(panel, `${app}/${path}`);
  return `${status} ${text}`;
};

/** Sends `bytes` of a pattern, and answers the SHA-256 of what comes back from `from`. */
async function throughVolume(page: Page, to: string, from: string, bytes: number): Promise<{ status: number; sent: string; got: string; length: number }> {
  return page.evaluate(
    async ({ to, from, bytes }) => {
      const content = new Uint8Array(bytes).map((_, at) => (at * 31 + (at >> 8) * 7) & 0xff);
      const hex = async (buffer: BufferSource) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', buffer)), (byte) => byte.toString(16)).join();
      const { status } = await fetch(to, { method: 'PUT', body: content });
      const back = await (await fetch(from, { cache: 'no-store' })).arrayBuffer();
      return { status, sent: await hex(content), got: await hex(back), length: back.byteLength };
    },
    { to: new URL(to, swerve.app.url).href, from: new URL(from, swerve.app.url).href, bytes },
  );
}

describe('a volume', () => {
  it.each([
    ['one', 'two'],
    ['two', 'one'],
  ])('keeps what %s wrote for %s', async (writer, other) => {
    expect(await put(writer, `from-${writer}`, 'hello from a guest')).toMatchObject({ status: 201, text: '18 bytes\n' });
    expect(await get(other, `from-${writer}`)).toBe('200 hello from a guest');
    expect(await fetchIn(panel, `${other}/from-${writer}`, { method: 'POST', body: ', and more' })).toMatchObject({ status: 201 });
    expect(await get(writer, `from-${writer}`)).toBe('200 hello from a guest, and more');
    expect(await get(other, '')).toContain(`from-${writer}\n`);
    expect(await fetchIn(panel, `${other}/from-${writer}`, { method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await get(writer, `from-${writer}`)).toBe('404 stat: No such file or directory\n');
  });

  it.each(['reader', 'component-reader'])('mounted read-only is read and not changed: %s', async (reader) => {
    await put('one', 'kept', 'as it was');
    expect(await get(reader, 'kept')).toBe('200 as it was');
    expect(await put(reader, 'kept', 'changed')).toMatchObject({ status: 403 });
    expect(await put(reader, 'new', 'new')).toMatchObject({ status: 403 });
    expect(await fetchIn(panel, `${reader}/kept`, { method: 'DELETE' })).toMatchObject({ status: 403 });
    expect(await get('one', 'kept')).toBe('200 as it was');
  });

  it.each([
    ['one', 'two'],
    ['two', 'one'],
  ])('takes and gives a long file whole: %s to %s', async (writer, reader) => {
    const bytes = 2_000_003;
    const { status, sent, got, length } = await throughVolume(panel, `${writer}/long`, `${reader}/long`, bytes);
    expect({ status, length }).toEqual({ status: 201, length: bytes });
    expect(got).toBe(sent);
  });

  // A GiB takes minutes: VOLUME_MIB=1024 npx vitest run --project browser test/browser/volumes/volumes.test.ts
  const MIB = Number(process.env['VOLUME_MIB'] ?? 4);
  it(`takes a file of ${MIB} MiB, a piece a request`, { timeout: 60_000 + MIB * 1_000 }, async () => {
    const seen = await panel.evaluate(
      async ({ url, mib }) => {
        const piece = new Uint8Array(2 ** 20).map((_, at) => (at * 31 + (at >> 8) * 7) & 0xff);
        for (let at = 0; at < mib; at += 1) {
          new DataView(piece.buffer).setUint32(0, at);
          const { status } = await fetch(url, { method: 'POST', body: piece });
          if (status !== 201) return `piece ${at} was answered with ${status}`;
        }
        const reader = (await fetch(url, { cache: 'no-store' })).body?.getReader();
        let offset = 0;
        for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
          for (const byte of part.value) {
            const at = offset % piece.length;
            const expected = at < 4 ? (Math.floor(offset / piece.length) >>> (24 - at * 8)) & 0xff : piece[at];
            if (byte !== expected) return `byte ${offset} is ${byte}, not ${expected}`;
            offset += 1;
          }
        }
        return offset;
      },
      { url: new URL('one/large', swerve.app.url).href, mib: MIB },
    );
    expect(seen).toBe(MIB * 2 ** 20);
    await fetchIn(panel, 'one/large', { method: 'DELETE' });
  });

  it('takes the lines of two Apps at once, each whole', async () => {
    const lines = 60;
    await Promise.all(['one', 'two'].map((app) => fetchIn(panel, `${app}/log?lines=${lines}`, { method: 'POST' })));
    const expected = Array.from({ length: lines }, (_, at) => at + 1).flatMap((number) => [number, number]);
    const { text } = await fetchIn(panel, 'one/log');
    expect(
      text
        .trim()
        .split('\n')
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(expected);
  });

  it('lets a guest read on what another has removed', async () => {
    const opened = await panel.evaluate(async (url) => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const answer = await fetch(`${url}?hold=1`, { method: 'PUT', body: readable, duplex: 'half' } as RequestInit);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      const said = (await reader?.read())?.value;
      await fetch(url, { method: 'DELETE' });
      await writer.write(new TextEncoder().encode('to a file without a name'));
      await writer.close();
      return [said, (await reader?.read())?.value, (await fetch(url)).status];
    }, new URL('one/removed', swerve.app.url).href);
    expect(opened).toEqual(['open\n', '24 bytes\n', 404]);
  });

  it('is another one in another namespace, and under another name', async () => {
    const { digest } = await uploadModule(panel, guestFile('volume-files'));
    await createApp(panel, { name: 'apart', source: { digest }, routes: [{ path: '/apart' }], volumes: [{ name: 'another', mountPath: '/data' }] });
    await createApp(panel, {
      name: 'one',
      namespace: 'elsewhere',
      source: { digest },
      routes: [{ path: '/elsewhere' }],
      volumes: [{ name: 'shared', mountPath: '/data' }],
    });
    await put('one', 'mine', 'mine');
    expect(await get('apart', '')).toBe('200 ');
    expect(await get('elsewhere', 'mine')).toMatch(/^404 /);
  });

  it('outlives every tab', async () => {
    await put('one', 'lasting', 'still here');
    await closeAllTabs(swerve);
    panel = await swerve.openPanel();
    expect(await get('two', 'lasting')).toBe('200 still here');
  });

  it.each(['one', 'two'])('has every line that %s said it wrote before its tab was killed', async (app) => {
    const page = await swerve.openPanel();
    const said: number[] = [];
    await page.exposeFunction('said', (text: string) => said.push(...text.split('\n').slice(0, -1).map(Number)));
    const name = `killed-${app}`;
    page
      .evaluate(
        async (url) => {
          const answer = await fetch(url, { method: 'POST' });
          const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
          let rest = '';
          for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
            const text = rest + piece.value;
            const end = text.lastIndexOf('\n') + 1;
            rest = text.slice(end);
            await (globalThis as unknown as { said(text: string): Promise<void> }).said(text.slice(0, end));
          }
        },
        new URL(`${app}/${name}?lines=1000000`, swerve.app.url).href,
      )
      .catch(() => {}); // Its page is killed.
    await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(50);
    swerve.allowConsole(/./);
    await crashTab(page);
    await closeAllTabs(swerve);
    panel = await swerve.openPanel();
    const { text } = await fetchIn(panel, `${app}/${name}`);
    const kept = text.split('\n').slice(0, -1).map(Number);
    expect(text.endsWith('\n')).toBe(true);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => at + 1));
    expect(kept.length).toBeGreaterThanOrEqual(said.at(-1) ?? Number.POSITIVE_INFINITY);
  });
});
