import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods';
import { problemHeaders, RequestProblem, toProblem, type ProblemParts } from './problem';
import { statusOf, type ProblemCode } from './problem-catalogue';
import { problemOfError } from './problem-of-error';
import { securityHeaders } from './security-headers';

declare module 'fastify' {
  interface FastifyRequest {
    /** The problem this request was answered with. */
    problemCode?: ProblemCode;
  }
}

const RETRY_AFTER_S = 1;

/** Answers every error of every route as problem+json. Input, stack and the texts of Redis never leave the process. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  constructor(private readonly allowed: AllowedMethods) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Sends the problem behind `error`; does nothing where an answer has begun. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const found = problemIn(error);
    const { code, parts } = request.is404 && found.code === 'not_found' ? this.#unmatched(request) : found;
    this.#log(code, error, request.id);
    request.problemCode = code;
    // Also for an answer that no hook sees, such as that to an address that cannot be decoded.
    const fields = { ...securityHeaders(request.url), 'x-request-id': request.id };
    void reply
      .code(statusOf(code))
      .headers({ ...fields, ...problemHeaders(code, parts) })
      .send(toProblem(code, request.id, parts));
  }

  #log(code: ProblemCode, err: unknown, requestId: string): void {
    if (code === 'internal_error') this.#logger.error({ requestId, err }, 'A request failed');
    else if (code === 'storage_unavailable' && !(err instanceof RequestProblem)) {
      this.#logger.warn({ requestId, err }, 'A request could not be stored');
    }
  }

  #unmatched(request: FastifyRequest): { code: ProblemCode; parts: ProblemParts } {
    const [path = ''] = request.url.split('?', 1);
    const methods = this.allowed.of(path);
    if (methods.length === 0) return { code: 'not_found', parts: {} };
    return { code: 'method_not_allowed', parts: { headers: { allow: methods.join(', ') } } };
  }
}

function problemIn(error: unknown): { code: ProblemCode; parts: ProblemParts } {
  const problem = error instanceof RequestProblem ? error : undefined;
  const code = problem?.code ?? problemOfError(asStatus(error));
  const parts = problem?.parts ?? {};
  const retriable = statusOf(code) === 503 || statusOf(code) === 429;
  return { code, parts: retriable ? { retryAfterS: RETRY_AFTER_S, ...parts } : parts };
}

/** Nest's own exceptions carry their status in a method. */
function asStatus(error: unknown): unknown {
  return error instanceof HttpException ? { statusCode: error.getStatus() } : error;
}
