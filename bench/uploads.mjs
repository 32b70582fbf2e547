/** From the first byte of an upload to the last of the App's first answer. */
import { readFile } from 'node:fs/promises';
import { GUESTS } from './guests.mjs';

/** A section that says nothing, with bytes that nobody has seen: the module is new to every store. @param {Uint8Array} wasm */
function unseen(wasm) {
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  // Custom section (id 0), 18 bytes: a name of one byte and the nonce.
  return Buffer.concat([wasm, Uint8Array.of(0, 18, 1, 0x78), nonce]);
}

const CASES = [
  { guest: 'fresh', title: 'component of 0.1 MB' },
  { guest: 'js', title: 'component of 13 MB' },
];

/**
 * One round: each file on each build. The App is deleted again.
 * @param {readonly { setup: import('./setup.mjs').Setup, panel: import('./setup.mjs').Page, measures: import('./report.mjs').Measures }[]} runs @param {number} round
 */
export async function measureUploads(runs, round) {
  for (const { guest: name, title } of CASES) {
    const guest = GUESTS.find((one) => one.name === name);
    if (!guest) throw new Error(`there is no guest ${name}`);
    const wasm = await readFile(await guest.file());
    for (const { panel, measures } of runs) {
      const input = await panel.evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file' }));
      await input.setInputFiles({ name: 'module.wasm', mimeType: 'application/wasm', buffer: unseen(wasm) });
      const times = await input.evaluate(async (element) => {
        const { scope } = await navigator.serviceWorker.ready;
        const api = new URL('_swerve/', scope);
        const apps = new URL('apis/swerve.dev/v1/namespaces/default/apps', api);
        // Read beforehand: a file of the disk is none of Swerve's work.
        const body = await new Response(element.files?.[0] ?? null).arrayBuffer();
        const startMs = performance.now();
        const module = await fetch(new URL('modules', api), { method: 'POST', headers: { 'content-type': 'application/wasm' }, body });
        const { digest } = await module.json();
        const storedMs = performance.now();
        const created = await fetch(apps, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ metadata: { name: 'upload' }, spec: { source: { digest }, routes: [{ path: '/upload' }] } }),
        });
        if (created.status !== 201) throw new Error(await created.text());
        const answer = await fetch(new URL('upload/time', scope));
        await answer.text();
        const endMs = performance.now();
        if (answer.status !== 200) throw new Error(`the first answer was ${answer.status}`);
        await fetch(new URL('apps/upload', `${apps.href.slice(0, -4)}`), { method: 'DELETE' });
        await fetch(new URL(`modules/${digest}`, api), { method: 'DELETE' });
        return { storedMs: storedMs - startMs, totalMs: endMs - startMs };
      });
      /** @param {string} what @param {number} ms */
      const add = (what, ms) =>
        measures.add({ id: `uploads/${name}/${what}`, group: 'upload to first answer', title, what, unit: 'ms', better: 'lower', limit: null }, round, [ms]);
      add('stored and transpiled', times.storedMs);
      add('to the first answer', times.totalMs);
      await input.dispose();
    }
  }
}
