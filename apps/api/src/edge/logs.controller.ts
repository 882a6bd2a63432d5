import { Body, Controller, Headers, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { isRequestedDataset, type IngestAnswer } from '@watchfloor/contracts';
import type { FastifyReply } from 'fastify';
import { RequestProblem } from '../http/problem';
import { countLines } from '../pipeline/ingest/split-lines';
import { isTimeZone } from '../pipeline/ingest/time-zone';
import { EDGE_LIMITS } from '../pipeline/topology';
import { EventIntake } from './event-intake.store';
import { answerIntake } from './intake-answer';
import { Intake } from './intake.decorator';
import { logOptionsOf } from './intake-query';
import { DocumentLogs } from './intake.openapi';
import { identityOf, requestDigest } from './request-identity.store';
import { admittedTimeline, TimelinesStore } from './timelines.store';

/** Takes log lines as they are: they are read by the first stage, not here. */
@Controller('logs')
export class LogsController {
  constructor(
    @Inject(EventIntake) private readonly intake: EventIntake,
    @Inject(TimelinesStore) private readonly timelines: TimelinesStore,
  ) {}

  @Post(':dataset')
  @Intake('text/plain', 'application/x-ndjson')
  @DocumentLogs()
  async take(
    @Param('dataset') dataset: string,
    @Query() query: Record<string, unknown>,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: Buffer | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IngestAnswer> {
    if (!isRequestedDataset(dataset)) throw new RequestProblem('unknown_dataset');
    const options = logOptionsOf(query, isTimeZone);
    if ('invalid' in options) throw new RequestProblem('invalid_parameter', { detail: options.invalid });
    if (body === undefined || body.length === 0) throw new RequestProblem('empty_body');
    const lines = countLines(body);
    if (lines > EDGE_LIMITS.linesPerRequest) throw new RequestProblem('too_many_lines');
    const identity = identityOf(key);
    const timeline = await admittedTimeline(this.timelines, query);
    const digest =
      identity.field === undefined ? '' : requestDigest(['logs', dataset, timeline, options], body);
    const meta = {
      codec: 'lines',
      dataset,
      at: Date.now(),
      idPrefix: identity.idPrefix,
      ...options,
    } as const;
    return answerIntake(
      await this.intake.takeLines(identity, digest, { body, lines, timeline, meta }),
      reply,
    );
  }
}
