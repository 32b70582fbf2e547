/** Parts of the drawing that a step can light up. */
export type StoryPart = 'tab' | 'worker' | 'route' | 'host-a' | 'guest-a' | 'host-b' | 'guest-b' | 'storage' | 'page';

/** Something that travels while a step is shown. `path`: in the drawing's own units. */
export interface StoryMove {
  kind: 'request' | 'answer' | 'module';
  path: string;
  delayMs: number;
  durationMs: number;
}

/** One moment of the way of a request. */
export interface StoryStep {
  title: string;
  text: string;
  lit: readonly StoryPart[];
  moves: readonly StoryMove[];
  /** How long it is shown while the story plays. */
  durationMs: number;
  /** The server and the network are gone. */
  isAlone?: boolean;
  /** The first host is gone. */
  isHostLost?: boolean;
}

const TAB_TO_WORKER = 'M76 184C96 205 120 205 172 205H214';
const WORKER_TO_ROUTE = 'M214 205V163';
const ROUTE_TO_A = 'M214 163C264 163 262 168 300 168H330';
const THERE_A = 'M76 184C96 205 120 205 172 205H214V163C264 163 262 168 300 168H330';
const BACK_A = 'M330 168H300C262 168 264 163 214 163V205H172C120 205 100 215 76 226';
const THERE_B = 'M76 184C96 205 120 205 172 205H214V163C270 163 252 304 300 304H330';
const BACK_B = 'M330 304H300C252 304 270 163 214 163V205H172C120 205 100 215 76 226';
const STORAGE_TO_B = 'M112 346C200 346 230 322 300 318H330';

const request = (path: string, durationMs: number, delayMs = 150): StoryMove => ({ kind: 'request', path, delayMs, durationMs });
const answers = (path: string, delayMs: number, durationMs = 1500): StoryMove[] =>
  [0, 1, 2, 3].map((part) => ({ kind: 'answer', path, delayMs: delayMs + part * 280, durationMs }));

/** The way of a request, from a page to a program and back, and what happens when parts of it go. */
export const STORY: readonly StoryStep[] = [
  {
    title: 'A page asks',
    text: 'A tab opens /hello, as it would open any site.',
    lit: ['tab'],
    moves: [request('M76 184C96 205 110 205 140 205', 1100)],
    durationMs: 3000,
  },
  {
    title: 'The service worker takes it',
    text: 'It stands before the network: nothing leaves the browser.',
    lit: ['tab', 'worker'],
    moves: [request(TAB_TO_WORKER, 1300)],
    durationMs: 3400,
  },
  {
    title: 'A route says whose it is',
    text: '/hello belongs to an App. The longest match wins.',
    lit: ['worker', 'route'],
    moves: [request(WORKER_TO_ROUTE, 800)],
    durationMs: 3200,
  },
  {
    title: 'An open tab lends its processor',
    text: 'Any tab of this site can be a host; the least busy one is taken.',
    lit: ['route', 'worker', 'host-a'],
    moves: [request(ROUTE_TO_A, 1200)],
    durationMs: 3400,
  },
  {
    title: 'A worker runs the program',
    text: 'Your .wasm, in a sandbox and with a deadline.',
    lit: ['host-a', 'guest-a'],
    moves: [],
    durationMs: 3600,
  },
  {
    title: 'The answer streams back',
    text: 'Piece by piece, as the program writes it.',
    lit: ['host-a', 'guest-a', 'worker', 'route', 'tab', 'page'],
    moves: answers(BACK_A, 150),
    durationMs: 4200,
  },
  {
    title: 'Server and network go',
    text: 'It still answers: all that it needs is on this device.',
    lit: ['tab', 'worker', 'route', 'host-a', 'guest-a', 'page'],
    moves: [request(THERE_A, 1700, 500), ...answers(BACK_A, 2400, 1300)],
    durationMs: 5200,
    isAlone: true,
  },
  {
    title: 'A tab dies, another takes over',
    text: 'It takes the program from storage and goes on answering.',
    lit: ['tab', 'worker', 'route', 'host-b', 'guest-b', 'storage', 'page'],
    moves: [{ kind: 'module', path: STORAGE_TO_B, delayMs: 600, durationMs: 1100 }, request(THERE_B, 1700, 700), ...answers(BACK_B, 2600, 1300)],
    durationMs: 5600,
    isAlone: true,
    isHostLost: true,
  },
];
