/** Bodies of requests that are too large to be held: streams over HTTP/2, which a browser sends to servers with a certificate alone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { serveGuests } from './guests.ts';

/** A certificate for tests, made by openssl; null where there is none. */
function makeCertificate(): { key: Buffer; cert: Buffer } | null {
  const folder = mkdtempSync(join(tmpdir(), 'swerve-certificate-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    // Told by the name of what is skipped.
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const certificate = makeCertificate();
const SIZE_BYTES = 9_000_000;

describe.skipIf(certificate === null)(
  certificate === null ? 'skipped: there is no openssl to make a certificate with' : 'a body that is too large to be held',
  () => {
    const swerve = useSwerve({ flags: ['--ignore-certificate-errors'] });
    const servers: Server[] = [];

    /** Answers how many bytes it was sent. */
    async function serve(isHttp2: boolean): Promise<string> {
      const options = certificate ?? {};
      const answer = (request: Readable, response: { setHeader(name: string, value: string): unknown; end(text: string): unknown }): void => {
        response.setHeader('access-control-allow-origin', '*');
        response.setHeader('access-control-allow-methods', '*');
        response.setHeader('access-control-allow-headers', '*');
        let bytes = 0;
        request.on('data', (piece: Buffer) => {
          bytes += piece.length;
        });
        request.on('end', () => response.end(String(bytes)));
      };
      const server: Server = isHttp2 ? createSecureServer(options, answer) : createServer(options, answer);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    let post: (origin: string) => Promise<string>;
    const origins = { h2: '', h1: '' };

    beforeAll(async () => {
      origins.h2 = await serve(true);
      origins.h1 = await serve(false);
      const panel = await swerve.openPanel();
      await serveGuests(panel, { forward: { guest: 'forward', capabilities: { http: { allow: [origins.h2, origins.h1] } } } });
      post = (origin) =>
        panel.evaluate(async ([path, size]) => (await fetch(path, { method: 'POST', body: 'x'.repeat(size) })).text(), [
          `forward/pass?to=${encodeURIComponent(`${origin}/`)}`,
          SIZE_BYTES,
        ] as const);
    });
    afterAll(() => {
      for (const server of servers) server.close();
    });

    it('is streamed to a server with HTTP/2', async () => {
      expect(await post(origins.h2)).toBe(String(SIZE_BYTES));
    });

    it('fails where there is HTTP/1 alone, with what a browser tells', async () => {
      swerve.allowConsole(/ERR_/);
      expect(await post(origins.h1)).toContain('ErrorCode::InternalError(Some("the browser gave no answer of');
    });
  },
);
