import { Processor, WorkerHost } from '@nestjs/bullmq';
import { compareEntryIds } from '@watchfloor/redis';
import type { Job } from 'bullmq';
import type { CommitStore } from '../commit.store';
import { stageCounters, stageDelta } from '../ledger/stage-counters';
import { type OrderConsumer, orderOf, type OrderOutcome } from '../order.consumer';
import { type CommitOutcome, eventsIn, lastEntryField, type Segment, type WorkOrder } from '../segment';
import type { SegmentStore } from '../segment.store';
import { encodeMark, markOf } from '../detection/partition/mark';
import { JOBS, stageRow, WORKER_OPTIONS } from '../topology';
import type { SiteOf } from '../processing/site-plan';
import { aggregate, type Upstream } from './aggregate';
import { type Change, encodeChange } from './change';
import { CountedColumns } from './counted-columns';
import { createFacetWords } from './facet-words';
import type { WindowStore } from './window.store';

/** A work order, or the partition whose changes are to be folded into its stored windows. */
export type AggregationJob = Job<WorkOrder> | Job<{ partition: number }>;

/** Queue consumer of the aggregation stage: watermarks and windows. */
@Processor(stageRow('aggregation').queue, WORKER_OPTIONS)
export class AggregationProcessor extends WorkerHost {
  readonly #columns: CountedColumns;

  constructor(
    private readonly orders: OrderConsumer,
    private readonly commits: CommitStore,
    private readonly segments: SegmentStore,
    private readonly windows: WindowStore,
    private readonly settings: {
      partitions: number;
      recentEvents: number;
      siteOf: SiteOf;
      detection: boolean;
    },
  ) {
    super();
    this.#columns = this.#newColumns();
  }

  #newColumns(): CountedColumns {
    return new CountedColumns(createFacetWords(), this.settings.siteOf);
  }

  override async process(job: AggregationJob): Promise<OrderOutcome | undefined> {
    if (job.name === JOBS.order) return this.run(orderOf(job as Job<WorkOrder>));
    await this.windows.fold(job.data.partition);
    return undefined;
  }

  /** Takes one work order. */
  async run(order: WorkOrder): Promise<OrderOutcome> {
    // Read before the segment: what is empty now has handed everything on, and the segment's channels show it.
    const pending = await Promise.all(
      Array.from({ length: this.settings.partitions }, (_, from) => this.segments.pendingTimelines(from)),
    );
    return this.orders.take(order, {
      rehearse: (segment) => void this.#compute(segment, toUpstream(segment, pending), this.#newColumns()),
      run: (segment) => this.#work(segment, toUpstream(segment, pending)),
    });
  }

  #compute(segment: Segment, upstream: Upstream, columns: CountedColumns) {
    const { partitions } = this.settings;
    const result = aggregate(segment, { partitions, upstream, columns });
    return { ...result, lateOn: lateByTimeline(result.change), change: encodeChange(result.change) };
  }

  async #work(segment: Segment, upstream: Upstream): Promise<{ outcome: CommitOutcome; busyMs: number }> {
    const { partition, base, to } = segment.order;
    const events = eventsIn(segment);
    const begun = performance.now();
    const { detection, recentEvents } = this.settings;
    const result = this.#compute(segment, upstream, this.#columns);
    const busyMs = performance.now() - begun;
    const deadLetters = [...(segment.crashed ?? []), ...result.deadLetters];
    const counters = stageDelta('aggregation', events, deadLetters);
    if (result.late > 0) counters[stageCounters.late] = result.late;
    for (const [timeline, late] of result.lateOn) counters[stageCounters.lateOn(timeline)] = late;
    if (result.future > 0) counters[stageCounters.future] = result.future;
    const outcome = await this.commits.commit(partition, {
      stage: 'aggregation',
      base,
      to,
      outputs: [],
      deadLetters,
      counters,
      watermarks: result.watermarks,
      change: result.change,
      keep: { events, recent: recentEvents },
      ...(detection ? { mark: encodeMark(markOf(result.watermarks)) } : {}),
    });
    return { outcome, busyMs };
  }
}

/** Late events of each timeline that has some. */
function lateByTimeline({ timelines }: Change): [timeline: string, late: number][] {
  return timelines.flatMap(({ timeline, windows }): [string, number][] => {
    let late = 0;
    for (const window of windows.values()) late += window.late;
    return late === 0 ? [] : [[timeline, late]];
  });
}

/** A channel may still bring something of a timeline while its partition has events of it, or it has appended an entry of it behind `after`. */
function toUpstream(segment: Segment, pending: readonly ReadonlySet<string>[]): Upstream {
  return {
    pending(from, timeline, after) {
      const waiting = pending[from];
      if (waiting && (waiting.has(timeline) || waiting.has('*'))) return true;
      const last = segment.channels.get(lastEntryField(from, timeline));
      return last !== undefined && compareEntryIds(last, after) > 0;
    },
  };
}
