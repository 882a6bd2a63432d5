import { randomUUID } from 'node:crypto';
import type { DynamicModule, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type {
  FastifyHttpOptions,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
} from 'fastify';
import { AllowedMethods } from './allowed-methods';
import { bodyRules } from './body-rules';
import { answerClientError } from './client-error.lifecycle';
import { HTTP_LIMITS } from './http-limits';
import { refuseBody, type BodyHeaders } from './media-type';
import { parseControlBody } from './parse-json';
import { RequestProblem } from './problem';
import { ProblemFilter } from './problem.filter';
import { requestId } from './request-id';
import { securityHeaders } from './security-headers';

export const API_PREFIX = 'api/v1';

/** Addresses outside the prefix. */
const OUTSIDE = ['health/live', 'health/ready', 'metrics'];

/** One JSON type for everything that does not say otherwise. */
const JSON_ONLY = ['application/json'];

/** Errors go to the filter as they are: on Nest's way there they lose their code. */
class ProblemAdapter extends FastifyAdapter {
  constructor(
    options: FastifyHttpOptions<RawServerDefault>,
    private readonly filter: ProblemFilter,
  ) {
    super(options);
  }

  override setErrorHandler(): FastifyInstance {
    return this.getInstance<FastifyInstance>().setErrorHandler((error, request, reply) =>
      this.filter.answer(error, request, reply),
    );
  }
}

/**
 * Creates the HTTP application of `root` with its limits, media types, problem answers and header fields; routes lie
 * under `/api/v1`, health and metrics outside. It is initialised by `listen` or `init`, not here.
 */
export async function createHttpApplication(
  root: Type | DynamicModule,
  options: NestApplicationOptions = {},
): Promise<NestFastifyApplication> {
  const allowed = new AllowedMethods();
  const filter = new ProblemFilter(allowed);
  const adapter = new ProblemAdapter(fastifyOptions(filter), filter);
  prepare(adapter.getInstance<FastifyInstance>(), allowed);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    ...options,
    bodyParser: false,
  });
  app.useGlobalFilters(filter);
  app.setGlobalPrefix(API_PREFIX, { exclude: OUTSIDE });
  return app;
}

function fastifyOptions(filter: ProblemFilter): FastifyHttpOptions<RawServerDefault> {
  return {
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestMs,
    connectionTimeout: HTTP_LIMITS.connectionMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    maxRequestsPerSocket: HTTP_LIMITS.requestsPerSocket,
    routerOptions: { maxParamLength: HTTP_LIMITS.parameterCharacters },
    // No proxy is known: a forwarded address is only what somebody wrote.
    trustProxy: false,
    forceCloseConnections: 'idle',
    genReqId: (request) => requestId(request.headers['x-request-id'], randomUUID),
    http: {
      // Node's own answer has no body; it is refused with the others below.
      requireHostHeader: false,
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      headersTimeout: HTTP_LIMITS.headersMs,
      connectionsCheckingInterval: HTTP_LIMITS.checkEveryMs,
    },
    frameworkErrors: (error, request, reply) =>
      filter.answer(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: answerClientError,
  };
}

function prepare(fastify: FastifyInstance, allowed: AllowedMethods): void {
  fastify.server.maxConnections = HTTP_LIMITS.connections;
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of Array.isArray(method) ? method : [method]) allowed.add(one, url);
  });
  fastify.addHook('onRequest', refuseByHeaders);
  fastify.addHook('onSend', addHeaders);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, parseBody);
}

async function refuseByHeaders(request: FastifyRequest): Promise<void> {
  if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new RequestProblem('malformed_request');
  }
  if (request.is404) return;
  const accepted = bodyRules(request.routeOptions.config)?.accepts ?? JSON_ONLY;
  const refused = refuseBody(request.headers as BodyHeaders, accepted);
  if (refused !== undefined) throw new RequestProblem(refused);
}

async function addHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const [path = ''] = request.url.split('?', 1);
  for (const [name, value] of Object.entries(securityHeaders(path))) {
    if (!reply.hasHeader(name)) reply.header(name, value);
  }
  reply.header('x-request-id', request.id);
}

type Done = (error: Error | null, body?: unknown) => void;

/** The bytes for a route that reads them itself, else the parsed JSON of a small control body. */
function parseBody(request: FastifyRequest, body: string | Buffer, done: Done): void {
  if (bodyRules(request.routeOptions.config) !== undefined) {
    done(null, body);
    return;
  }
  const parsed = parseControlBody(body as Buffer);
  if ('value' in parsed) done(null, parsed.value);
  else done(new RequestProblem(parsed.refused));
}
