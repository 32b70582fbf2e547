import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { findChromium } from '../../../scripts/find-chromium.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the browser's program. */
    chromiumPath: string;
    /** Folder of the build under test. */
    distDir: string;
  }
}

/** Finds (or installs) the browser and makes the build under test, once per run; `SWERVE_DIST` names a build that exists already. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('chromiumPath', await findChromium({ install: true }));
  const given = process.env['SWERVE_DIST'];
  if (!given) await build(project.vitest.config.root);
  project.provide('distDir', resolve(project.vitest.config.root, given || 'dist'));
}

/** In a process of its own: here NODE_ENV is `test`, with which libraries build their slower development variants. */
async function build(root: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  const { NODE_ENV: _, ...env } = process.env;
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, env });
}
