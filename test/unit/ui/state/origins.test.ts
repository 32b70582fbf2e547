import { describe, expect, it, vi } from 'vitest';
import type { OriginMode } from '../../../../src/core/app-origin.ts';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { LOOK_EVENT, type LookRequest } from '../../../../src/protocol/panel-host.ts';
import { Origins } from '../../../../src/ui/state/origins.ts';
import { makeApp } from '../../control/app-fixture.ts';

const base = new URL('http://swerve.localhost:8080/');
const own: OriginMode = { mode: 'own', checkedAtMs: 1 };
const shared: OriginMode = { mode: 'shared', reason: 'no wildcard', checkedAtMs: 1 };

async function originsThat(...answers: (OriginMode | null | Error)[]) {
  const readOriginMode = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const origins = new Origins({ readOriginMode }, base);
  await origins.refresh();
  return origins;
}

const textsOf = (origins: Origins, ...parameters: Parameters<typeof makeApp>) => origins.addressesOf(makeApp(...parameters)).map(({ text }) => text);

describe('Origins', () => {
  it('names what tells Apps apart: paths where they share an origin, hosts where each has its own', async () => {
    const spec = { routes: [{ path: '/hello' }, { path: '/cart', host: 'shop.swerve.localhost' }] };
    expect(textsOf(await originsThat(shared), { spec })).toEqual(['/hello', 'shop.swerve.localhost/cart']);
    expect(textsOf(await originsThat(own), { spec })).toEqual(['hello.swerve.localhost:8080', 'shop.swerve.localhost:8080/cart']);
    expect((await originsThat(own)).addressesOf(makeApp({ spec }))[0]?.href).toBe('http://hello.swerve.localhost:8080/');
  });

  it('has no address for an App that insists on what it cannot have', async () => {
    expect(textsOf(await originsThat(shared), { spec: { document: { origin: 'own' } } })).toEqual([]);
    expect(textsOf(await originsThat(own), { spec: { document: { origin: 'shared' } } })).toEqual(['/hello']);
  });

  it('has an address to itself for those alone that have an origin to themselves', async () => {
    expect((await originsThat(own)).ownAddressOf(makeApp())).toBe('http://hello.swerve.localhost:8080/');
    expect((await originsThat(shared)).ownAddressOf(makeApp())).toBeNull();
  });

  it('keeps what it knew when it cannot ask, and says nothing when nothing changed', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const origins = await originsThat(own, new RuntimeError('host-unavailable', 'gone'), own, shared);
    const seen: (string | undefined)[] = [];
    origins.subscribe(() => seen.push(origins.mode?.mode));
    await origins.refresh();
    expect(origins.mode).toEqual(own);
    await origins.refresh();
    expect(seen).toEqual([]);
    await origins.refresh();
    expect(seen).toEqual(['shared']);
    vi.restoreAllMocks();
  });

  it('knows without asking where no server could have subdomains', () => {
    const origins = new Origins({ readOriginMode: () => new Promise(() => {}) }, new URL('http://localhost:8080/'));
    expect([origins.isRead, origins.canLook, origins.mode?.mode]).toEqual([true, false, 'shared']);
    expect(new Origins({ readOriginMode: () => new Promise(() => {}) }, base).isRead).toBe(false);
  });

  it('does not keep anybody waiting for what cannot be read', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect((await originsThat(new RuntimeError('host-unavailable', 'gone'))).isRead).toBe(true);
    vi.restoreAllMocks();
  });

  it('has the host of its document look, and reads what came of it', async () => {
    const window = new EventTarget();
    vi.stubGlobal('dispatchEvent', (event: Event) => window.dispatchEvent(event));
    try {
      const asked: LookRequest[] = [];
      window.addEventListener(LOOK_EVENT, (event) => asked.push((event as CustomEvent<LookRequest>).detail));
      const origins = await originsThat(shared, own);
      const first = origins.look();
      const second = origins.look();
      expect(origins.isLooking).toBe(true);
      expect(asked).toHaveLength(1);
      asked[0]?.answer('found');
      await Promise.all([first, second]);
      expect([origins.isLooking, origins.isWithoutAnswer, origins.mode?.mode]).toEqual([false, false, 'own']);
      const third = origins.look();
      asked[1]?.answer('unknown');
      await third;
      expect(origins.isWithoutAnswer).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
