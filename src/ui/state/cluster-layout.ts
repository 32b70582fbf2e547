/** Where everything is in the picture of the cluster, in pixels from its top left corner. */

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** One instance in its machine. */
export interface CellLayout extends Box {
  id: string;
}

/** One host. */
export interface MachineLayout extends Box {
  id: string;
  /** Relative to the machine's own corner, so that a machine moves as one. */
  cells: CellLayout[];
  /** Places that no instance has taken, relative like the cells. */
  free: Box[];
  /** The line from the ingress to the machine, corner by corner. */
  wire: Point[];
}

export interface ClusterLayout {
  width: number;
  height: number;
  ingress: Box;
  machines: MachineLayout[];
}

/** What is to be laid out: hosts, and the ids of their instances, each in the order to be shown. */
export interface MachineParts {
  id: string;
  /** null: a place that is left free. */
  instances: readonly (string | null)[];
}

const INGRESS = { width: 208, height: 52 } as const;
const MACHINE_MIN = 224;
const MACHINE_MAX = 340;
/** A single machine may spread: there is nothing beside it. */
const LONE_MACHINE_MAX = 720;
const COLUMN_GAP = 24;
/** Below the ingress: long enough for requests to be seen on their way even to a single machine. */
const INGRESS_GAP = 72;
/** Above each further row of machines: room for the line that they hang on. */
const ROW_GAP = 44;
const CELL_MIN = 104;
const CELL_HEIGHT = 30;
const CELL_GAP = 8;
/** Above the cells of a machine: its name and what it does. */
export const MACHINE_HEAD = 58;
const MACHINE_PAD = 12;
/** Room for the line at the side when machines stand in one column. */
const SIDE_GUTTER = 20;
const EDGE = 2;

/** Lays out the ingress above its machines, in as many columns as `widthPx` has room for. Whatever comes in, nothing overlaps and nothing lies outside. */
export function layoutCluster(machines: readonly MachineParts[], widthPx: number): ClusterLayout {
  const count = Math.max(1, machines.length);
  const most = Math.max(1, Math.floor((widthPx - 2 * EDGE + COLUMN_GAP) / (MACHINE_MIN + COLUMN_GAP)));
  const rows = Math.ceil(count / Math.min(count, most));
  const columns = Math.ceil(count / rows);
  const gutter = columns === 1 && rows > 1 ? SIDE_GUTTER : 0;
  const room = widthPx - 2 * EDGE - gutter;
  const machineWidth = Math.floor(Math.min((room - (columns - 1) * COLUMN_GAP) / columns, count === 1 ? LONE_MACHINE_MAX : MACHINE_MAX));
  const gridWidth = columns * machineWidth + (columns - 1) * COLUMN_GAP;
  const left = EDGE + gutter + Math.floor((room - gridWidth) / 2);
  const middle = left + gridWidth / 2;
  const ingressWidth = Math.min(INGRESS.width, widthPx - 2 * EDGE);
  const ingress: Box = { x: clamp(middle - ingressWidth / 2, EDGE, widthPx - EDGE - ingressWidth), y: EDGE, width: ingressWidth, height: INGRESS.height };
  const start: Point = { x: middle, y: ingress.y + ingress.height };
  const channelX = columns === 1 ? left - SIDE_GUTTER / 2 : left + Math.floor(columns / 2) * (machineWidth + COLUMN_GAP) - COLUMN_GAP / 2;

  const placed: MachineLayout[] = [];
  let top = start.y + INGRESS_GAP;
  for (let row = 0; row < rows; row++) {
    const members = machines.slice(row * columns, (row + 1) * columns).map(({ id, instances }, column) => {
      const places = layoutPlaces(instances.length, machineWidth);
      return { id, ...allot(instances, places), x: left + column * (machineWidth + COLUMN_GAP), height: heightOf(places) };
    });
    const height = Math.max(0, ...members.map((member) => member.height));
    for (const { id, cells, free, x } of members) {
      const end: Point = { x: x + machineWidth / 2, y: top };
      placed.push({ id, cells, free, x, y: top, width: machineWidth, height, wire: wireTo(start, end, row === 0 ? null : channelX) });
    }
    top += height + ROW_GAP;
  }
  return { width: widthPx, height: top - ROW_GAP + EDGE, ingress, machines: placed };
}

function allot(instances: readonly (string | null)[], places: readonly Box[]): Pick<MachineLayout, 'cells' | 'free'> {
  const cells: CellLayout[] = [];
  const free: Box[] = [];
  for (const [index, place] of places.entries()) {
    const id = instances[index] ?? null;
    if (id === null) free.push(place);
    else cells.push({ id, ...place });
  }
  return { cells, free };
}

function layoutPlaces(count: number, machineWidth: number): Box[] {
  const room = machineWidth - 2 * MACHINE_PAD;
  const columns = Math.max(1, Math.floor((room + CELL_GAP) / (CELL_MIN + CELL_GAP)));
  const width = Math.floor((room - (columns - 1) * CELL_GAP) / columns);
  return Array.from({ length: count }, (_, index) => ({
    x: MACHINE_PAD + (index % columns) * (width + CELL_GAP),
    y: MACHINE_HEAD + Math.floor(index / columns) * (CELL_HEIGHT + CELL_GAP),
    width,
    height: CELL_HEIGHT,
  }));
}

/** A machine without instances has room for saying so. */
function heightOf(places: readonly Box[]): number {
  const last = places.at(-1);
  return (last === undefined ? MACHINE_HEAD + CELL_HEIGHT : last.y + last.height) + MACHINE_PAD;
}

/** Down from the ingress, along above the row, down to the machine; to rows below the first, down the channel between the columns. */
function wireTo(start: Point, end: Point, channelX: number | null): Point[] {
  const firstY = start.y + INGRESS_GAP / 2;
  const rowY = end.y - ROW_GAP / 2;
  const corners =
    channelX === null
      ? [start, { x: start.x, y: firstY }, { x: end.x, y: firstY }, end]
      : [start, { x: start.x, y: firstY }, { x: channelX, y: firstY }, { x: channelX, y: rowY }, { x: end.x, y: rowY }, end];
  return corners.filter(({ x, y }, index) => index === 0 || x !== corners[index - 1]?.x || y !== corners[index - 1]?.y);
}

/** `points` as SVG path data, its corners rounded by at most `radius`. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const [first] = points;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  for (let index = 1; index < points.length; index++) {
    const [before, corner, after] = [points[index - 1], points[index], points[index + 1]];
    if (before === undefined || corner === undefined) continue;
    if (after === undefined) {
      path += `L${corner.x} ${corner.y}`;
      continue;
    }
    const cut = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const enter = towards(corner, before, cut);
    const leave = towards(corner, after, cut);
    path += `L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
  }
  return path;
}

/** How far along `points` each of them is: 0 at the first, 1 at the last. */
export function fractionsOf(points: readonly Point[]): number[] {
  const distances = points.map((point, index) => distance(points[index - 1] ?? point, point));
  const total = distances.reduce((sum, one) => sum + one, 0);
  let sum = 0;
  return distances.map((one) => {
    sum += one;
    return total === 0 ? 1 : sum / total;
  });
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  const share = whole === 0 ? 0 : length / whole;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
