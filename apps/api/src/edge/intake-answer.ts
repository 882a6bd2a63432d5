import type { IngestAnswer } from '@watchfloor/contracts';
import type { FastifyReply } from 'fastify';
import { RequestProblem } from '../http/problem';
import type { IntakeAnswer } from './event-intake.store';

const REPLAYED = { 'idempotency-replayed': 'true' };

/**
 * Sends the answer of a batch: 202 with what became of it, also when all of it was known already.
 * @throws RequestProblem `no_valid_event` with every error, when nothing of it was valid
 */
export function answerIntake({ answer, replayed }: IntakeAnswer, reply: FastifyReply): IngestAnswer {
  const headers = replayed ? REPLAYED : {};
  if (answer.accepted + answer.duplicates === 0) {
    throw new RequestProblem('no_valid_event', { errors: answer.errors, headers });
  }
  void reply.code(202).headers(headers);
  return answer;
}
