/** What Swerve is for, in every engine: a file in, an address that answers, and the same bytes everywhere. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fetchJsFile } from '../../scripts/fetch-js-file.mjs';
import { callApi, createApp, deleteApp, readApp, untilCondition } from '../browser/harness/api.ts';
import { exampleFile, guestFile, PACKAGED } from '../browser/harness/wasm-files.ts';
import type { Tab } from './harness/engine.ts';
import { serveFiles, uploadFile } from './harness/guests.ts';
import { describeEngines } from './harness/use-engine.ts';

const PHP = `<?php
header('X-Engine: php ' . PHP_VERSION);
echo json_encode(['get' => $_GET, 'post' => $_POST, 'sum' => hash('sha256', 'swerve'), 'pi' => M_PI, 'sorted' => array_unique([3, 1, 3])]);
`;

/** What each guest is asked, and the SHA-256 of status and body that every engine must give. Nothing in the answers depends on the day, the port or the browser. */
const EXPECTED: readonly { path: string; body?: string; type?: string; sha256: string }[] = [
  { path: 'hello-c', body: 'Grüße, 世界', sha256: 'bccf1d4406992528a9a323fb46a702ad5ce1932d2e54c8ddc93f24ae4535458d' },
  { path: 'hello-rust?name=Ada', sha256: 'ce5a28591a4278e13a63e99629ef1cc3827e5648cc6d3aa2977cc95ccfb73d60' },
  { path: 'hello-rust', body: '0123456789'.repeat(50_000), sha256: '25cc47f31d37a328bb2a701876525ffb1c6e5feb3d11d7f2e95d4f628ff2abe8' },
  { path: 'stream-rust/bytes?n=300000', sha256: 'c615f00e96f7379e4b2c413f60eec94e0db7f7116b1d2f5d566aedce21eaa5e9' },
  { path: 'stream-rust/upper', body: 'many words '.repeat(50_000), sha256: '960ba6c96989e512f98fea72cfbe156a4ade3cc18c9fbc4d72800caf9d0d0276' },
  { path: 'stream-rust/status?code=404', sha256: 'b5984e2f0023cc339deac635bf2db281f902e2ef913b97252c43e3a9206177f7' },
  { path: 'fractal?z=2&x=1&y=2&size=256', sha256: 'c1240ca8767f727ff5ea2fad877cb2e595b720e4920dffb130c672cea1449428' },
  { path: 'qr?text=Swerve', sha256: 'dae10bb8c575ab7ca8f215b06c62084c61879289607529afcb7f9065340b036e' },
  { path: 'cli', sha256: '48ce4261a2229c2d18eeed80687cf97dd9defe13279b5534bd4440c37535882b' },
  { path: 'js?format=json&name=Ada', sha256: '339f968cd00d95408c604f8f41bcb4dcf83438ebca1de81ba8ded84293dfda34' },
  { path: 'js', body: '{"n":1}', type: 'application/json', sha256: '3ae6989df17f1644e1f7229aa2c22fe86e1d3b730f7d07156be81242bee17f74' },
  { path: 'php?x=1&list[]=a&list[]=b', sha256: '16e73fdf0c0388af11d45a10d24985682e7e92b49534217f9cb4d7fa0a17f825' },
  {
    path: 'php',
    body: 'name=Ada&likes[]=tea',
    type: 'application/x-www-form-urlencoded',
    sha256: 'd5bb2ac4f6fba66106bd991d621a5c1f376915750083eae8717756e56535e6c3',
  },
];

/** At an origin of its own a guest runs as it does elsewhere; what leads there is another way. So some are asked, none of which tells its path. */
const EXPECTED_OWN = EXPECTED.filter(({ path, body }) => /^(hello-c|stream-rust|cli)\b/.test(path) || (path === 'hello-rust' && body !== undefined));

describeEngines('a file to an address', (swerve) => {
  let panel: Tab;
  swerve.before(async () => {
    panel = await swerve.openPanel();
    await serveFiles(panel, {
      'hello-c': { file: exampleFile('hello-c') },
      'hello-rust': { file: exampleFile('hello-rust') },
      'stream-rust': { file: exampleFile('stream-rust') },
      cli: { file: guestFile('cli-component') },
    });
    if (swerve.mode === 'own') return;
    await serveFiles(panel, {
      fractal: { file: exampleFile('fractal') },
      qr: { file: exampleFile('qr') },
      js: { file: await fetchJsFile() },
      php: {
        file: PACKAGED.phpCgi(),
        args: ['php-cgi'],
        env: { REDIRECT_STATUS: '200', SCRIPT_FILENAME: '/app/index.php', PATH_TRANSLATED: '/app/index.php' },
        files: [{ path: '/app/index.php', text: PHP }],
        bufferRequest: true,
      },
    });
  });

  it('installs: the service worker is in control, and all of the build is stored', async () => {
    expect(await panel.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
    expect(await panel.title()).toContain('Swerve');
  });

  it('uploads the bytes as they are', async () => {
    const report = await uploadFile(panel, exampleFile('hello-c'));
    const stored = await panel.evaluate(async (digest) => {
      const response = await fetch(`_swerve/modules/${digest}?bytes=1`);
      const sum = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
      return `sha256:${Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    }, report.digest);
    expect(stored).toBe(report.digest);
  });

  it('refuses a file that is no module, and says why', async () => {
    await expect(uploadFile(panel, 'package.json')).rejects.toThrow(/answered with 4\d\d/);
  });

  it.each(swerve.mode === 'own' ? EXPECTED_OWN : EXPECTED)('$path has the same answer as in every engine', async ({ path, body: sent, type, sha256 }) => {
    const { status, base64 } = await swerve.evaluateAt(
      path,
      async ([address, { sent, type }]) => {
        const init = sent === undefined ? {} : { method: 'POST', body: sent, headers: { 'content-type': type ?? 'text/plain' } };
        const response = await fetch(address, init);
        const bytes = new Uint8Array(await response.arrayBuffer());
        let binary = '';
        for (const byte of bytes) binary += String.fromCharCode(byte);
        return { status: response.status, base64: btoa(binary) };
      },
      { sent, type },
    );
    const body = Buffer.from(base64, 'base64');
    expect(createHash('sha256').update(`${status}\n`).update(body).digest('hex'), body.subarray(0, 500).toString()).toBe(sha256);
  });

  it('reads, changes and deletes an App through the API', async () => {
    const { digest } = await uploadFile(panel, exampleFile('hello-c'));
    await createApp(panel, { name: 'brief', source: { digest }, routes: [{ path: '/brief' }], env: { GREETING: 'Good day' } });
    await untilCondition(panel, 'brief');
    expect((await swerve.ask('brief?format=json')).text).toContain('Good day');
    const app = await readApp(panel, 'brief');
    await callApi(panel, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/brief', { ...app, spec: { ...app.spec, env: { GREETING: 'Good night' } } });
    expect((await swerve.ask('brief?format=json')).text).toContain('Good night');
    await deleteApp(panel, 'brief');
    expect((await swerve.ask('brief')).status).toBe(404);
  });
});
