import { Body, Controller, Headers, Inject, Post, Query, Res } from '@nestjs/common';
import type { IngestAnswer } from '@watchfloor/contracts';
import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { mediaType } from '../http/media-type';
import { RequestProblem } from '../http/problem';
import { binaryEnvelope } from './cloud-event';
import { decodeEvents, EVENT_MEDIA_TYPES } from './decode-events';
import { EventIntake } from './event-intake.store';
import { answerIntake } from './intake-answer';
import { Intake } from './intake.decorator';
import { DocumentEvents } from './intake.openapi';
import { judgeEvents, type JudgedEvents } from './judge-events';
import { RefusalsStore } from './refusals.store';
import { cloudEventId, identityOf, requestDigest } from './request-identity.store';
import { admittedTimeline, TimelinesStore } from './timelines.store';

/** Takes events that are already normalised: judged here one by one, stored by the hash of their id. */
@Controller('events')
export class EventsController {
  constructor(
    @Inject(EventIntake) private readonly intake: EventIntake,
    @Inject(TimelinesStore) private readonly timelines: TimelinesStore,
    @Inject(RefusalsStore) private readonly refusals: RefusalsStore,
  ) {}

  @Post()
  @Intake(...Object.keys(EVENT_MEDIA_TYPES))
  @DocumentEvents()
  async take(
    @Query() query: Record<string, unknown>,
    @Headers() headers: IncomingHttpHeaders,
    @Body() body: Buffer | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IngestAnswer> {
    if (body === undefined || body.length === 0) throw new RequestProblem('empty_body');
    const identity = identityOf(headers['idempotency-key']);
    const judged = judge(body, headers, identity.idPrefix);
    const timeline = await admittedTimeline(this.timelines, query);
    const form = [mediaType(headers['content-type']), binaryEnvelope(headers)];
    const digest = identity.field === undefined ? '' : requestDigest(['events', timeline, ...form], body);
    const { idPrefix } = identity;
    const meta = { codec: 'events', dataset: 'watchfloor', at: Date.now(), idPrefix } as const;
    const taken = await this.intake.takeEvents(identity, digest, { judged, timeline, meta });
    if (!taken.replayed) this.refusals.dropped(judged.dropped);
    return answerIntake(taken, reply);
  }
}

function judge(body: Buffer, headers: IncomingHttpHeaders, idPrefix: string): JudgedEvents {
  const form = EVENT_MEDIA_TYPES[mediaType(headers['content-type'])];
  if (form === undefined) throw new RequestProblem('unsupported_media_type');
  const decoded = decodeEvents(body, form);
  if ('refused' in decoded) {
    throw new RequestProblem(decoded.refused, decoded.detail === undefined ? {} : { detail: decoded.detail });
  }
  const identities = { idPrefix, cloudEventId };
  const envelope = binaryEnvelope(headers);
  if (envelope === undefined) return judgeEvents(decoded.elements, form.startsWith('cloudevent'), identities);
  const [data] = decoded.elements;
  if (form !== 'json' || decoded.elements.length !== 1) {
    throw new RequestProblem('invalid_shape', { detail: 'a binary CloudEvent is one JSON object' });
  }
  return judgeEvents([{ ...envelope, data }], true, identities);
}
