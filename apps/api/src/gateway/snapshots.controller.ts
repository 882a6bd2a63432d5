import { Controller, Get, Headers, HttpStatus, Inject, Query as QueryParameters, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import {
  type Snapshot,
  SnapshotSchema,
  type Timeline,
  TimelineSchema,
  WINDOW_STEPS,
  type WindowStep,
} from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import type { FastifyReply } from 'fastify';
import { RequestProblem } from '../http/problem';
import type { Clock } from '../pipeline/clock';
import { Tally } from '../pipeline/aggregation/tally';
import { CLOCK } from '../pipeline/stores.module';
import { ApiEventFilter } from './event-filter.openapi';
import { rowsOfKey, type SeriesRange } from './key-series';
import { ChangeFollower } from './change-follower.lifecycle';
import { type EventFilter, isFacetFilter, KEY_DIMENSIONS, singleKey } from './event-filter';
import { askedFilter, askedTime, askedTimeline, askedWindow, type Query } from './read-query';
import { RecentEventsStore } from './recent-events.store';
import { buildSnapshot, secondOfRates } from './snapshot-builder';
import { RecentTally } from './recent-tally';
import { FacetWords } from './facet-words';

/** Rows of one timeline answer. */
const MOST_WINDOWS = 3_600;

/** `GET /snapshot` and `GET /timeline`: what the windows say, from the same read model as the frames. */
@ApiTags('read')
@Controller()
export class SnapshotsController {
  constructor(
    @Inject(ChangeFollower) private readonly follower: ChangeFollower,
    @Inject(RecentEventsStore) private readonly recent: RecentEventsStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('snapshot')
  @ApiOperation({ summary: 'Everything counted in one range of windows' })
  @ApiEventFilter()
  @ApiQuery({ name: 'window', enum: ['1m', '5m', '15m', '1h', '24h'], required: false })
  @ApiOkResponse({ schema: { ...SnapshotSchema } as object })
  async snapshot(
    @QueryParameters() query: Query,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const window = askedWindow(query);
    const filter = askedFilter(query);
    const now = this.clock();
    this.#assertReady();
    const timeline = await this.follower.open(askedTimeline(query));
    const { model, epoch } = this.follower;
    const { range, tally } = timeline.watch(window, now);
    const revision = model.revision;
    const context = { model, timeline, window, range, epoch, revision, wallClock: now };
    const etag = `"${epoch}-${revision}-${range.to}-${secondOfRates(context)}-${timeline.timeline}-${window}-${hashOf(filter)}"`;
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (ifNoneMatch === etag) {
      void reply.status(HttpStatus.NOT_MODIFIED).send();
      return;
    }
    const counted = buildSnapshot(tally, filter, context);
    if (isFacetFilter(filter)) {
      void reply.send(counted);
      return;
    }
    if (isCertainlyNone(tally, filter, counted.totals.events)) {
      const coverage = { from: range.from, to: range.to, complete: true };
      void reply.send({ ...buildSnapshot(new Tally(), {}, context), coverage });
      return;
    }
    // Counts are not kept apart by this: what the windows cannot say, the events that are still kept do.
    const kept = new RecentTally(Infinity);
    const coverage = await this.recent.recentMatching(
      { timeline: timeline.timeline, filter, from: range.from, to: range.to },
      (part, rows) => kept.take(part, rows),
    );
    const seen = buildSnapshot(kept.all, {}, context);
    const known = singleKey(filter) === undefined ? {} : ofOneKey(counted, filter, seen);
    void reply.send({ ...seen, ...known, coverage });
  }

  @Get('timeline')
  @ApiOperation({
    summary: 'Counts per window, by category',
    description:
      '`from` and `to` are a half-open range: the windows that begin in it, `from` moved back and `to` on to the edges of windows, so ' +
      'that ranges which follow one another count every event once. Without `to`, the open window is the last one.',
  })
  @ApiEventFilter()
  @ApiQuery({ name: 'from', required: false, description: 'ISO 8601; by default 60 windows before `to`.' })
  @ApiQuery({ name: 'to', required: false, description: 'ISO 8601, not part of the range.' })
  @ApiQuery({ name: 'step', enum: Object.keys(WINDOW_STEPS), required: false })
  @ApiOkResponse({ schema: { ...TimelineSchema } as object })
  async timeline(@QueryParameters() query: Query): Promise<Timeline> {
    this.#assertReady();
    const filter = askedFilter(query);
    const step = askedStep(query);
    const timeline = await this.follower.open(askedTimeline(query));
    const range = askedRange(query, step, timeline.reference(this.clock()));
    const { from, to } = range;
    const { book } = timeline;
    const answer = { timeline: timeline.timeline, step, from, to };
    const facets = new FacetWords(book.vocabulary, filter);
    const rows = [...book.series(from, to, step)].map(([start, counts]) => facets.row(start, counts));
    if (isFacetFilter(filter)) return { ...answer, windows: rows };
    const asked = singleKey(filter);
    const counted = asked === undefined ? [] : rowsOfKey(book, range, filter, asked).reverse();
    if (counted.length === rows.length) return { ...answer, windows: counted };
    const older = rows.slice(0, rows.length - counted.length);
    const { windows, coveredFrom } = await this.#keptRows(timeline.timeline, filter, range, older);
    const coverage = { from: coveredFrom, to, complete: coveredFrom === from };
    return { ...answer, windows: [...windows, ...counted], coverage };
  }

  /** Rows from the events that are still kept, in place of those that windows no longer tell by key; and from when on they have them all. */
  async #keptRows(
    timeline: string,
    filter: EventFilter,
    { from, step }: SeriesRange,
    rows: Timeline['windows'],
  ): Promise<{ windows: Timeline['windows']; coveredFrom: number }> {
    const { sizeMs } = WINDOW_STEPS[step];
    const kept = new RecentTally(sizeMs);
    const coverage = await this.recent.recentMatching(
      { timeline, filter, from, to: from + rows.length * sizeMs },
      (part, some) => kept.take(part, some),
    );
    const words = new FacetWords(kept.vocabulary, {});
    const windows = rows.map(({ start, late }) => ({
      ...words.row(start, kept.at(start)),
      late,
      ...(start >= coverage.from ? { exact: true as const } : {}),
    }));
    return { windows, coveredFrom: coverage.from };
  }

  #assertReady(): void {
    if (!this.follower.ready) throw new RequestProblem('storage_unavailable', { retryAfterS: 1 });
  }
}

