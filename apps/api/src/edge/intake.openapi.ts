import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { DATASETS, IngestAnswerSchema, NormalisedEventSchema } from '@watchfloor/contracts';
import { ApiProblem, openApiSchema } from '../http/openapi-schema';
import { EDGE_LIMITS } from '../pipeline/topology';
import { EVENT_MEDIA_TYPES } from './decode-events';
import { ITEM_PROBLEMS } from './item-problem';

const shared = (): MethodDecorator[] => [
  ApiTags('intake'),
  ApiQuery({ name: 'timeline', required: false, description: 'Default `live`.', schema: { type: 'string' } }),
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same request gets the same answer for 24 h; with another one 422.',
  }),
  ApiResponse({
    status: 202,
    description: 'Stored. `Idempotency-Replayed: true` marks an answer given before.',
    schema: openApiSchema(IngestAnswerSchema),
  }),
  ApiProblem(409, '`key_in_use`, `too_many_timelines`'),
  ApiProblem(413, '`payload_too_large` (1 MiB), `too_many_events`, `too_many_lines`'),
  ApiProblem(415, '`unsupported_media_type`, `unsupported_charset`, `unsupported_encoding`'),
  ApiProblem(422, '`key_reused`'),
  ApiProblem(429, '`rate_limited`; see `Retry-After`'),
  ApiProblem(503, '`overloaded`, `storage_unavailable`; see `Retry-After`'),
];

/** The documentation of `POST /events`. */
export function DocumentEvents(): MethodDecorator {
  const codes = Object.entries(ITEM_PROBLEMS).map(([code, text]) => `- \`${code}\`: ${text}`);
  return applyDecorators(
    ApiOperation({
      summary: 'Take normalised events',
      description: `At most ${EDGE_LIMITS.eventsPerRequest} events a request. Invalid events are listed in \`errors\`:\n\n${codes.join('\n')}`,
    }),
    ApiConsumes(...Object.keys(EVENT_MEDIA_TYPES)),
    ApiBody({
      schema: openApiSchema(NormalisedEventSchema),
      description: 'One event, an array, or one a line.',
    }),
    ApiProblem(400, 'A code of the body, or `no_valid_event` with `errors`.'),
    ...shared(),
  );
}

/** The documentation of `POST /logs/{dataset}`. */
export function DocumentLogs(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Take log lines',
      description: `At most ${EDGE_LIMITS.linesPerRequest} lines a request. Lines that turn out unreadable become dead letters.`,
    }),
    ApiParam({ name: 'dataset', schema: { type: 'string', enum: [...DATASETS, 'auto'] } }),
    ApiQuery({ name: 'host', required: false, schema: { type: 'string' } }),
    ApiQuery({ name: 'timezone', required: false, schema: { type: 'string', default: 'UTC' } }),
    ApiQuery({ name: 'year', required: false, schema: { type: 'integer', minimum: 1970, maximum: 9999 } }),
    ApiConsumes('text/plain', 'application/x-ndjson'),
    ApiBody({ schema: { type: 'string' } }),
    ApiProblem(400, '`empty_body`, `invalid_parameter`, `invalid_idempotency_key`'),
    ApiProblem(404, '`unknown_dataset`'),
    ...shared(),
  );
}
