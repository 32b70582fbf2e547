import type { InstanceSpec } from '../../../src/core/instance-spec.ts';
import type { AppTarget } from '../../../src/ingress/app-pool.ts';
import type { HostInfo } from '../../../src/ingress/host-link.ts';
import type { FromHost, InstanceAnnouncement, InstanceId, ToHost } from '../../../src/protocol/sw-host.ts';
import type { FromInstance, ToInstance } from '../../../src/protocol/sw-instance.ts';

export function makeSpec(changes: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    namespace: 'default',
    name: 'hello',
    uid: 'uid-hello',
    generation: 1,
    digest: `sha256:${'a'.repeat(64)}`,
    format: 'core',
    abi: 'wagi',
    reuse: false,
    args: [],
    env: {},
    files: [],
    capabilities: {},
    config: {},
    concurrency: 2,
    memoryMiB: 256,
    timeoutMs: 10_000,
    idleSeconds: 300,
    minInstances: 0,
    restart: { policy: 'permanent', maxRestarts: 3, windowSeconds: 5 },
    ...changes,
  };
}

export function makeTarget(changes: Partial<Omit<AppTarget, 'spec'>> & { spec?: Partial<InstanceSpec> } = {}): AppTarget {
  return { maxInstances: 2, maxQueued: 8, durationMs: 10_000, ...changes, spec: makeSpec(changes.spec) };
}

export function announcementOf(id: InstanceId, spec: InstanceSpec): InstanceAnnouncement {
  return { id, namespace: spec.namespace, app: spec.name, uid: spec.uid, generation: spec.generation, concurrency: spec.concurrency, startedAtMs: 0 };
}

const openPorts = new Set<MessagePort>();

/** For `afterEach`: an open port would keep the process alive. */
export function closePorts(): void {
  for (const port of openPorts) port.close();
  openPorts.clear();
}

function openChannel(): { port1: MessagePort; port2: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  openPorts.add(port1).add(port2);
  return { port1, port2 };
}

/** What an instance does with a request, by itself. */
export type Behaviour = 'answers' | 'accepts' | 'silent';

/** The worker's end of an instance's line. */
export class TestInstance {
  /** The service worker's end. */
  readonly port: MessagePort;
  readonly received: ToInstance[] = [];
  readonly #line: MessagePort;

  constructor(behaviour: Behaviour = 'silent') {
    const { port1, port2 } = openChannel();
    this.port = port1;
    this.#line = port2;
    port2.onmessage = ({ data }: MessageEvent<ToInstance>) => {
      this.received.push(data);
      if (behaviour === 'silent' || data.type !== 'request') return;
      this.say({ type: 'accepted', id: data.id });
      if (behaviour === 'answers') this.answer(data.id);
    };
  }

  get types(): string[] {
    return this.received.map((message) => message.type);
  }

  say(message: FromInstance, transfer: Transferable[] = []): void {
    this.#line.postMessage(message, transfer);
  }

  answer(id: number): void {
    this.say({ type: 'head', id, status: 200, headers: [], bytes: new TextEncoder().encode('hello'), end: true });
    this.say({ type: 'done', id });
  }
}

/** A window's end of its control port. It answers pings until it is frozen. */
export class TestWindow {
  /** The service worker's end. */
  readonly port: MessagePort;
  readonly info: HostInfo;
  readonly received: ToHost[] = [];
  isFrozen = false;
  /** Called for each start that the window is asked for. */
  onSpawn: (id: InstanceId, spec: InstanceSpec) => void = () => {};
  /** Called for each line to a cluster that the page is asked for. */
  onOpenLine: (job: number, worker: string) => void = () => {};
  readonly #control: MessagePort;

  constructor(id: string) {
    const { port1, port2 } = openChannel();
    this.port = port1;
    this.#control = port2;
    this.info = {
      id,
      clientId: `client-${id}`,
      url: 'https://example.org/',
      features: { jspi: true, userAgent: 'test' },
      visibility: 'visible',
      startedAtMs: 0,
    };
    port2.onmessage = ({ data }: MessageEvent<ToHost>) => {
      if (this.isFrozen) return;
      this.received.push(data);
      if (data.type === 'ping') this.say({ type: 'pong', seq: data.seq });
      if (data.type === 'spawn') this.onSpawn(data.instance, data.spec);
      if (data.type === 'open-line') this.onOpenLine(data.job, data.worker);
    };
  }

  get spawned(): InstanceId[] {
    return this.received.flatMap((message) => (message.type === 'spawn' ? [message.instance] : []));
  }

  get terminated(): { instance: InstanceId; reason: string }[] {
    return this.received.flatMap((message) => (message.type === 'terminate' ? [{ instance: message.instance, reason: message.reason }] : []));
  }

  say(message: FromHost, transfer: Transferable[] = []): void {
    this.#control.postMessage(message, transfer);
  }

  ready(id: InstanceId, spec: InstanceSpec, instance: TestInstance): void {
    this.say({ type: 'instance-ready', instance: announcementOf(id, spec) }, [instance.port]);
  }
}
