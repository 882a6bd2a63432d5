import {
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  connectRedis,
  endUnlessAnswering,
  Keyspace,
  type ConnectionPurpose,
  type RedisConnection,
} from '@watchfloor/redis';
import type { Config } from './config';
import { CONFIG } from './config.module';

/** Injection token of the `Keyspace`. */
export const KEYSPACE = Symbol('Keyspace');
/** Injection token of the connection of the edge: fails fast, so that a client gets its 503 within seconds. */
export const APPEND_REDIS = Symbol('AppendRedis');
/** Injection token of the connection of stages, dispatcher and readers: retries for as long as it takes. */
export const PIPELINE_REDIS = Symbol('PipelineRedis');

/** How long Redis may take to answer when the process ends, in ms; without an answer its connections end at once. */
export const SHUTDOWN_ANSWER_MS = 500;

/** One warning for each loss of a connection, not for each attempt to get it back. */
const WARN_EVERY_MS = 10_000;

/** Gives the key space and the connection of the pipeline to every module, and closes it after everything else has stopped. */
@Global()
@Module({
  providers: [
    {
      provide: KEYSPACE,
      inject: [CONFIG],
      useFactory: (config: Config) => new Keyspace(config.keyPrefix, config.partitions),
    },
    { provide: PIPELINE_REDIS, inject: [CONFIG], useFactory: (config: Config) => open(config, 'pipeline') },
  ],
  exports: [KEYSPACE, PIPELINE_REDIS],
})
export class RedisModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(PIPELINE_REDIS) private readonly connection: RedisConnection) {}

  /** The first hook of Nest's shutdown: without an answer, nothing that is still to be written will be. */
  async onModuleDestroy(): Promise<void> {
    await endUnlessAnswering(this.connection, SHUTDOWN_ANSWER_MS);
  }

  /** The last hook of Nest's shutdown: the drain ran before, in `beforeApplicationShutdown`. */
  onApplicationShutdown(): void {
    this.connection.disconnect();
  }
}

/** Gives the connection of the edge to the edge, and closes it in the same way. */
@Module({
  providers: [
    { provide: APPEND_REDIS, inject: [CONFIG], useFactory: (config: Config) => open(config, 'append') },
  ],
  exports: [APPEND_REDIS],
})
export class AppendRedisModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(APPEND_REDIS) private readonly connection: RedisConnection) {}

  async onModuleDestroy(): Promise<void> {
    await endUnlessAnswering(this.connection, SHUTDOWN_ANSWER_MS);
  }

  onApplicationShutdown(): void {
    this.connection.disconnect();
  }
}

function open(config: Config, purpose: ConnectionPurpose): RedisConnection {
  const logger = new Logger('Redis');
  let warnedAt = 0;
  return connectRedis(config.redisUrl, purpose, (error) => {
    if (Date.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = Date.now();
    logger.warn(`The ${purpose} connection failed: ${error.message}`);
  });
}
