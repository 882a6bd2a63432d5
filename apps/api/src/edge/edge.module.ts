import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { APPEND_REDIS, AppendRedisModule, KEYSPACE } from '../redis.module';
import { ClientLimit } from './client-limit';
import { Door } from './door.lifecycle';
import { EventIntake } from './event-intake.store';
import { EventsController } from './events.controller';
import { IdempotencyStore } from './idempotency.store';
import { LoadGauges } from './load-gauge';
import { LogsController } from './logs.controller';
import { MemoryGauge } from './memory.gauge';
import { OpenBodiesGauge } from './open-bodies.gauge';
import { RawLogStore } from './raw-log.store';
import { RefusalsStore } from './refusals.store';
import { TimelinesController } from './timelines.controller';
import { TimelinesStore } from './timelines.store';

/** The role `edge`: takes events and log lines over HTTP, stores them, and says what became of each. */
@Module({
  imports: [AppendRedisModule],
  controllers: [EventsController, LogsController, TimelinesController],
  providers: [
    {
      provide: RawLogStore,
      inject: [APPEND_REDIS, KEYSPACE, CONFIG],
      useFactory: (redis: RedisConnection, keys: Keyspace, config: Config) =>
        new RawLogStore(redis, keys, config),
    },
    {
      provide: IdempotencyStore,
      inject: [APPEND_REDIS, KEYSPACE, CONFIG],
      useFactory: (redis: RedisConnection, keys: Keyspace, { idempotencyMaxKeys }: Config) =>
        new IdempotencyStore(redis, keys, idempotencyMaxKeys),
    },
    {
      provide: EventIntake,
      inject: [RawLogStore, IdempotencyStore, KEYSPACE],
      useFactory: (rawLog: RawLogStore, idempotency: IdempotencyStore, keys: Keyspace) =>
        new EventIntake(rawLog, idempotency, keys.partitions),
    },
    {
      provide: TimelinesStore,
      inject: [APPEND_REDIS, KEYSPACE],
      useFactory: (redis: RedisConnection, keys: Keyspace) => new TimelinesStore(redis, keys, Date.now),
    },
    {
      provide: RefusalsStore,
      inject: [APPEND_REDIS, KEYSPACE],
      useFactory: (redis: RedisConnection, keys: Keyspace) => new RefusalsStore(redis, keys),
    },
    {
      provide: MemoryGauge,
      inject: [APPEND_REDIS],
      useFactory: (redis: RedisConnection) => new MemoryGauge(redis),
    },
    { provide: OpenBodiesGauge, useFactory: () => new OpenBodiesGauge() },
    {
      provide: LoadGauges,
      inject: [MemoryGauge, OpenBodiesGauge],
      useFactory: (memory: MemoryGauge, bodies: OpenBodiesGauge) => {
        const gauges = new LoadGauges();
        gauges.add(memory);
        gauges.add(bodies);
        return gauges;
      },
    },
    {
      provide: Door,
      inject: [HttpAdapterHost, APPEND_REDIS, LoadGauges, OpenBodiesGauge, RefusalsStore, CONFIG],
      useFactory: (
        adapter: HttpAdapterHost,
        redis: RedisConnection,
        gauges: LoadGauges,
        bodies: OpenBodiesGauge,
        refusals: RefusalsStore,
        { clientRequestsPerSecond }: Config,
      ) =>
        new Door(adapter, redis, {
          gauges,
          bodies,
          refusals,
          clients: new ClientLimit(clientRequestsPerSecond),
        }),
    },
  ],
  exports: [LoadGauges, RefusalsStore],
})
export class EdgeModule {}
