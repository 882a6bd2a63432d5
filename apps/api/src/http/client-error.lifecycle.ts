import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { problemHeaders, toProblem } from './problem';
import { statusOf, type ProblemCode } from './problem-catalogue';
import { problemOfError } from './problem-of-error';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

/** Connections that were ended with a problem, and with which. */
const refusals = new WeakMap<Socket, ProblemCode>();

/** The problem with which a connection was ended before its request had come in full. */
export function refusalOf(socket: Socket): ProblemCode | undefined {
  return refusals.get(socket);
}

/**
 * Answers what Node's parser refused (garbage, an overflow, a sender too slow) and closes the connection: nothing
 * behind it can be understood.
 */
export function answerClientError(error: Error, socket: Socket): void {
  const found = problemOfError(error);
  const code = statusOf(found) >= 500 ? 'malformed_request' : found;
  if (!socket.writable || (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
    socket.destroy(error);
    return;
  }
  refusals.set(socket, code);
  const body = JSON.stringify(toProblem(code, randomUUID()));
  const fields = {
    ...problemHeaders(code),
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = statusOf(code);
  socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\n${head.join('')}\r\n${body}`);
}
