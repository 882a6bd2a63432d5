import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { bytesField, windowsKey } from './aggregation/window.store';
import { STEPS } from './aggregation/window-book';
import type { AlertStore } from './alerts/alert.store';
import type { Clock } from './clock';
import { headerField, statesKey } from './detection/partition/checkpoint.store';
import { stageCounters } from './ledger/stage-counters';
import { lastEntryField } from './segment';
import { EDGE_LIMITS, KEYS, TIMELINE_PRODUCERS } from './topology';

const SWEEP_EVERY_MS = 60_000;

/** Forgets a name unless it was used again meanwhile. KEYS timelines. ARGV name, last use as it was read. */
const forgetName = new Script(
  'forget-timeline',
  `if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end return 0`,
);

/** Deletes what is kept of named timelines that nobody has used for a day. Any process may, several at once too. */
export class TimelineSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(TimelineSweep.name);
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.sweep().catch((error: unknown) =>
        this.#logger.warn(`Old timelines were not swept: ${String(error)}`),
      );
    }, SWEEP_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** Forgets every timeline whose time is over; returns their names. */
  async sweep(): Promise<string[]> {
    const timelines = this.keys.global('timelines');
    const used = await this.redis.hgetall(timelines);
    const over = Object.entries(used).filter(([, at]) => this.clock() - Number(at) >= EDGE_LIMITS.timelineMs);
    for (const [timeline, at] of over) {
      for (let partition = 0; partition < this.keys.partitions; partition++)
        await this.#forget(partition, timeline);
      await this.alerts.forget(timeline);
      await this.redis.hdel(this.keys.global(TIMELINE_PRODUCERS), timeline);
      await forgetName.run(this.redis, [timelines], [timeline, at]);
    }
    return over.map(([timeline]) => timeline);
  }

  async #forget(partition: number, timeline: string): Promise<void> {
    await this.redis.unlink(...STEPS.map((step) => this.keys.of(partition, windowsKey(timeline, step))));
    const bytes = STEPS.map((step) => bytesField(timeline, step));
    await this.redis.hdel(this.keys.of(partition, KEYS.windowBytes), ...bytes);
    const watermarks = this.keys.of(partition, KEYS.watermarks);
    const fields = (await this.redis.hkeys(watermarks)).filter((field) => field.endsWith(`:${timeline}`));
    if (fields.length > 0) await this.redis.hdel(watermarks, ...fields);
    const lastEntries = Array.from({ length: this.keys.partitions }, (_, from) =>
      lastEntryField(from, timeline),
    );
    await this.redis.hdel(this.keys.of(partition, KEYS.channels), ...lastEntries);
    await this.redis.hdel(this.keys.of(partition, KEYS.ledger), stageCounters.lateOn(timeline));
    // An owner of detection that has the timeline in memory forgets it too, since its name is gone.
    await this.redis.unlink(this.keys.of(partition, statesKey(timeline)));
    await this.redis.hdel(this.keys.of(partition, KEYS.detection), headerField(timeline));
  }
}
