import { hostname } from 'node:os';
import { type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from './clock';
import type { DetectionMeter } from './detection/partition/detection-meter';
import type { ProcessReports } from './process-reports.store';
import type { Statistics } from './stage-statistics';
import { type ProcessReport, REPORT_EVERY_MS } from './worker-report';

/** Publishes what this process does, for `GET /pipeline` of any gateway. */
export class ProcessReportPublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #startedAt: number;
  readonly #field: string;
  #timer: NodeJS.Timeout | undefined;
  #lastAt: number;

  constructor(
    private readonly reports: ProcessReports,
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
    await this.reports.remove(this.#field).catch(() => undefined);
  }

  async #publish(): Promise<void> {
    const now = this.settings.clock();
    const periodMs = now - this.#lastAt;
    this.#lastAt = now;
    const detection = this.settings.detection?.rotate(periodMs);
    const report: ProcessReport = {
      roles: this.settings.roles,
      host: hostname(),
      pid: process.pid,
      startedAt: this.#startedAt,
      at: now,
      stages: Object.fromEntries(
        [...this.settings.statistics].map(([stage, statistics]) => [stage, statistics.rotate(periodMs)]),
      ),
      ...(detection ? { detection } : {}),
      edgeP95Ms: this.settings.edgeP95Ms(),
    };
    // A report that is lost is followed by the next; a process must not fail because it could not speak of itself.
    await this.reports.write(this.#field, report).catch(() => undefined);
  }
}
