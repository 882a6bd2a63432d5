import type { BenchMix } from './bench-lines';
import type { DetectionFigures } from './detection-record.probe';
import type { Percentiles } from './latency-record';

/** What `bench --json` prints. CPU in cores, memory in MB at its peak, rates in events a second. */
export interface BenchReport {
  readonly eventsPerSecond: number;
  readonly latencyMs: Percentiles;
  readonly durationSeconds: number;
  readonly events: number;
  readonly ledger: {
    readonly balanced: boolean;
    readonly accepted: number;
    readonly aggregated: number;
    readonly deadLettered: number;
    readonly inFlight: number;
  };
  /** The rules; null where detection is off. `eventsPerSecond` counts up to the moment at which they had every event. */
  readonly detection: (DetectionFigures & { readonly eventsPerSecond: number | null }) | null;
  readonly cpu: Readonly<Record<string, number | null>>;
  readonly rssMb: Readonly<Record<string, number | null>>;
  /** The same work in one plain loop in one process without Redis. */
  readonly limit: { readonly eventsPerSecond: number };
  readonly ratioToLimit: number;
  /** How it was driven. `refusals` are requests that were asked to come again later. */
  readonly load: {
    readonly rate: number | 'max';
    readonly mix: BenchMix;
    readonly connections: number;
    readonly linesPerBatch: number;
    readonly refusals: number;
    /** How often the live connection was lost and opened again. */
    readonly liveLosses: number;
  };
  readonly redis: { readonly version: string; readonly fsync: string };
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryMb: number;
    readonly node: string;
    readonly platform: string;
  };
}

/** The report for a person. */
export function formatReport(report: BenchReport): string {
  const { latencyMs, ledger, machine, redis, load, detection } = report;
  const list = (figures: Readonly<Record<string, number | null>>, digits: number) =>
    Object.entries(figures)
      .map(([name, figure]) => `${name} ${figure === null ? '-' : figure.toFixed(digits)}`)
      .join('  ');
  const ms = (figure: number | null) => (figure === null ? '-' : `${figure} ms`);
  return [
    `throughput   ${whole(report.eventsPerSecond)} events/s (${whole(report.events)} events in ${report.durationSeconds} s)`,
    `latency      p50 ${ms(latencyMs.p50)}  p95 ${ms(latencyMs.p95)}  p99 ${ms(latencyMs.p99)}  (sent until counted in a live update)`,
    `ledger       ${ledger.balanced ? 'balanced' : 'NOT BALANCED'}: ${whole(ledger.accepted)} accepted, ${whole(ledger.aggregated)} aggregated, ${whole(ledger.deadLettered)} dead-lettered, ${whole(ledger.inFlight)} in flight`,
    detection === null
      ? 'detection    off'
      : `detection    ${detection.eventsPerSecond === null ? 'did not catch up' : `${whole(detection.eventsPerSecond)} events/s`}, ${whole(detection.lag)} events behind at the end, ${detection.microsecondsPerEvent?.toFixed(1) ?? '-'} us an event, ${whole(detection.alertsRaised)} alerts`,
    `cpu (cores)  ${list(report.cpu, 2)}`,
    `memory (MB)  ${list(report.rssMb, 0)}`,
    `limit        ${whole(report.limit.eventsPerSecond)} events/s in one plain loop; ratio ${report.ratioToLimit}`,
    `load         ${load.mix} mix, rate ${load.rate}, ${load.connections} connections, ${whole(load.linesPerBatch)} lines a batch, ${load.refusals} refusals, ${load.liveLosses} live connections lost`,
    `on           ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, Redis ${redis.version}, fsync ${redis.fsync}`,
  ].join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
