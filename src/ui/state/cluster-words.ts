import { formatRate } from '../text.ts';
import type { Machine } from './cluster-map.ts';
import type { SceneInstance } from './cluster-scene.ts';

/** The picture of the cluster in one sentence: "2 hosts, 5 instances, 12 requests a second". */
export function wordsOfCluster(machines: readonly Machine[], perSecond: number): string {
  const instances = machines.reduce((sum, machine) => sum + machine.instances.length, 0);
  const traffic = perSecond === 0 ? 'no requests' : `${formatRate(perSecond)} requests a second`;
  return `${counted(machines.length, 'host')}, ${counted(instances, 'instance')}, ${traffic}`;
}

/** What an instance is and does: "hello, Serving, 2 under way". */
export function wordsOfInstance({ app, label, gone, inFlight }: SceneInstance): string {
  const state = gone === null ? label : WORDS_OF_GONE[gone];
  return `${app}, ${state}${inFlight > 0 && gone === null ? `, ${inFlight} under way` : ''}`;
}

/** What became of an instance. */
export const WORDS_OF_GONE: Readonly<Record<NonNullable<SceneInstance['gone']>, string>> = { retired: 'Ended', broken: 'Ended with requests under way' };

/** "1 host", "5 hosts". */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
