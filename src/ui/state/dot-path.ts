import { type Box, type ClusterLayout, fractionsOf, type Point } from './cluster-layout.ts';

/** The way of one dot, and how long it takes. */
export interface DotPath {
  points: readonly Point[];
  /** For each point how far along the way it is, from 0 to 1. */
  offsets: readonly number[];
  durationMs: number;
  /** Where its instance is; null: no instance answered, or it has gone already. */
  landing: Box | null;
}

const PIXELS_PER_MS = 0.45;
/** So quick that dots keep apart on the shortest of lines. */
const SHORTEST_MS = 220;
const LONGEST_MS = 1_300;
/** How far a request comes that no instance answers. */
const REFUSED_PX = 18;

/** The way of a request in the picture; null when its host is not there any more. */
export function pathOfDot({ ingress, machines }: ClusterLayout, { host, instance }: { host: string | null; instance: string | null }): DotPath | null {
  const start: Point = { x: ingress.x + ingress.width / 2, y: ingress.y + ingress.height };
  if (host === null) return timed([start, { x: start.x, y: start.y + REFUSED_PX }], null);
  const machine = machines.find(({ id }) => id === host);
  if (machine === undefined) return null;
  const cell = machine.cells.find(({ id }) => id === instance);
  return timed(machine.wire, cell === undefined ? null : { x: machine.x + cell.x, y: machine.y + cell.y, width: cell.width, height: cell.height });
}

function timed(points: readonly Point[], landing: Box | null): DotPath {
  const lengthPx = points.reduce(
    (sum, point, index) => sum + Math.hypot(point.x - (points[index - 1] ?? point).x, point.y - (points[index - 1] ?? point).y),
    0,
  );
  return { points, offsets: fractionsOf(points), durationMs: Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, lengthPx / PIXELS_PER_MS))), landing };
}
