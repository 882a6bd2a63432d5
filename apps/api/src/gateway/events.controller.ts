import { Controller, Get, Inject, Param, Query as QueryParameters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type EventList, EventListSchema, type EventTrace, EventTraceSchema } from '@watchfloor/contracts';
import type { Keyspace } from '@watchfloor/redis';
import { ApiPage, ApiProblem, openApiSchema } from '../http/openapi-schema';
import { RequestProblem } from '../http/problem';
import { askedCursor, askedLimit, LIST_LIMITS } from '../pipeline/list-query';
import { formatCursor } from '../pipeline/stream-cursor';
import { KEYSPACE } from '../redis.module';
import { ApiEventFilter } from './event-filter.openapi';
import { EventTraceStore } from './event-trace.store';
import { askedFilter, askedTimeline, type Query } from './read-query';
import { RecentEventsStore } from './recent-events.store';

/** `GET /events` and `GET /events/{id}/trace`: the events that are still kept, and the way of one. */
@ApiTags('read')
@Controller('events')
export class RecentEventsController {
  constructor(
    @Inject(RecentEventsStore) private readonly recent: RecentEventsStore,
    @Inject(EventTraceStore) private readonly traces: EventTraceStore,
    @Inject(KEYSPACE) private readonly keys: Keyspace,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Recent normalised events, newest first',
    description:
      'An answer may hold fewer than `limit` although more follow: `next` is null only at the end.',
  })
  @ApiPage(LIST_LIMITS.most)
  @ApiEventFilter()
  @ApiOkResponse({ schema: openApiSchema(EventListSchema) })
  @ApiProblem(400, '`invalid_parameter`')
  async list(@QueryParameters() query: Query): Promise<EventList> {
    const { items, next } = await this.recent.list({
      timeline: askedTimeline(query),
      filter: askedFilter(query),
      limit: askedLimit(query['limit']),
      from: askedCursor(query['cursor'], this.keys.partitions),
    });
    return { items: [...items], next: next ? formatCursor(next) : null };
  }

  @Get(':id/trace')
  @ApiOperation({ summary: 'One event’s way through the stages, with times' })
  @ApiQuery({ name: 'timeline', required: false, description: 'Only on this timeline; default: on any.' })
  @ApiOkResponse({ schema: openApiSchema(EventTraceSchema) })
  @ApiProblem(404, '`not_found`: not known or no longer kept')
  async trace(@Param('id') id: string, @QueryParameters() query: Query): Promise<EventTrace> {
    const trace = await this.traces.trace(id);
    const asked = query['timeline'] === undefined ? trace?.timeline : askedTimeline(query);
    if (trace?.timeline !== asked || !trace) throw new RequestProblem('not_found');
    return trace;
  }
}
