import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query as QueryParameters,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import {
  type DeadLetterList,
  DeadLetterListSchema,
  type RedriveAnswer,
  RedriveAnswerSchema,
  REJECTION_REASONS,
  type RejectionReason,
  STAGES,
} from '@watchfloor/contracts';
import type { Keyspace } from '@watchfloor/redis';
import { askedTimeline, type Query } from '../../gateway/read-query';
import { ControlBodyPipe, LINE_BODY, LINE_BODY_BYTES } from '../../http/control-body.pipe';
import { ApiPage, ApiProblem, openApiSchema } from '../../http/openapi-schema';
import { RequestProblem } from '../../http/problem';
import { KEYSPACE } from '../../redis.module';
import { askedCursor, askedLimit, askedOneOf, LIST_LIMITS } from '../list-query';
import { formatCursor } from '../stream-cursor';
import { DeadLettersStore } from './dead-letters.store';
import { RedriveRequest } from './redrive-request';

const REASONS = Object.keys(REJECTION_REASONS) as RejectionReason[];

/** `/dead-letters`: what went no further, and the way back. */
@ApiTags('dead letters')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(DeadLettersStore) private readonly letters: DeadLettersStore,
    @Inject(KEYSPACE) private readonly keys: Keyspace,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Dead letters with reason and raw text, newest first' })
  @ApiPage(LIST_LIMITS.most)
  @ApiQuery({ name: 'timeline', required: false })
  @ApiQuery({ name: 'stage', required: false, enum: STAGES })
  @ApiQuery({ name: 'reason', required: false, enum: REASONS })
  @ApiOkResponse({ schema: openApiSchema(DeadLetterListSchema) })
  @ApiProblem(400, '`invalid_parameter`')
  async list(@QueryParameters() query: Query): Promise<DeadLetterList> {
    const { items, next } = await this.letters.list({
      timeline: askedTimeline(query),
      stage: askedOneOf(query['stage'], 'stage', STAGES),
      reason: askedOneOf(query['reason'], 'reason', REASONS),
      limit: askedLimit(query['limit']),
      from: askedCursor(query['cursor'], this.keys.partitions),
    });
    return { items: [...items], next: next ? formatCursor(next) : null };
  }

  @Post(':id/redrive')
  @HttpCode(HttpStatus.ACCEPTED)
  @RouteConfig(LINE_BODY)
  @ApiOperation({
    summary: 'Put one dead letter back into the input of the stage that rejected it, once',
    description: 'It goes under a new id derived from the old one. `raw` replaces the kept text.',
  })
  @ApiBody({ type: RedriveRequest, required: false })
  @ApiAcceptedResponse({ schema: openApiSchema(RedriveAnswerSchema) })
  @ApiProblem(400, '`invalid_raw`, `invalid_field` or a code of the body')
  @ApiProblem(404, '`not_found`: no longer kept')
  @ApiProblem(409, '`already_redriven`; `raw_required` where no whole text is kept; `too_many_timelines`')
  async redrive(
    @Param('id') id: string,
    @Body(new ControlBodyPipe(RedriveRequest, LINE_BODY_BYTES)) { raw }: RedriveRequest,
  ): Promise<RedriveAnswer> {
    const outcome = await this.letters.redrive(id, raw);
    if ('redriven' in outcome) return { id, ...outcome.redriven };
    const { refused, detail } = outcome;
    throw new RequestProblem(refused, detail === undefined ? {} : { detail });
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Hide one dead letter; it stays counted' })
  @ApiNoContentResponse()
  @ApiProblem(404, '`not_found`')
  async hide(@Param('id') id: string): Promise<void> {
    if (!(await this.letters.hide(id))) throw new RequestProblem('not_found');
  }
}
