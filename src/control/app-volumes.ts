import type { App } from '../core/app.ts';
import type { VolumeRepository } from '../store/volumes.ts';

/** Names of the volumes that `app` mounts and that are not there. @throws RuntimeError `storage-failed` */
export async function missingVolumes({ metadata, spec }: App, volumes: Pick<VolumeRepository, 'get'>): Promise<string[]> {
  const names = [...new Set(spec.volumes?.map(({ name }) => name))];
  const found = await Promise.all(names.map((name) => volumes.get({ namespace: metadata.namespace, name })));
  return names.filter((_, at) => found[at] === null);
}

/** Makes the volumes that `app` mounts and that are not there, as Kubernetes provisions claims. They stay when the App goes. @throws RuntimeError `storage-full`, `storage-failed` */
export async function provisionVolumes(app: App, volumes: Pick<VolumeRepository, 'get' | 'ensure'>): Promise<void> {
  for (const name of await missingVolumes(app, volumes)) await volumes.ensure({ namespace: app.metadata.namespace, name });
}
