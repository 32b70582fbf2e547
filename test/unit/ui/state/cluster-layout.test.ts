import { describe, expect, it } from 'vitest';
import { type Box, type ClusterLayout, fractionsOf, layoutCluster, type MachineParts, roundedPath } from '../../../../src/ui/state/cluster-layout.ts';

const machinesOf = (...instances: number[]): MachineParts[] =>
  instances.map((count, host) => ({ id: `host-${host}`, instances: Array.from({ length: count }, (_, index) => `${host}/${index}`) }));

const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const within = (inner: Box, outer: Box) =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}

/** Whether a straight piece of a wire runs through the inside of `box`. */
function crosses(layout: ClusterLayout, box: Box): boolean {
  return layout.machines.some(({ wire }) =>
    wire.slice(1).some((to, index) => {
      const from = wire[index] ?? to;
      const piece = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) };
      return piece.x < box.x + box.width && box.x < piece.x + piece.width && piece.y < box.y + box.height && box.y < piece.y + piece.height;
    }),
  );
}

describe('layoutCluster', () => {
  const many = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
  it.each([
    [[0], 296],
    [[1], 296],
    [[60], 296],
    [[3, 0, 7], 296],
    [many, 296],
    [[60], 1200],
    [[2, 1], 720],
    [[1, 2, 3], 720],
    [[1, 2, 3, 4, 5], 720],
    [many, 1200],
    [many, 700],
    [[], 600],
  ])('hosts with %j instances in %i pixels: nothing overlaps, nothing is outside, every one has its place', (instances, widthPx) => {
    const machines = machinesOf(...instances);
    const layout = layoutCluster(machines, widthPx);
    const whole: Box = { x: 0, y: 0, width: layout.width, height: layout.height };
    expect(layout.width).toBe(widthPx);
    expect(layout.machines.map(({ id, cells }) => ({ id, instances: cells.map((cell) => cell.id) }))).toEqual(machines);
    for (const box of [layout.ingress, ...layout.machines]) expect(within(box, whole)).toBe(true);
    for (const [a, b] of pairs<Box>([layout.ingress, ...layout.machines])) expect(overlap(a, b)).toBe(false);
    for (const machine of layout.machines) {
      const inside: Box = { x: 0, y: 0, width: machine.width, height: machine.height };
      for (const cell of machine.cells) expect(within(cell, inside)).toBe(true);
      for (const [a, b] of pairs(machine.cells)) expect(overlap(a, b)).toBe(false);
    }
  });

  it.each([
    [many, 1200],
    [many, 700],
    [many, 296],
    [[1, 2, 3, 4, 5, 6, 7], 800],
  ])('lines run from the ingress to the top of each machine, along no other (%j in %i pixels)', (instances, widthPx) => {
    const layout = layoutCluster(machinesOf(...instances), widthPx);
    const { ingress } = layout;
    for (const machine of layout.machines) {
      expect(machine.wire[0]?.y).toBe(ingress.y + ingress.height);
      expect(machine.wire.at(-1)).toEqual({ x: machine.x + machine.width / 2, y: machine.y });
      expect(crosses(layout, machine)).toBe(false);
      for (const { x, y } of machine.wire) expect(x >= 0 && x <= layout.width && y <= layout.height).toBe(true);
    }
  });

  it('puts hosts beside each other where there is room, below each other on a phone', () => {
    const wide = layoutCluster(machinesOf(1, 1, 1), 1000).machines.map(({ y }) => y);
    expect(new Set(wide).size).toBe(1);
    const phone = layoutCluster(machinesOf(1, 1, 1), 320).machines.map(({ x }) => x);
    expect(new Set(phone).size).toBe(1);
  });
});

it('a place that is left free is as large as one that is taken', () => {
  const free = layoutCluster([{ id: 'h', instances: ['a', null, 'b', null] }], 320).machines[0];
  const taken = layoutCluster([{ id: 'h', instances: ['a', 'x', 'b', 'y'] }], 320).machines[0];
  expect(free?.cells).toEqual(taken?.cells.filter(({ id }) => id === 'a' || id === 'b'));
  expect(free?.free).toEqual(taken?.cells.filter(({ id }) => id === 'x' || id === 'y').map(({ x, y, width, height }) => ({ x, y, width, height })));
  expect(free?.height).toBe(taken?.height);
});

it('roundedPath rounds corners by no more than there is room for', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0, y: 10 },
    { x: 40, y: 10 },
  ];
  expect(roundedPath(points, 8)).toBe('M0 0L0 5Q0 10 5 10L40 10');
  expect(roundedPath([], 8)).toBe('');
});

it('fractionsOf tells how far along each corner is', () => {
  expect(
    fractionsOf([
      { x: 0, y: 0 },
      { x: 0, y: 10 },
      { x: 30, y: 10 },
    ]),
  ).toEqual([0, 0.25, 1]);
});
