import type { Resource, WatchEvent } from './resource.ts';
import type { TrafficSample } from './traffic.ts';

/** Collections that one stream can carry together. */
export const LIVE_RESOURCES = ['apps', 'pods', 'nodes'] as const;
export type LiveResourceName = (typeof LIVE_RESOURCES)[number];

/** One line of `GET _swerve/watch`. */
export type LiveLine = { resource: LiveResourceName; event: WatchEvent<Resource> } | { resource: 'traffic'; sample: TrafficSample };
