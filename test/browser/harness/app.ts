import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startServer } from '../../../scripts/serve.mjs';

/** The built app behind a static server of its own. Whoever started it must `stop()` it. */
export interface App {
  /** Address of the panel, with a slash at its end; also the service worker's scope. Stays the same over restarts. */
  readonly url: string;
  /** The same where Apps have origins of their own. */
  readonly siteUrl: string;
  /** Makes the app unreachable: every connection is cut and the port refuses. Idempotent. */
  stop(): Promise<void>;
  /** Serves again at the same address, from `dist` when another build is given (an upgrade). */
  restart(dist?: string): Promise<void>;
}

/** Serves the build under test on a free port, at the path `base` (with a slash at both ends; `/` unless given). */
export async function startApp({ base = '/', dist = inject('distDir') }: { base?: string; dist?: string } = {}): Promise<App> {
  let server: Awaited<ReturnType<typeof startServer>> | null = await startServer({ port: 0, dir: dist, base });
  const { port, url, siteUrl } = server;
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = null;
  };
  return {
    url,
    siteUrl,
    stop,
    async restart(other = dist) {
      await stop();
      server = await startServer({ port, dir: other, base });
    },
  };
}

/** A copy of the build under test for `edit` to change, as the next release would; the caller must `remove()` it. */
export async function copyBuild(edit: (folder: string) => Promise<void>): Promise<{ dist: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'swerve-build-'));
  const dist = join(folder, 'dist');
  await cp(inject('distDir'), dist, { recursive: true });
  await edit(dist);
  return { dist, remove: () => rm(folder, { recursive: true }) };
}
