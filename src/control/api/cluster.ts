import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { json } from './answers.ts';
import type { ApiContext } from './context.ts';

/** GET `version`. `major` and `minor` are the Kubernetes API level that the shapes follow; Swerve's own version is in `gitVersion`. */
export async function getVersion({ dependencies }: ApiContext): Promise<Response> {
  const { version } = dependencies;
  return json({ major: '1', minor: '32', gitVersion: `v1.32.0-swerve.${version}`, swerve: version, protocol: PROTOCOL_VERSION, platform: 'browser/wasm' });
}

/** GET `storage`: what the origin uses of what the browser gives it. */
export async function getStorage({ dependencies }: ApiContext): Promise<Response> {
  return json(await dependencies.storage());
}
