import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Clock } from './clock';
import { type ProcessReport, REPORT_EXPIRES_MS } from './worker-report';

/** What all processes say of themselves: a field each of one hash, written about once a second. */
export class ProcessReports {
  readonly #key: string;

  constructor(
    private readonly redis: RedisConnection,
    keys: Keyspace,
    private readonly clock: Clock,
  ) {
    this.#key = keys.global('processes');
  }

  /** The processes that are alive. */
  async read(): Promise<ProcessReport[]> {
    const now = this.clock();
    const fields = await this.redis.hgetall(this.#key);
    const reports = Object.entries(fields).map(([field, text]) => ({
      field,
      report: JSON.parse(text) as ProcessReport,
    }));
    const gone = reports
      .filter(({ report }) => now - report.at > REPORT_EXPIRES_MS * 12)
      .map(({ field }) => field);
    if (gone.length > 0) await this.redis.hdel(this.#key, ...gone);
    return reports.map(({ report }) => report).filter((report) => now - report.at <= REPORT_EXPIRES_MS);
  }

  async write(field: string, report: ProcessReport): Promise<void> {
    await this.redis.hset(this.#key, field, JSON.stringify(report));
  }

  async remove(field: string): Promise<void> {
    await this.redis.hdel(this.#key, field);
  }
}
