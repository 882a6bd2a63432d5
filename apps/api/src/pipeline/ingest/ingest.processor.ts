import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import type { Clock } from '../clock';
import type { CommitStore } from '../commit.store';
import type { DeadLetter } from '../entry';
import { stageDelta } from '../ledger/stage-counters';
import { type OrderConsumer, orderOf, type OrderOutcome, type StageWork } from '../order.consumer';
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
    private readonly partitions: number,
  ) {
    super();
  }

  override process(job: Job<WorkOrder>): Promise<OrderOutcome> {
    return this.run(orderOf(job));
  }

  /** Takes one work order. */
  run(order: WorkOrder): Promise<OrderOutcome> {
    return this.orders.take(order, {
      rehearse: (segment) => void ingest(segment, this.#context()),
      run: (segment) => this.#work(segment),
    });
  }

  #context(): Parameters<typeof ingest>[1] {
    return { now: this.clock(), partitions: this.partitions };
  }

  async #work(segment: Segment): ReturnType<StageWork['run']> {
    const { partition, base, to } = segment.order;
    const begun = performance.now();
    const { outputs, deadLetters: unread } = ingest(segment, this.#context());
    const busyMs = performance.now() - begun;
    const deadLetters = withCrashed(segment, unread);
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

/** A line that was taken out left a blank one in its place, which is no dead letter of its own. */
function withCrashed({ crashed = [] }: Segment, unread: readonly DeadLetter[]): readonly DeadLetter[] {
  if (crashed.length === 0) return unread;
  const taken = new Set(crashed.map(rowName));
  return [...crashed, ...unread.filter((letter) => !taken.has(rowName(letter)))];
}

const rowName = ({ entry, row }: DeadLetter): string => `${entry}/${row}`;
