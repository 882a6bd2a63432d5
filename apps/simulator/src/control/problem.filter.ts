import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Problem } from '@watchfloor/contracts';

/** The part of Fastify's reply that is used here. */
interface Reply {
  status(code: number): Reply;
  type(mediaType: string): Reply;
  send(body: unknown): unknown;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid_body',
  403: 'forbidden_host',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable',
};

/** Answers every error as problem details (RFC 9457). What is no HTTP error is logged, and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('ProblemFilter');

  catch(error: unknown, host: ArgumentsHost): void {
    const status = statusOf(error);
    const known = error instanceof HttpException;
    if (status === 500) this.logger.error({ message: 'A request failed', error: String(error) });
    const problem: Problem = {
      status,
      code: CODES[status] ?? 'internal_error',
      title: known ? titleOf(error) : 'The request could not be answered',
      requestId: randomUUID(),
    };
    host.switchToHttp().getResponse<Reply>().status(status).type('application/problem+json').send(problem);
  }
}

/** Fastify's own errors (size, media type, syntax) carry their status; everything else is a fault. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

function titleOf(error: HttpException): string {
  const answer = error.getResponse();
  if (typeof answer === 'object' && 'message' in answer)
    return Array.isArray(answer.message) ? answer.message.join('; ') : String(answer.message);
  return error.message;
}
