import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { transpilerName } from '../../../src/protocol/transpiler.ts';

describe('transpilerName', () => {
  it('tells the installed version and the mode apart', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../../node_modules/@bytecodealliance/jco-transpile/package.json', import.meta.url), 'utf8'));
    expect(transpilerName({ jspi: true })).toBe(`jco-transpile@${manifest.version}+1/jspi`);
    expect(transpilerName({ jspi: false })).toBe(`jco-transpile@${manifest.version}+1/sync`);
  });
});
