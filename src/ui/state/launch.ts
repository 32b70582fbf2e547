import { RuntimeError } from '../../core/errors.ts';
import type { OutsideFiles } from './outside-files.ts';

/** https://wicg.github.io/web-app-launch/ and https://developer.chrome.com/docs/capabilities/web-apis/file-handling, not yet in TypeScript's libraries. */
interface LaunchParams {
  readonly files?: readonly FileSystemHandle[];
}
interface LaunchQueue {
  setConsumer(consumer: (params: LaunchParams) => void): void;
}

/** Where the files go. */
export type FileTaker = Pick<OutsideFiles, 'take' | 'tell'>;

/** Takes the files that the system opens with Swerve, now and later, as if they were dropped. Does nothing where files cannot be opened with an app. */
export function takeLaunches(taker: FileTaker): void {
  const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer((params) => void takeLaunch(params.files ?? [], taker));
}

/** Reads what one launch brought; files that cannot be read are told and the others taken. */
export async function takeLaunch(handles: readonly FileSystemHandle[], taker: FileTaker): Promise<void> {
  const files: File[] = [];
  const lost: string[] = [];
  for (const handle of handles) {
    try {
      files.push(await (handle as FileSystemFileHandle).getFile());
    } catch (error) {
      lost.push(`${handle.name} (${RuntimeError.from(error).message})`);
    }
  }
  if (lost.length > 0) taker.tell(`The browser could not read ${lost.join(', ')}. Open it again, or drop it here.`);
  if (files.length > 0) await taker.take(files);
}
