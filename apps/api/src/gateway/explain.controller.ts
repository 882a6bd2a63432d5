import { Body, Controller, HttpCode, HttpStatus, Inject, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DATASETS, NormalisedEventSchema, type RequestedDataset } from '@watchfloor/contracts';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { ControlBodyPipe, LINE_BODY, LINE_BODY_BYTES } from '../http/control-body.pipe';
import { ApiProblem, openApiSchema } from '../http/openapi-schema';
import type { Clock } from '../pipeline/clock';
import { explain, type Explanation } from '../pipeline/ingest/explain';
import { LONGEST_LINE } from '../pipeline/ingest/normalise';
import { CLOCK } from '../pipeline/stores.module';

const REQUESTED = [...DATASETS, 'auto'] as const;

/** The body of `POST /explain`. */
export class ExplainRequest {
  @ApiProperty({ enum: REQUESTED })
  @IsIn(REQUESTED)
  dataset: RequestedDataset = 'auto';

  @ApiProperty({ maxLength: LONGEST_LINE })
  @IsString()
  @MaxLength(LONGEST_LINE)
  line?: string;
}

const EXPLANATION = {
  type: 'object',
  required: ['fields'],
  properties: {
    dataset: { type: 'string', description: 'Absent where `auto` recognised none.' },
    pattern: { type: 'string' },
    event: openApiSchema(NormalisedEventSchema),
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'value', 'how'],
        properties: {
          field: { type: 'string' },
          value: { oneOf: [{ type: 'string' }, { type: 'number' }] },
          range: {
            type: 'array',
            items: { type: 'integer' },
            minItems: 2,
            maxItems: 2,
            description: 'Characters of the line, end exclusive.',
          },
          text: { type: 'string' },
          how: { type: 'string', enum: ['read', 'derived'] },
        },
      },
    },
    rejected: {
      type: 'object',
      required: ['reason', 'detail'],
      properties: { reason: { type: 'string' }, detail: { type: 'string' } },
    },
  },
};

/** `POST /explain`: how one line is read. Nothing of it is stored. */
@ApiTags('read')
@Controller('explain')
export class ExplainController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @RouteConfig(LINE_BODY)
  @ApiOperation({ summary: 'How a line is read: dataset, pattern, where each field came from' })
  @ApiOkResponse({ schema: EXPLANATION as object })
  @ApiProblem(400, '`invalid_field` or a code of the body')
  explain(
    @Body(new ControlBodyPipe(ExplainRequest, LINE_BODY_BYTES)) { dataset, line = '' }: ExplainRequest,
  ): Explanation {
    return explain(dataset, line, { timezone: 'UTC', nearestTo: this.clock() });
  }
}