/**
 * The windows of a step that a query asks for.
 * @param reference what `now` is on the timeline, in ms since the epoch
 * @throws RequestProblem `step_not_retained` or `invalid_parameter`
 */
function askedRange(query: Query, step: WindowStep, reference: number): SeriesRange {
  const { sizeMs, retentionMs } = WINDOW_STEPS[step];
  const until = askedTime(query, 'to', undefined);
  const to =
    until === undefined ? windowStart(reference, sizeMs) + sizeMs : Math.ceil(until / sizeMs) * sizeMs;
  const from = windowStart(askedTime(query, 'from', to - 60 * sizeMs), sizeMs);
  if (from < reference - retentionMs - sizeMs) throw new RequestProblem('step_not_retained');
  if (to <= from || (to - from) / sizeMs > MOST_WINDOWS) {
    throw new RequestProblem('invalid_parameter', {
      detail: `from lies before to, at most ${MOST_WINDOWS} windows`,
    });
  }
  return { from, to, step };
}

function askedStep({ step = '10s' }: Query): WindowStep {
  if (typeof step === 'string' && Object.hasOwn(WINDOW_STEPS, step)) return step as WindowStep;
  throw new RequestProblem('invalid_parameter', { detail: 'step is one of 1s, 10s, 1m, 1h' });
}

/**
 * What the windows say of the events of one key: how many, under which words, and the lists that the key stands in. How many
 * other keys those events have, only the events themselves tell.
 */
function ofOneKey(counted: Snapshot, filter: EventFilter, seen: Snapshot): Partial<Snapshot> {
  const { totals, categories, severities, datasets, outcomes, topSources, topTargets, topUsers, countries } =
    counted;
  const words = { categories, severities, datasets, outcomes };
  const bySource = filter.source !== undefined || filter.country !== undefined;
  const { events, eventsError, sources } = totals;
  return {
    ...words,
    totals: {
      ...seen.totals,
      events,
      ...(eventsError === undefined ? {} : { eventsError }),
      ...(bySource ? { sources } : {}),
    },
    ...(bySource ? { topSources } : {}),
    ...(bySource && seen.distinct && counted.distinct
      ? { distinct: { ...seen.distinct, sources: counted.distinct.sources } }
      : {}),
    ...(filter.target === undefined ? {} : { topTargets }),
    ...(filter.user === undefined ? {} : { topUsers }),
    ...(filter.country === undefined ? {} : { countries }),
  };
}

/** Whether the windows alone tell that no event has the one key that is asked for. */
function isCertainlyNone({ counts }: Tally, filter: EventFilter, events: number): boolean {
  const asked = singleKey(filter);
  return asked !== undefined && events === 0 && counts[KEY_DIMENSIONS[asked]].exact;
}

function hashOf(filter: EventFilter): string {
  return Buffer.from(JSON.stringify(filter)).toString('base64url');
}
