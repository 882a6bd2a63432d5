import type { OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { EdgeLatency } from '../pipeline/stage-statistics';
import { isIntake } from './intake.decorator';

/** Measures how long requests that bring events take, from their first byte to the answer. */
export class EdgeLatencyMeter implements OnModuleInit {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly latency: EdgeLatency,
  ) {}

  onModuleInit(): void {
    this.adapter.httpAdapter.getInstance<FastifyInstance>().addHook('onResponse', async (request, reply) => {
      if (isIntake(request.routeOptions.config)) this.latency.record(reply.elapsedTime);
    });
  }
}
