import { describe, expect, it } from 'vitest';
import { archivedApp } from '../../../../src/ui/state/archive.ts';
import { changedFields } from '../../../../src/ui/state/import-plan.ts';
import { makeApp } from '../../control/app-fixture.ts';

const before = makeApp({
  labels: { team: 'web' },
  spec: { env: { GREETING: 'Hello' }, args: ['a'], routes: [{ path: '/hello' }, { path: '/hi', methods: ['GET'] }] },
});
const changes = (...[app]: Parameters<typeof makeApp>) => changedFields(archivedApp(before), archivedApp(makeApp(app)));
const same = { labels: { team: 'web' }, spec: { env: { GREETING: 'Hello' }, args: ['a'], routes: [{ path: '/hello' }, { path: '/hi', methods: ['GET'] }] } };

describe('changedFields', () => {
  it('is empty for the same App, whatever the server made of it', () => {
    expect(changes({ ...same, uid: 'other', generation: 9, resourceVersion: '77' })).toEqual([]);
  });

  it('names each field with its value before and after', () => {
    expect(
      changes({
        spec: {
          ...same.spec,
          env: { GREETING: 'Moin', MORE: '1' },
          args: [],
          limits: { queue: 7 },
          routes: [{ path: '/hello' }, { path: '/ahoy', methods: ['GET'] }],
        },
      }),
    ).toEqual([
      { field: 'metadata.labels.team', before: 'web', after: '' },
      { field: 'spec.routes[1].path', before: '/hi', after: '/ahoy' },
      { field: 'spec.args[0]', before: 'a', after: '' },
      { field: 'spec.env.GREETING', before: 'Hello', after: 'Moin' },
      { field: 'spec.env.MORE', before: '', after: '1' },
      { field: 'spec.limits.queue', before: '64', after: '7' },
    ]);
  });

  it('cuts what is long', () => {
    const [change] = changes({ ...same, spec: { ...same.spec, env: { GREETING: 'x'.repeat(5_000) } } });
    expect(change?.after).toHaveLength(201);
  });
});
