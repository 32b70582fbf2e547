import { describe, expect, it } from 'vitest';
import { OriginController } from '../../../src/control/controllers/origin-controller.ts';
import type { App } from '../../../src/core/app.ts';
import type { OriginMode, OriginRecord } from '../../../src/core/app-origin.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import { makeApp } from './app-fixture.ts';
import { FakeTimers, settle } from './fake-timers.ts';

const base = new URL('http://swerve.localhost/');
const HELLO = 'http://hello.swerve.localhost';
const OTHER = 'http://other.swerve.localhost';
const own: OriginMode = { mode: 'own', checkedAtMs: 0 };

/** Records as the store keeps them, and a browser whose frames do what they are told, or fail. */
class World {
  mode: OriginMode | null = own;
  apps: App[] = [];
  readonly records = new Map<string, OriginRecord>();
  readonly done: string[] = [];
  failure: Error | null = null;
  gate: Promise<void> = Promise.resolve();
  running = 0;
  readonly timers = new FakeTimers();
  readonly stop = new AbortController();
  readonly controller = new OriginController({
    origins: {
      mode: async () => this.mode,
      get: async (origin) => this.records.get(origin) ?? null,
      list: async () => [...this.records.values()],
      put: async (record) => void this.records.set(record.origin, record),
      delete: async (origin) => void this.records.delete(origin),
    },
    index: Object.defineProperty({ sync: async () => {}, apps: [] as App[] }, 'apps', { get: () => this.apps }),
    base,
    work: { install: (origin) => this.#work('install', origin), clear: (origin) => this.#work('clear', origin) },
    clock: systemClock,
    timers: this.timers,
    random: () => 0.5,
  });

  constructor() {
    this.controller.start(this.stop.signal);
  }

  async look(): Promise<void> {
    await this.controller.look();
    await settle();
  }

  states(): Record<string, string> {
    return Object.fromEntries([...this.records.values()].map(({ origin, state }) => [origin, state]));
  }

  async #work(what: string, origin: string): Promise<void> {
    this.running += 1;
    expect(this.running, 'one frame at a time').toBe(1);
    try {
      await this.gate;
      if (this.failure) throw this.failure;
      this.done.push(`${what} ${origin}`);
    } finally {
      this.running -= 1;
    }
  }
}

describe('OriginController', () => {
  it('installs what each App needs, once, one after another', async () => {
    const world = new World();
    world.apps = [makeApp({ name: 'hello' }), makeApp({ name: 'other' })];
    await world.look();
    await world.look();
    expect(world.done).toEqual([`install ${HELLO}`, `install ${OTHER}`]);
    expect(world.records.get(HELLO)).toMatchObject({ state: 'installed', namespace: 'default', app: 'hello', uid: 'uid-hello' });
  });

  it('clears what nobody has any more, and forgets it then', async () => {
    const world = new World();
    world.apps = [makeApp()];
    await world.look();
    world.apps = [];
    let open = (): void => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    await world.look();
    expect(world.states()).toEqual({ [HELLO]: 'clearing' });
    open();
    await settle();
    expect(world.done).toEqual([`install ${HELLO}`, `clear ${HELLO}`]);
    expect(world.records.size).toBe(0);
  });

  it('clears the origin before another App of the name has it', async () => {
    const world = new World();
    world.apps = [makeApp()];
    await world.look();
    world.apps = [makeApp({ uid: 'second' })];
    await world.look();
    expect(world.done).toEqual([`install ${HELLO}`, `clear ${HELLO}`, `install ${HELLO}`]);
    expect(world.records.get(HELLO)).toMatchObject({ state: 'installed', uid: 'second' });
  });

  it('says why it failed, and tries again later and when the network comes back', async () => {
    const world = new World();
    world.apps = [makeApp()];
    world.failure = new RuntimeError('internal', 'no certificate');
    await world.look();
    expect(world.records.get(HELLO)).toMatchObject({ state: 'failed', message: 'no certificate' });
    // Its own record is a change too: looking at that must not go round in circles.
    await world.look();
    expect(world.timers.count).toBe(1);
    world.failure = null;
    world.controller.retry();
    await settle();
    expect(world.states()).toEqual({ [HELLO]: 'installed' });
    expect(world.records.get(HELLO)).not.toHaveProperty('message');

    world.apps = [];
    world.failure = new Error('offline');
    await world.look();
    expect(world.records.get(HELLO)).toMatchObject({ state: 'clearing', message: 'offline' });
    world.failure = null;
    await world.timers.advance(10_000);
    expect(world.records.size).toBe(0);
  });

  it('does not wait to clear what failed once its App is gone', async () => {
    const world = new World();
    world.apps = [makeApp()];
    world.failure = new Error('offline');
    await world.look();
    world.failure = null;
    world.apps = [];
    await world.look();
    expect(world.done).toEqual([`clear ${HELLO}`]);
    expect(world.records.size).toBe(0);
  });

  it.each([null, { mode: 'shared', reason: 'no wildcard', checkedAtMs: 0 } as const])('clears nothing while the mode is %o', async (mode) => {
    const world = new World();
    world.apps = [makeApp()];
    await world.look();
    world.mode = mode;
    world.apps = [];
    await world.look();
    expect(world.states()).toEqual({ [HELLO]: 'installed' });
  });

  it('goes on where another window was stopped', async () => {
    const world = new World();
    world.records.set(HELLO, { origin: HELLO, namespace: 'default', app: 'hello', uid: 'uid-hello', state: 'clearing', atMs: 0 });
    await world.look();
    expect(world.done).toEqual([`clear ${HELLO}`]);
    expect(world.records.size).toBe(0);
  });
});
