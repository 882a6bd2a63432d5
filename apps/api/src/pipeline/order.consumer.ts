import { Injectable } from '@nestjs/common';
import { entryTime } from '@watchfloor/redis';
import type { Job } from 'bullmq';
import type { Clock } from './clock';
import type { CrashIsolation } from './crash-isolation/crash-isolation.consumer';
import { type CommitOutcome, eventsIn, type Segment, type WorkOrder } from './segment';
import type { SegmentStore } from './segment.store';
import type { Statistics } from './stage-statistics';

/** What became of a work order. */
export interface OrderOutcome {
  readonly outcome: CommitOutcome;
  readonly events: number;
}

/** The order of a job. A worker that died leaves its job to be started again. */
export function orderOf({
  data,
  attemptsStarted,
}: Pick<Job<WorkOrder>, 'data' | 'attemptsStarted'>): WorkOrder {
  return attemptsStarted > 1 ? { ...data, again: true } : data;
}

/** A stage's own part. */
export interface StageWork {
  /** Computes what `run` would, and throws it away. */
  rehearse(segment: Segment): void;
  /** Computes from a segment, then commits. `busyMs` is the time spent computing. */
  run(segment: Segment): Promise<{ outcome: CommitOutcome; busyMs: number }>;
}

/**
 * The one mechanism that runs all stages: read the segment, let the stage compute and commit it.
 * An order may come twice, late, or to two workers at once: whoever commits second is told STALE and has changed
 * nothing. An order is never retried here; the dispatcher gives out what the cursor still asks for.
 */
@Injectable()
export class OrderConsumer {
  readonly #committed = new Set<() => void>();

  constructor(
    private readonly segments: SegmentStore,
    private readonly statistics: Statistics,
    private readonly clock: Clock,
    private readonly isolation: CrashIsolation,
  ) {}

  /** Takes an order. Rejects when Redis fails; the order then comes again. */
  async take(order: WorkOrder, work: StageWork): Promise<OrderOutcome> {
    const segment = await this.segments.read(order);
    if (typeof segment === 'string') return { outcome: segment, events: 0 };
    const run = (one: Segment) => this.#run(one, work);
    return order.again || segment.suspect ? this.isolation.take(segment, work, run) : run(segment);
  }

  async #run(segment: Segment, work: StageWork): Promise<OrderOutcome> {
    const { outcome, busyMs } = await work.run(segment);
    const events = eventsIn(segment);
    if (outcome === 'OK') {
      const first = segment.entries[0];
      const latencyMs = first ? this.clock() - entryTime(first.id) : 0;
      this.statistics.get(segment.order.stage)?.record(events, latencyMs, busyMs);
      for (const tell of this.#committed) tell();
    }
    return { outcome, events };
  }

  /** Calls `tell` after every commit of this process: the next segment and the next stage may have work. */
  onCommitted(tell: () => void): void {
    this.#committed.add(tell);
  }
}
