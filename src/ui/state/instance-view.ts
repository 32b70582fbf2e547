import { APP_LABEL, type InstancePod } from '../api/kinds.ts';
import type { Tone } from './app-state.ts';

/** What an instance does; `other`: something that this panel does not know. */
export type InstanceState = 'starting' | 'serving' | 'stalled' | 'retiring' | 'other';

/** One instance, as the picture of the cluster shows it. */
export interface InstanceView {
  id: string;
  namespace: string;
  app: string;
  /** The host that it runs in; null while it has none. */
  host: string | null;
  state: InstanceState;
  /** The state in the words of the API. */
  label: string;
  tone: Tone;
  /** Why it does not serve; empty when it does. */
  message: string;
  inFlight: number;
  served: number;
  /** null: it has not answered yet. */
  medianReplyMs: number | null;
  /** null: not known. */
  memoryBytes: number | null;
  /** Unix epoch, milliseconds. */
  sinceMs: number;
}

const STATES: Readonly<Record<string, readonly [InstanceState, Tone]>> = {
  Serving: ['serving', 'good'],
  Starting: ['starting', 'busy'],
  Retiring: ['retiring', 'quiet'],
  Stalled: ['stalled', 'bad'],
};

/** `pod` as the picture of the cluster shows it. */
export function viewOfInstance({ metadata, spec, status }: InstancePod): InstanceView {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const label = ready?.reason ?? status?.phase ?? 'Unknown';
  const [state, tone] = STATES[label] ?? ['other', 'quiet'];
  return {
    id: metadata.name,
    namespace: metadata.namespace,
    app: metadata.labels?.[APP_LABEL] ?? '',
    host: spec.nodeName ?? null,
    state,
    label,
    tone,
    message: ready?.status === 'True' ? '' : (ready?.message ?? ''),
    inFlight: status?.requests?.inFlight ?? 0,
    served: status?.requests?.served ?? 0,
    medianReplyMs: status?.requests?.medianReplyMs ?? null,
    memoryBytes: status?.memoryBytes ?? null,
    sinceMs: Date.parse(status?.startTime ?? metadata.creationTimestamp),
  };
}
