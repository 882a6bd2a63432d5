import {
  Body,
  Controller,
  Get,
  Headers,
  HttpStatus,
  Inject,
  Param,
  Patch,
  Query as QueryParameters,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { type Alert, AlertListSchema, AlertSchema } from '@watchfloor/contracts';
import type { FastifyReply } from 'fastify';
import { ControlBodyPipe } from '../../http/control-body.pipe';
import { ApiPage, ApiProblem, openApiSchema } from '../../http/openapi-schema';
import { RequestProblem } from '../../http/problem';
import { AlertStore, type HandlingOutcome } from '../../pipeline/alerts/alert.store';
import type { Clock } from '../../pipeline/clock';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { formatPlace } from '../../pipeline/alerts/alert-place';
import { askedLimit, LIST_LIMITS } from '../../pipeline/list-query';
import { CLOCK } from '../../pipeline/stores.module';
import { askedTimeline, type Query } from '../read-query';
import { ApiAlertFilter } from './alert-filter.openapi';
import { toCsv } from './alert-csv';
import { AlertPatch, stepOf } from './alert-patch';
import { ALERT_FORMATS, askedAlertFilter, askedFormat, askedPlace, FORMAT_MEDIA_TYPES } from './alert-query';
import { type StixBundle, toStixBundle } from './alert-stix';
import { entityTag, expectedVersions } from './if-match';
import { indicatedBy } from './indicated';

/** `/alerts`: what detection raised, and how it is handled. */
@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(
    @Inject(AlertStore) private readonly alerts: AlertStore,
    @Inject(RuleFiles) private readonly rules: RuleFiles,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Alerts, the one raised last first',
    description:
      'As JSON, CSV or a STIX 2.1 bundle, by `format` or else by `Accept`. CSV and STIX hold up to 500 alerts; where more follow, the `Link` header names the next part. A page may hold fewer than `limit` although more follow. Alerts do not say what their events were in `country`, `category`, `outcome`, `dataset`, `action` and `user`: these filters of other reads are refused.',
  })
  @ApiPage(LIST_LIMITS.most)
  @ApiQuery({ name: 'format', required: false, enum: ALERT_FORMATS })
  @ApiAlertFilter()
  @ApiProduces(...Object.values(FORMAT_MEDIA_TYPES))
  @ApiOkResponse({ schema: openApiSchema(AlertListSchema) })
  @ApiProblem(400, '`invalid_parameter`')
  async list(
    @QueryParameters() query: Query,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const timeline = askedTimeline(query);
    const format = askedFormat(query, accept);
    const limit = format !== 'json' && query['limit'] === undefined ? LIST_LIMITS.most : undefined;
    const { items, next } = await this.alerts.list({
      ...askedAlertFilter(query),
      timeline,
      limit: limit ?? askedLimit(query['limit']),
      from: askedPlace(query['cursor']),
    });
    const cursor = next === undefined ? null : formatPlace(next);
    void reply.header('vary', 'accept').header('cache-control', 'no-store');
    if (format === 'json') {
      void reply.send({ items, next: cursor });
      return;
    }
    if (cursor !== null) void reply.header('link', `<${nextPart(query, format, cursor)}>; rel="next"`);
    const [type, extension] = FILES[format];
    void reply
      .header('content-type', type)
      .header('content-disposition', `attachment; filename="watchfloor-alerts-${timeline}.${extension}"`)
      .send(Buffer.from(format === 'csv' ? toCsv(items) : JSON.stringify(this.#toStix(items))));
  }

  #toStix(alerts: readonly Alert[]): StixBundle {
    const indicated = new Map(this.rules.current.rules.map(({ spec }) => [spec.id, indicatedBy(spec)]));
    return toStixBundle(alerts, (rule) => indicated.get(rule) ?? 'none');
  }

  @Get(':id')
  @ApiOperation({ summary: 'One alert, of whatever timeline', description: 'Its ETag is its version.' })
  @ApiOkResponse({ schema: openApiSchema(AlertSchema) })
  @ApiProblem(404, '`not_found`: not raised or no longer kept')
  async one(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const alert = await this.alerts.get(id);
    if (!alert) throw new RequestProblem('not_found');
    answer(reply, alert);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Acknowledge, close, open again, assign or note an alert',
    description:
      'Applies to the version that `If-Match` names and makes a new one. `by` is who the request says that it is: nobody signs in.',
  })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the alert as it was read.' })
  @ApiBody({ type: AlertPatch })
  @ApiOkResponse({ schema: openApiSchema(AlertSchema) })
  @ApiProblem(400, '`invalid_field`, `invalid_parameter` or a code of the body')
  @ApiProblem(404, '`not_found`: not raised or no longer kept')
  @ApiProblem(412, '`precondition_failed`: the ETag of the answer is the present version')
  @ApiProblem(428, '`precondition_required`: no `If-Match`')
  async patch(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ControlBodyPipe(AlertPatch)) body: AlertPatch,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const expected = expectedVersions(ifMatch);
    const { change, by } = stepOf(body);
    const present = await this.alerts.get(id);
    if (!present) throw new RequestProblem('not_found');
    const { version } = present;
    const outcome: HandlingOutcome =
      expected === 'any' || expected.includes(version)
        ? await this.alerts.patch(id, version, change, { by, now: this.clock() })
        : { outcome: 'STALE', version };
    if (outcome.outcome === 'GONE') throw new RequestProblem('not_found');
    if (outcome.outcome === 'STALE') throw stale(outcome.version);
    answer(reply, outcome.alert);
  }
}

const FILES = {
  csv: ['text/csv; charset=utf-8; header=present', 'csv'],
  stix: ['application/stix+json;version=2.1', 'json'],
} as const;

/** The tag names the handling only, so the answer is not one to keep: detection may say more under the same version. */
function answer(reply: FastifyReply, alert: Alert): void {
  void reply
    .status(HttpStatus.OK)
    .header('etag', entityTag(alert.version))
    .header('cache-control', 'no-store')
    .send(alert);
}

function stale(version: number): RequestProblem {
  return new RequestProblem('precondition_failed', {
    detail: `the present version is ${version}`,
    headers: { etag: entityTag(version) },
  });
}

/** The same request for the part that follows, relative to the address of this one. */
function nextPart(query: Query, format: string, cursor: string): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (typeof value === 'string') parameters.set(name, value);
  parameters.set('format', format);
  parameters.set('cursor', cursor);
  return `?${parameters.toString()}`;
}
