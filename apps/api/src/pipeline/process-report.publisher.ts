import { hostname } from 'node:os';
import { type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Clock } from './clock';
import type { DetectionMeter } from './detection/partition/detection-meter';
import type { Statistics } from './stage-statistics';
import { type ProcessReport, REPORT_EVERY_MS, REPORT_EXPIRES_MS } from './worker-report';

/** Publishes what this process does, for `GET /pipeline` of any gateway, and reads what all say. */
export class ProcessReportPublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #startedAt: number;
  readonly #field: string;
  #timer: NodeJS.Timeout | undefined;
  #lastAt: number;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly settings: {
      readonly roles: readonly string[];
      readonly statistics: Statistics;
      readonly clock: Clock;
      /** Of a worker that runs detection. */
      readonly detection?: DetectionMeter | undefined;
      /** 95th percentile at the edge since the last call, where this process is one. */
      readonly edgeP95Ms: () => number | null;
    },
  ) {
    this.#startedAt = settings.clock();
    this.#lastAt = this.#startedAt;
    this.#field = `${hostname()}/${process.pid}/${settings.roles.join('+')}`;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#publish(), REPORT_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.redis.hdel(this.keys.global('processes'), this.#field).catch(() => 0);
  }

  /** The processes that are alive. */
  async read(): Promise<ProcessReport[]> {
    const now = this.settings.clock();
    const fields = await this.redis.hgetall(this.keys.global('processes'));
    const reports = Object.entries(fields).map(([field, text]) => ({
      field,
      report: JSON.parse(text) as ProcessReport,
    }));
    const gone = reports
      .filter(({ report }) => now - report.at > REPORT_EXPIRES_MS * 12)
      .map(({ field }) => field);
    if (gone.length > 0) await this.redis.hdel(this.keys.global('processes'), ...gone);
    return reports.map(({ report }) => report).filter((report) => now - report.at <= REPORT_EXPIRES_MS);
  }

  async #publish(): Promise<void> {
    const now = this.settings.clock();
    const periodMs = now - this.#lastAt;
    this.#lastAt = now;
    const { detection } = this.settings;
    const report: ProcessReport = {
      roles: this.settings.roles,
      host: hostname(),
      pid: process.pid,
      startedAt: this.#startedAt,
      at: now,
      stages: Object.fromEntries(
        [...this.settings.statistics].map(([stage, statistics]) => [stage, statistics.rotate(periodMs)]),
      ),
      ...(detection ? { detection: detection.rotate(periodMs) } : {}),
      edgeP95Ms: this.settings.edgeP95Ms(),
    };
    // A report that is lost is followed by the next; a process must not fail because it could not speak of itself.
    await this.redis.hset(this.keys.global('processes'), this.#field, JSON.stringify(report)).catch(() => 0);
  }
}
