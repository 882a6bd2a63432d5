import type { SnapshotWindow } from '@watchfloor/contracts';
import { RequestProblem } from '../http/problem';
import { LIVE_TIMELINE, TIMELINE_NAME } from '../pipeline/topology';
import { type EventFilter, parseFilter } from './event-filter';
import { isSnapshotWindow } from './snapshot-range';

/** A query string as Fastify parses it. */
export type Query = Readonly<Record<string, unknown>>;

/** The timeline asked for; `live` by default. @throws RequestProblem invalid_parameter */
export function askedTimeline({ timeline = LIVE_TIMELINE }: Query): string {
  if (typeof timeline === 'string' && TIMELINE_NAME.test(timeline)) return timeline;
  throw new RequestProblem('invalid_parameter', {
    detail: 'timeline is a name of lower-case letters, digits and hyphens',
  });
}

/** The snapshot window asked for; 5 minutes by default. @throws RequestProblem invalid_parameter */
export function askedWindow({ window = '5m' }: Query): SnapshotWindow {
  if (typeof window === 'string' && isSnapshotWindow(window)) return window;
  throw new RequestProblem('invalid_parameter', { detail: 'window is one of 1m, 5m, 15m, 1h, 24h' });
}

/** The filters asked for. @throws RequestProblem invalid_parameter */
export function askedFilter(query: Query): EventFilter {
  const filter = parseFilter(query);
  if ('invalid' in filter)
    throw new RequestProblem('invalid_parameter', { detail: `${filter.invalid} is not a filter value` });
  return filter;
}

/** An instant in ms since the epoch, from ISO text; `fallback` when absent. @throws RequestProblem invalid_parameter */
export function askedTime<Fallback extends number | undefined>(
  query: Query,
  name: 'from' | 'to' | 'since' | 'until',
  fallback: Fallback,
): number | Fallback {
  const value = query[name];
  if (value === undefined) return fallback;
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isFinite(time) && time >= 0) return time;
  throw new RequestProblem('invalid_parameter', { detail: `${name} is an ISO 8601 time` });
}
