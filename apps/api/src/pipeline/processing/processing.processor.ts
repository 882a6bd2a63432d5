import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import type { Clock } from '../clock';
import type { CommitStore } from '../commit.store';
import { stageCounters, stageDelta } from '../ledger/stage-counters';
import { type OrderConsumer, orderOf, type OrderOutcome, type StageWork } from '../order.consumer';
import { type CommitOutcome, eventsIn, type Segment, type WorkOrder } from '../segment';
import { stageRow, WORKER_OPTIONS } from '../topology';
import type { Locate } from './address-place';
import { highestField, type Processed, processSegment, rowName } from './process';

/** Queue consumer of the processing stage: enrich and re-key by source. */
@Processor(stageRow('processing').queue, WORKER_OPTIONS)
export class ProcessingProcessor extends WorkerHost {
  readonly #stage: StageWork = {
    rehearse: (segment) => void processSegment(segment, this.#context(), undefined),
    run: (segment) => this.#work(segment),
  };

  constructor(
    private readonly orders: OrderConsumer,
    private readonly commits: CommitStore,
    private readonly clock: Clock,
    private readonly settings: { locate: Locate; partitions: number; betweenAppends?: () => Promise<void> },
  ) {
    super();
  }

  override process(job: Job<WorkOrder>): Promise<OrderOutcome> {
    return this.run(orderOf(job));
  }

  /** Takes one work order. */
  run(order: WorkOrder): Promise<OrderOutcome> {
    return this.orders.take(order, this.#stage);
  }

  #context(): Parameters<typeof processSegment>[1] {
    const { locate, partitions } = this.settings;
    return { locate, partitions, now: this.clock() };
  }

  /** Decide, hand on over every channel, then commit: each step may be repeated by another worker and changes nothing twice. */
  async #work(segment: Segment): Promise<{ outcome: CommitOutcome; busyMs: number }> {
    const { partition, base, to } = segment.order;
    const context = this.#context();
    const begun = performance.now();
    let processed = processSegment(segment, context, undefined);
    let busyMs = performance.now() - begun;
    const decision = await this.commits.decide(partition, { base, to, deadLetters: processed.deadLetters });
    if (typeof decision === 'string') return { outcome: decision, busyMs };
    // An earlier attempt that saw a longer segment decided for all of it; the next order brings all of it.
    if (decision.to !== to) return this.#obeyOtherSegment(segment, decision.to);
    if (!sameRows(decision.deadLetters, processed.deadLetters)) {
      const again = performance.now();
      processed = processSegment(segment, context, new Set(decision.deadLetters.map(rowName)));
      busyMs += performance.now() - again;
    }
    await this.#handOn(segment, processed);
    const deadLetters = [...(segment.crashed ?? []), ...decision.deadLetters];
    const outcome = await this.commits.commit(partition, {
      stage: 'processing',
      base,
      to,
      outputs: [],
      deadLetters,
      counters: {
        ...stageDelta('processing', eventsIn(segment), deadLetters),
        ...handedCounters(processed),
      },
      watermarks: Object.fromEntries(
        [...processed.highest].map(([timeline, highest]) => [highestField(timeline), highest]),
      ),
    });
    return { outcome, busyMs };
  }

  async #obeyOtherSegment(segment: Segment, to: string): Promise<{ outcome: CommitOutcome; busyMs: number }> {
    const { outcome } = await this.orders.take({ ...segment.order, to }, this.#stage);
    return { outcome, busyMs: 0 };
  }

  async #handOn(segment: Segment, processed: Processed): Promise<void> {
    const { partition: from, base, to } = segment.order;
    const append = (outputs: Processed['channels'][number], q: number) =>
      this.commits.channelAppend(q, { from, base, to, outputs });
    const { betweenAppends } = this.settings;
    if (!betweenAppends) {
      await Promise.all(processed.channels.map(append));
      return;
    }
    for (const [q, outputs] of processed.channels.entries()) {
      await append(outputs, q);
      await betweenAppends();
    }
  }
}

function handedCounters(processed: Processed): Record<string, number> {
  return Object.fromEntries(
    processed.channels.map((outputs, q) => [
      stageCounters.handed(q),
      outputs.reduce((sum, output) => sum + output.events, 0),
    ]),
  );
}

function sameRows(
  a: readonly Parameters<typeof rowName>[0][],
  b: readonly Parameters<typeof rowName>[0][],
): boolean {
  return a.length === b.length && a.every((letter, i) => rowName(letter) === rowName(b[i] ?? letter));
}
