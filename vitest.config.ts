import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts', 'test/conformance/**/*.test.ts'],
        },
      },
      {
        // By itself only: `npm run chaos`.
        test: {
          name: 'chaos',
          environment: 'node',
          include: process.env['SWERVE_CHAOS_MINUTES'] ? ['test/chaos/**/*.test.ts'] : [],
          globalSetup: ['./test/browser/harness/global-setup.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['./test/browser/harness/global-setup.ts'],
          // Each file drives a whole Chromium: two at once starve each other on a small machine.
          fileParallelism: false,
          // After the unit tests, whose load would disturb what is timed here.
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // The default of one second is less than a busy machine may need for what a person would wait for.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'engines',
          environment: 'node',
          include: ['test/engines/**/*.test.ts'],
          globalSetup: ['./test/engines/harness/global-setup.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
