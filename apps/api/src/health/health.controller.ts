import { Controller, Get, HttpStatus, Inject, Optional, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { RedisConnection } from '@watchfloor/redis';
import type { FastifyReply } from 'fastify';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { ChangeFollower } from '../gateway/change-follower.lifecycle';
import { ProcessReports } from '../pipeline/process-reports.store';
import { PIPELINE_REDIS } from '../redis.module';
import { PartitionSettings } from '../pipeline/partition-settings.lifecycle';

/** `/health/live`: the process runs. `/health/ready`: it can do its work. Outside the prefix. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(PIPELINE_REDIS) private readonly redis: RedisConnection,
    @Inject(ProcessReports) private readonly processes: ProcessReports,
    @Inject(PartitionSettings) private readonly settings: PartitionSettings,
    @Optional() @Inject(ChangeFollower) private readonly follower?: ChangeFollower,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const redis = this.redis.status === 'ready' && !this.settings.stopping;
    const workers = redis
      ? (await this.processes.read()).filter(({ roles }) => roles.includes('worker')).length
      : 0;
    const gateway = this.follower === undefined || this.follower.ready;
    const ready = redis && gateway;
    void reply.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).send({
      status: ready ? 'ok' : 'unavailable',
      redis: redis ? 'ok' : 'unavailable',
      fsync: this.settings.fsync ?? this.config.redisFsync,
      partitions: this.config.partitions,
      roles: [...this.config.roles],
      workers,
    });
  }
}
