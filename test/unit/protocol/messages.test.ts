import { describe, expect, it } from 'vitest';
import { isChangeMessage } from '../../../src/protocol/broadcast.ts';
import { isAnnouncement } from '../../../src/protocol/sw-host.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';

const JUNK: unknown[] = [null, undefined, 0, 'announce', [], {}, { type: null }, new Map(), { type: { type: 'announce' } }];

describe('isChangeMessage', () => {
  it('knows every hint, and nothing else', () => {
    const hints = [{ type: 'resources', resourceVersion: '3' }, { type: 'modules' }, { type: 'logs', namespace: 'default', app: 'hello' }];
    for (const hint of hints) expect(isChangeMessage(hint)).toBe(true);
    const broken = [{ type: 'resources' }, { type: 'resources', resourceVersion: 3 }, { type: 'logs', namespace: null, app: {} }, { type: 'other' }];
    for (const one of [...JUNK, ...broken]) expect(isChangeMessage(one)).toBe(false);
  });
});

describe('isAnnouncement', () => {
  const whole = {
    type: 'announce',
    version: PROTOCOL_VERSION,
    host: 'host-1',
    url: 'http://localhost/',
    features: { jspi: true },
    startedAtMs: 1,
    instances: [],
  };

  it('takes an announcement that can be read on, and one of another version whatever it holds', () => {
    expect(isAnnouncement(whole)).toBe(true);
    expect(isAnnouncement({ ...whole, instances: [{ id: 'a', uid: 'b' }] })).toBe(true);
    expect(isAnnouncement({ type: 'announce', version: PROTOCOL_VERSION + 1 })).toBe(true);
  });

  it('takes nothing else', () => {
    const broken = [
      { type: 'announce' },
      { type: 'announce', version: PROTOCOL_VERSION },
      { ...whole, host: 1 },
      { ...whole, features: null },
      { ...whole, instances: 'none' },
      { ...whole, instances: [null] },
      { ...whole, instances: [{ id: 'a' }] },
    ];
    for (const one of [...JUNK, ...broken]) expect(isAnnouncement(one)).toBe(false);
  });
});
