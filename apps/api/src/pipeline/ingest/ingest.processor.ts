import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import type { Clock } from '../clock';
import type { CommitStore } from '../commit.store';
import { stageDelta } from '../ledger/stage-counters';
import type { OrderConsumer, OrderOutcome } from '../order.consumer';
import { eventsIn, type Segment, type WorkOrder } from '../segment';
import { stageRow, WORKER_OPTIONS } from '../topology';
import { ingest } from './ingest';

/** Queue consumer of the ingest stage: decode and normalise. */
@Processor(stageRow('ingest').queue, WORKER_OPTIONS)
export class IngestProcessor extends WorkerHost {
  constructor(
    private readonly orders: OrderConsumer,
    private readonly commits: CommitStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  override process(job: Job<WorkOrder>): Promise<OrderOutcome> {
    return this.run(job.data);
  }

  /** Takes one work order. */
  run(order: WorkOrder): Promise<OrderOutcome> {
    return this.orders.take(order, (segment) => this.#work(segment));
  }

  async #work(segment: Segment): ReturnType<Parameters<OrderConsumer['take']>[1]> {
    const { partition, base, to } = segment.order;
    const begun = performance.now();
    const { outputs, deadLetters } = ingest(segment, this.clock());
    const busyMs = performance.now() - begun;
    const outcome = await this.commits.commit(partition, {
      stage: 'ingest',
      base,
      to,
      outputs,
      deadLetters,
      counters: stageDelta('ingest', eventsIn(segment), deadLetters),
      watermarks: {},
    });
    return { outcome, busyMs };
  }
}
