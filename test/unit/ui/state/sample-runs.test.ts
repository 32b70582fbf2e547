import { expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { freeName } from '../../../../src/ui/state/sample-runs.ts';

const app = (name: string, ...paths: string[]) => ({ metadata: { name }, spec: { routes: paths.map((path) => ({ path })) } }) as unknown as App;

it('a sample takes its own name unless an App has it or answers there', () => {
  expect(freeName('clock', [])).toBe('clock');
  expect(freeName('clock', [app('clock', '/elsewhere')])).toBe('clock-2');
  expect(freeName('clock', [app('time', '/clock'), app('clock-2', '/x')])).toBe('clock-3');
});
