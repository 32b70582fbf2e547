import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { TRAFFIC_INTERVAL_MS, type TrafficSample } from '../../core/traffic.ts';
import { type Flow, type FlowDot, flowOf } from '../state/cluster-flow.ts';
import type { ClusterLayout } from '../state/cluster-layout.ts';
import { type DotPath, pathOfDot } from '../state/dot-path.ts';

const LESS_MOTION = '(prefers-reduced-motion: reduce)';
/** In a second. More would be a blur, and work for the browser. */
const MOST_DOTS = 36;
/** How long an instance glows when a request has come to it. */
const GLOW_MS = 420;

/**
 * Sends a dot down the lines of the picture for each request. The browser moves them (Web Animations), so that there is no
 * loop here that runs while nothing moves; none is sent while nobody sees the picture, or to a person who wants less motion.
 */
export class DotsController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #findContainer: () => HTMLElement | null;
  readonly #observer: IntersectionObserver;
  #isInSight = false;
  #requestsPerDot = 1;

  /** `findContainer`: what the dots are put into, at the picture's top left corner. */
  constructor(host: ReactiveControllerHost & HTMLElement, findContainer: () => HTMLElement | null) {
    this.#host = host;
    this.#findContainer = findContainer;
    this.#observer = new IntersectionObserver((entries) => {
      this.#isInSight = entries.at(-1)?.isIntersecting ?? false;
    });
    host.addController(this);
  }

  /** How many requests one dot stands for. */
  get requestsPerDot(): number {
    return this.#requestsPerDot;
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#isInSight = false;
  }

  /** Takes away what is on its way: along lines that are not there any more. */
  clear(): void {
    this.#findContainer()?.replaceChildren();
  }

  /** Shows what was served in `sample` over the second that comes. */
  run(sample: TrafficSample, layout: ClusterLayout): void {
    const container = this.#findContainer();
    if (container === null || !this.#isInSight || document.visibilityState === 'hidden' || matchMedia(LESS_MOTION).matches) return;
    const flow: Flow = flowOf(sample, MOST_DOTS, TRAFFIC_INTERVAL_MS);
    if (flow.requestsPerDot !== this.#requestsPerDot) {
      this.#requestsPerDot = flow.requestsPerDot;
      this.#host.requestUpdate();
    }
    for (const dot of flow.dots) {
      const path = pathOfDot(layout, dot);
      if (path !== null) send(container, dot, path);
    }
  }
}

function send(container: HTMLElement, { isError, delayMs }: FlowDot, { points, offsets, durationMs, landing }: DotPath): void {
  const way: Keyframe[] = points.map(({ x, y }, index) => ({ offset: offsets[index] ?? 1, transform: `translate(${x}px, ${y}px)` }));
  const fade: Keyframe[] = [
    { offset: 0, opacity: 0 },
    { offset: 0.06, opacity: 1 },
    { offset: 0.94, opacity: 1 },
    { offset: 1, opacity: 0 },
  ];
  const timing = { delay: delayMs, duration: durationMs, fill: 'both' } as const;
  const dot = add(container, 'dot', isError);
  dot.animate(way, timing);
  removeAfter(dot, dot.animate(fade, timing));
  if (landing === null) return;
  const ring = add(container, 'ring', isError);
  Object.assign(ring.style, { transform: `translate(${landing.x}px, ${landing.y}px)`, width: `${landing.width}px`, height: `${landing.height}px` });
  const glow: Keyframe[] = [{ opacity: 0 }, { opacity: 1, offset: 0.2 }, { opacity: 0 }];
  removeAfter(ring, ring.animate(glow, { delay: delayMs + durationMs, duration: GLOW_MS, fill: 'both' }));
}

function add(container: HTMLElement, className: string, isError: boolean): HTMLElement {
  const element = document.createElement('i');
  element.className = className;
  element.toggleAttribute('data-error', isError);
  container.append(element);
  return element;
}

function removeAfter(element: HTMLElement, animation: Animation): void {
  const remove = (): void => element.remove();
  // Cancelled when the picture goes: then the element has gone with it.
  animation.finished.then(remove, remove);
}
