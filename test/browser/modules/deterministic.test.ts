/** `spec.deterministic`: what guests learn of time and chance, in both hosts. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
});

const START_NS = BigInt(Date.UTC(2026, 0, 31, 12)) * 1_000_000n;
const STEP_NS = 1_000n;

const little = (hex: string, bytes: number, at = 0): bigint =>
  Buffer.from(hex, 'hex')
    .subarray(at, at + bytes)
    .reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

describe.each([
  ['preview 1', 'senses', (line: string) => little(line, 8)],
  ['WASI 0.2', 'senses-component', (line: string) => little(line, 8) * 1_000_000_000n + little(line, 4, 8)],
])('a guest of %s', (_what, guest, wallNs) => {
  const linesOf = async () => (await fetchIn(panel, guest)).text.trimEnd().split('\n');

  it('sees the same time and chance in every request, and waits move its clock on', async () => {
    const { digest } = await uploadModule(panel, guestFile(guest));
    await createApp(panel, {
      name: guest,
      source: { digest },
      routes: [{ path: `/${guest}` }],
      deterministic: { seed: 7, now: '2026-01-31T12:00:00Z' },
    });
    const first = await linesOf();
    expect(first).toHaveLength(4);
    const [wall = '', started = '', waited = '', random = ''] = first;
    expect(wallNs(wall)).toBe(START_NS + STEP_NS);
    expect(little(started, 8)).toBe(2n * STEP_NS);
    expect(little(waited, 8)).toBe(5_000_000n + 3n * STEP_NS);
    expect(random).not.toMatch(/^0+$/);
    expect(await linesOf()).toEqual(first);

    await callApi(panel, 'PUT', `apis/swerve.dev/v1/namespaces/default/apps/${guest}`, {
      spec: { source: { digest }, routes: [{ path: `/${guest}` }], deterministic: { seed: 8, now: '2026-01-31T12:00:00Z' } },
    });
    const other = await linesOf();
    expect(other.slice(0, 3)).toEqual(first.slice(0, 3));
    expect(other[3]).not.toBe(random);
  });

  it('sees the real time and other bytes each time without it', async () => {
    const { digest } = await uploadModule(panel, guestFile(guest));
    await callApi(panel, 'PUT', `apis/swerve.dev/v1/namespaces/default/apps/${guest}`, { spec: { source: { digest }, routes: [{ path: `/${guest}` }] } });
    const [first, second] = [await linesOf(), await linesOf()];
    expect(wallNs(second[0] ?? '')).toBeGreaterThan(START_NS);
    expect(little(second[1] ?? '', 8)).toBeGreaterThan(little(first[1] ?? '', 8));
    expect(second[3]).not.toBe(first[3]);
  });
});
