import { Module } from '@nestjs/common';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Clock } from '../pipeline/clock';
import { DeadLettersController } from '../pipeline/dead-letters/dead-letters.controller';
import { DeadLettersStore } from '../pipeline/dead-letters/dead-letters.store';
import { CLOCK } from '../pipeline/stores.module';
import { KEYSPACE, PIPELINE_REDIS } from '../redis.module';
import { EventTraceStore } from './event-trace.store';
import { RecentEventsController } from './events.controller';
import { ExplainController } from './explain.controller';
import { RecentEventsStore } from './recent-events.store';

/** What can be read and put right of single events: recent ones, the way of one, dead letters, how a line is read. */
@Module({
  controllers: [RecentEventsController, DeadLettersController, ExplainController],
  providers: [
    {
      provide: RecentEventsStore,
      inject: [PIPELINE_REDIS, KEYSPACE],
      useFactory: (redis: RedisConnection, keys: Keyspace) => new RecentEventsStore(redis, keys),
    },
    {
      provide: DeadLettersStore,
      inject: [PIPELINE_REDIS, KEYSPACE, CLOCK],
      useFactory: (redis: RedisConnection, keys: Keyspace, clock: Clock) =>
        new DeadLettersStore(redis, keys, clock),
    },
    {
      provide: EventTraceStore,
      inject: [PIPELINE_REDIS, KEYSPACE, DeadLettersStore],
      useFactory: (redis: RedisConnection, keys: Keyspace, letters: DeadLettersStore) =>
        new EventTraceStore(redis, keys, letters),
    },
  ],
  exports: [RecentEventsStore, DeadLettersStore],
})
export class ResourcesModule {}
