import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { WorkerHost } from '@nestjs/bullmq';
import type { RedisConnection } from '@watchfloor/redis';
import type { DetectionThread } from './detection/partition/detection-thread.lifecycle';
import type { Dispatcher } from './dispatcher.lifecycle';

/** `worker.close()` waits for its jobs without a limit of its own; what is cut off comes again from the cursor. */
const CLOSE_WITHIN_MS = 20_000;

const WARN_EVERY_MS = 5_000;

/**
 * Stops in pipeline order: no new orders, then each stage finishes what it has, upstream first, while the queues of
 * the stages after it are still open. Detection follows behind the last one: it writes where it is and frees its partitions.
 */
export class Drain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Drain.name);
  #warnedAt = 0;

  /** @param stages the consumers in pipeline order */
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly stages: readonly WorkerHost[],
    private readonly detection: DetectionThread,
    private readonly settings: { concurrency: number; connection: RedisConnection },
  ) {}

  onApplicationBootstrap(): void {
    for (const { worker } of this.stages) {
      worker.concurrency = this.settings.concurrency;
      // Without a listener BullMQ prints each one; while Redis is away there are thousands.
      worker.on('error', (error) => this.#warn(worker.name, error));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.dispatcher.stop();
    // Without Redis no order can be finished, and a worker that waits for that would wait for ever.
    const isCutOff = this.settings.connection.status === 'end';
    for (const { worker } of this.stages) {
      if (!(await closesInTime(worker.close(isCutOff)))) {
        this.#logger.warn(`Stage ${worker.name} did not finish its orders in ${CLOSE_WITHIN_MS} ms`);
      }
    }
    if (!(await closesInTime(this.detection.stop()))) await this.detection.terminate();
  }

  #warn(stage: string, error: Error): void {
    const now = performance.now();
    if (now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    this.#logger.warn(`Stage ${stage} could not reach its queue: ${error.message}`);
  }
}

async function closesInTime(closing: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CLOSE_WITHIN_MS);
  });
  const inTime = await Promise.race([closing.then(() => true), expired]);
  clearTimeout(timer);
  return inTime;
}
