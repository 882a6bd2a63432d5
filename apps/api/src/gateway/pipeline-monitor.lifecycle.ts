import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Pipeline, Stage } from '@watchfloor/contracts';
import { type Keyspace, masters, type RedisConnection } from '@watchfloor/redis';
import type { Queue } from 'bullmq';
import type { AlertStore } from '../pipeline/alerts/alert.store';
import type { Clock } from '../pipeline/clock';
import type { LedgerStore } from '../pipeline/ledger/ledger.store';
import type { ProcessReports } from '../pipeline/process-reports.store';
import { EDGE_LIMITS, KEYS, LIVE_TIMELINE } from '../pipeline/topology';
import type { ChangeFollower } from './change-follower.lifecycle';
import { toDetection } from './detection-view';
import { FollowLoop } from './follow-loop.lifecycle';
import { type Sample, toPipeline } from './pipeline-view';
import { TimelineTimesStore } from './timeline-times.store';

const SAMPLE_EVERY_MS = 500;

/** Rates are measured over this span: long enough to be readable, short enough to move. */
const RATE_SPAN_MS = 3_000;

interface Settings {
  readonly clock: Clock;
  readonly maxInFlightEvents: number;
  readonly dedupeMaxIds: number;
}

/** How many clients a gateway serves and how well; set by the gateway. */
export class GatewayFigures {
  clients = 0;
  framesPerSecond = 0;
  skippedFrames = 0;
}

/** Looks at the pipeline twice a second and keeps the newest look. */
export class PipelineMonitor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(PipelineMonitor.name);
  #samples: Sample[] = [];
  #pipeline: Pipeline | undefined;
  readonly #times: TimelineTimesStore;
  readonly #loop = new FollowLoop({
    follow: async () => void (await this.look()),
    everyMs: SAMPLE_EVERY_MS,
    onFailure: (error) => this.#logger.warn(`The pipeline could not be looked at: ${String(error)}`),
  });

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly sources: {
      readonly ledger: LedgerStore;
      readonly processes: ProcessReports;
      readonly follower: ChangeFollower;
      readonly queues: ReadonlyMap<Stage, Queue>;
      readonly figures: GatewayFigures;
      readonly alerts: AlertStore;
    },
    private readonly settings: Settings,
  ) {
    this.#times = new TimelineTimesStore(redis, keys);
  }

  /** The newest look; undefined before the first. */
  get pipeline(): Pipeline | undefined {
    return this.#pipeline;
  }

  /** The newest sample of the ledger; undefined before the first. */
  get sample(): Sample | undefined {
    return this.#samples.at(-1);
  }

  onApplicationBootstrap(): void {
    this.#loop.start(SAMPLE_EVERY_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#loop.stop();
  }

  /** Looks now. */
  async look(): Promise<Pipeline> {
    const { ledger, processes, follower, figures, alerts } = this.sources;
    const [reading, reports, queues, memory, dedupe, raised, timelines] = await Promise.all([
      ledger.read(),
      processes.read(),
      this.#queues(),
      this.#memoryShare(),
      this.#dedupe(),
      alerts.figures(),
      this.#times.read(),
    ]);
    const newest = { at: this.settings.clock(), reading };
    this.#samples = [...this.#samples, newest].filter((sample) => newest.at - sample.at <= RATE_SPAN_MS);
    const pipeline = toPipeline({
      newest,
      earlier: this.#samples[0],
      processes: reports,
      detection: toDetection(reports, raised, newest.at),
      queues,
      watermark: follower.model.timeline(LIVE_TIMELINE)?.watermark,
      timelines,
      gateway: { ...figures },
      partitions: this.keys.partitions,
      backPressure: { inFlight: reading.ledger.inFlight / this.settings.maxInFlightEvents, memory },
      dedupe,
    });
    this.#pipeline = pipeline;
    return pipeline;
  }

  async #queues(): Promise<Pipeline['queues']> {
    return Promise.all(
      [...this.sources.queues.values()].map(async (queue) => {
        const counts = await queue.getJobCounts('waiting', 'active', 'completed', 'failed');
        return {
          name: queue.name,
          waiting: counts['waiting'] ?? 0,
          active: counts['active'] ?? 0,
          completed: counts['completed'] ?? 0,
          failed: counts['failed'] ?? 0,
        };
      }),
    );
  }

  /** The fullest node's share of its memory limit; null where none has a limit. */
  async #memoryShare(): Promise<number | null> {
    const shares = await Promise.all(
      masters(this.redis).map(async (node) => {
        const text = await node.info('memory');
        const limit = Number(/^maxmemory:(\d+)/m.exec(text)?.[1] ?? 0);
        return limit === 0 ? null : Number(/^used_memory:(\d+)/m.exec(text)?.[1] ?? 0) / limit;
      }),
    );
    const known = shares.filter((share) => share !== null);
    return known.length === 0 ? null : Math.max(...known);
  }

  /** What the edge remembers: the shorter of the promised span and what the bound on memory leaves of it. */
  async #dedupe(): Promise<Pipeline['dedupe']> {
    const now = this.settings.clock();
    const spans = await Promise.all(
      Array.from({ length: this.keys.partitions }, async (_, partition) => {
        const fields = ['ids:current', 'ids:started:0', 'ids:started:1'];
        const [current, ...started] = await this.redis.hmget(this.keys.of(partition, KEYS.state), ...fields);
        // The set before the current one is the oldest that is still asked; without one nothing was forgotten yet.
        const previous = Number(started[current === '1' ? 0 : 1] ?? 0);
        return previous === 0 ? EDGE_LIMITS.dedupeWindowMs : now - previous;
      }),
    );
    return {
      idSpanMs: Math.min(EDGE_LIMITS.dedupeWindowMs, ...spans),
      keySpanMs: EDGE_LIMITS.idempotencyMs,
      maxIds: this.settings.dedupeMaxIds,
    };
  }
}
