import { describe, expect, it } from 'vitest';
import { layoutCluster } from '../../../../src/ui/state/cluster-layout.ts';
import { pathOfDot } from '../../../../src/ui/state/dot-path.ts';

const layout = layoutCluster(
  [
    { id: 'host-1', instances: ['a', null, 'b'] },
    { id: 'host-2', instances: [] },
  ],
  900,
);
const [first, second] = layout.machines;

describe('pathOfDot', () => {
  it('runs along the line of the host, and lands where the instance is', () => {
    const path = pathOfDot(layout, { host: 'host-1', instance: 'b' });
    expect(path?.points).toEqual(first?.wire);
    expect(path?.offsets.at(0)).toBe(0);
    expect(path?.offsets.at(-1)).toBe(1);
    const cell = first?.cells.find(({ id }) => id === 'b');
    expect(path?.landing).toEqual({ x: (first?.x ?? 0) + (cell?.x ?? 0), y: (first?.y ?? 0) + (cell?.y ?? 0), width: cell?.width, height: cell?.height });
  });

  it('ends at the host when the instance has gone already', () => {
    const path = pathOfDot(layout, { host: 'host-2', instance: 'gone' });
    expect(path?.points).toEqual(second?.wire);
    expect(path?.landing).toBe(null);
  });

  it('stays near the ingress when no instance answered', () => {
    const path = pathOfDot(layout, { host: null, instance: null });
    expect(path?.points).toHaveLength(2);
    expect(path?.points[0]?.y).toBe(layout.ingress.y + layout.ingress.height);
    expect(path?.landing).toBe(null);
  });

  it('is none for a host that has gone', () => {
    expect(pathOfDot(layout, { host: 'host-3', instance: 'a' })).toBe(null);
  });
});
