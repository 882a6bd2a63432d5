import type { Snapshot, SnapshotWindow } from '@watchfloor/contracts';
import type { Tally } from '../pipeline/aggregation/tally';
import type { EventFilter } from './event-filter';
import type { ReadModel, TimelineModel } from './read-model';
import type { SnapshotRange } from './snapshot-range';
import { summarise } from './summary';

/** Seconds of the rate curve, and of the rate that is their newest complete part. */
const RATE_SECONDS = 60;
const RATE_OVER_SECONDS = 5;

/** What an answer is made from besides the counts. */
export interface SnapshotContext {
  readonly model: ReadModel;
  readonly timeline: TimelineModel;
  readonly window: SnapshotWindow;
  readonly range: SnapshotRange;
  readonly epoch: string;
  readonly revision: number;
  readonly wallClock: number;
}

/** The snapshot of a tally: the same for REST and for frames. */
export function buildSnapshot(tally: Tally, filter: EventFilter, context: SnapshotContext): Snapshot {
  const { model, timeline, window, range, epoch, revision } = context;
  const summary = summarise(tally, filter);
  return {
    window,
    timeline: timeline.timeline,
    from: range.from,
    to: range.to,
    epoch,
    revision,
    totals: {
      events: summary.events,
      ...(summary.eventsError === undefined ? {} : { eventsError: summary.eventsError }),
      allEvents: model.allEvents,
      sources: summary.distinct.sources.count,
      targets: summary.distinct.targets.count,
      countries: summary.countriesSeen,
      late: summary.late,
      future: model.future,
    },
    distinct: summary.distinct,
    rates: rates(context),
    cells: summary.cells,
    arcs: summary.arcs,
    arcsTotal: summary.arcsTotal,
    topSources: summary.topSources,
    topTargets: summary.topTargets,
    topUsers: summary.topUsers,
    topPorts: summary.topPorts,
    countries: summary.countries,
    categories: summary.categories,
    severities: summary.severities,
    datasets: summary.datasets,
    outcomes: summary.outcomes,
  };
}

/** The second that rates are counted up to, in ms since the epoch; 0 while they are all 0, whatever the second. */
export function secondOfRates(context: SnapshotContext): number {
  return rates(context).bySecond.some((events) => events > 0) ? currentSecond(context) : 0;
}

/** Events by second over the last minute, oldest first, without the open second. */
function rates(context: SnapshotContext): Snapshot['rates'] {
  const to = currentSecond(context);
  const bySecond = [...context.timeline.book.series(to - RATE_SECONDS * 1_000, to, '1s')].map(
    ([, window]) => window?.events ?? 0,
  );
  const newest = bySecond.slice(-RATE_OVER_SECONDS);
  return { eventsPerSecond: newest.reduce((a, b) => a + b, 0) / RATE_OVER_SECONDS, bySecond };
}

function currentSecond({ timeline, wallClock }: SnapshotContext): number {
  return Math.floor(timeline.reference(wallClock) / 1_000) * 1_000;
}
