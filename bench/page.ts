/** What the measuring page runs: the very code of the panel's own measurement. */
import { Load } from '../src/ui/benchmark/load.ts';

declare global {
  interface Window {
    swerveLoad: Promise<Load>;
  }
}

const { scope } = await navigator.serviceWorker.ready;
window.swerveLoad = Load.open(new URL(scope));
await window.swerveLoad;
