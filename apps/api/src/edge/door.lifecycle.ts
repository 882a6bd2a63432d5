import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { RedisConnection } from '@watchfloor/redis';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../http/client-error.lifecycle';
import { RequestProblem } from '../http/problem';
import type { ClientLimit } from './client-limit';
import { isIntake } from './intake.decorator';
import type { LoadGauges } from './load-gauge';
import type { OpenBodiesGauge } from './open-bodies.gauge';
import type { RefusalsStore } from './refusals.store';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes that this request holds of the process's share. */
    heldBytes?: number;
  }
}

const FLUSH_MS = 1_000;

/** Answers that belong to a batch, not to a request: its events are counted one by one. */
const COUNTED_BY_EVENT = 'no_valid_event';

/** What the door looks at. */
export interface DoorSigns {
  readonly gauges: LoadGauges;
  readonly bodies: OpenBodiesGauge;
  readonly refusals: RefusalsStore;
  readonly clients: ClientLimit;
}

/**
 * Stands before the routes that take events: refuses by the state of the pipeline before a byte of the body is read,
 * and counts every request that was refused, by whomever.
 */
export class Door implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly redis: RedisConnection,
    private readonly signs: DoorSigns,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', async (request) => this.#admit(request));
    fastify.addHook('onResponse', async (request, reply) => this.#leave(request, reply));
    fastify.addHook('onRequestAbort', async (request) => this.#abandon(request));
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.signs.refusals.flush(), FLUSH_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.signs.refusals.flush();
  }

  #admit(request: FastifyRequest): void {
    if (!isIntake(request.routeOptions.config)) return;
    const waitMs = this.signs.clients.take(request.ip, performance.now());
    if (waitMs > 0) throw new RequestProblem('rate_limited', { retryAfterS: Math.ceil(waitMs / 1_000) });
    if (this.redis.status !== 'ready') throw new RequestProblem('storage_unavailable');
    const reason = this.signs.gauges.overloaded();
    if (reason !== undefined) throw new RequestProblem('overloaded', { detail: reason });
    const length = request.headers['content-length'];
    request.heldBytes = this.signs.bodies.opened(length === undefined ? undefined : Number(length));
  }

  #leave(request: FastifyRequest, reply: FastifyReply): void {
    this.#release(request);
    const { problemCode } = request;
    if (!isIntake(request.routeOptions.config) || reply.statusCode < 400) return;
    if (problemCode !== undefined && problemCode !== COUNTED_BY_EVENT)
      this.signs.refusals.refused(problemCode);
  }

  /** The rest of a body never came. Where the server ended the connection for it, the request was refused. */
  #abandon(request: FastifyRequest): void {
    this.#release(request);
    const refusal = refusalOf(request.raw.socket);
    if (refusal !== undefined && isIntake(request.routeOptions.config)) this.signs.refusals.refused(refusal);
  }

  #release(request: FastifyRequest): void {
    if (request.heldBytes === undefined) return;
    this.signs.bodies.closed(request.heldBytes);
    delete request.heldBytes;
  }
}
