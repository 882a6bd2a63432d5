import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { DetectionPipeline } from '@watchfloor/contracts';
import { Counter, Gauge, Registry } from 'prom-client';
import { AlertStore } from '../pipeline/alerts/alert.store';
import { LedgerStore } from '../pipeline/ledger/ledger.store';
import { PipelineMonitor } from './pipeline-monitor.lifecycle';

const prefix = 'watchfloor_';

/**
 * `GET /metrics` for Prometheus. Everything is read from the pipeline's own counters at the moment of the scrape, so
 * every gateway answers the same; label values come from closed lists.
 */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(LedgerStore) private readonly ledgers: LedgerStore,
    @Inject(PipelineMonitor) private readonly monitor: PipelineMonitor,
    @Inject(AlertStore) private readonly alerts: AlertStore,
  ) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    const registry = new Registry();
    await this.#ledger(registry);
    await this.#pipeline(registry);
    await this.#alerts(registry);
    return registry.metrics();
  }

  async #ledger(registry: Registry): Promise<void> {
    const { ledger } = await this.ledgers.read();
    const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
      new Counter({ name: `${prefix}${name}`, help, labelNames, registers: [registry] });
    counter('edge_events_received_total', 'Events that came in').inc(ledger.edge.received);
    counter('edge_events_accepted_total', 'Events stored').inc(ledger.edge.accepted);
    counter('edge_events_duplicate_total', 'Repeats').inc(ledger.edge.duplicates);
    const rejected = counter('edge_events_rejected_total', 'Events refused one by one', ['reason']);
    for (const [reason, count] of Object.entries(ledger.edge.rejected.byReason))
      rejected.inc({ reason }, count);
    const refused = counter('edge_requests_refused_total', 'Requests refused as a whole', ['reason']);
    for (const [reason, count] of Object.entries(ledger.edge.requestsRefused.byReason))
      refused.inc({ reason }, count);
    const received = counter('stage_events_received_total', 'Events a stage took', ['stage']);
    const sent = counter('stage_events_sent_total', 'Events a stage handed on', ['stage']);
    const dead = counter('stage_events_dead_lettered_total', 'Events a stage rejected', ['stage', 'reason']);
    for (const { stage, in: taken, out, byReason } of ledger.stages) {
      received.inc({ stage }, taken);
      sent.inc({ stage }, out);
      for (const [reason, count] of Object.entries(byReason)) dead.inc({ stage, reason }, Math.max(0, count));
    }
    counter('events_late_total', 'Events that came after their window had closed').inc(ledger.late);
    gauge(registry, 'events_in_flight', 'Events accepted and not yet aggregated').set(ledger.inFlight);
    gauge(registry, 'ledger_balanced', '1 while every event is accounted for').set(ledger.balanced ? 1 : 0);
  }

  async #alerts(registry: Registry): Promise<void> {
    const { raisedBySeverity, byStatus } = await this.alerts.figures();
    const raised = new Counter({
      name: `${prefix}alerts_raised_total`,
      help: 'Alerts that detection raised',
      labelNames: ['severity'],
      registers: [registry],
    });
    for (const [severity, count] of Object.entries(raisedBySeverity)) raised.inc({ severity }, count);
    const kept = gauge(registry, 'alerts_kept', 'Alerts stored now', ['status']);
    for (const [status, count] of Object.entries(byStatus)) kept.set({ status }, count);
  }

  async #pipeline(registry: Registry): Promise<void> {
    const pipeline = this.monitor.pipeline ?? (await this.monitor.look());
    const lag = gauge(registry, 'stage_lag_events', 'Events behind the cursor of a stage', ['stage']);
    const age = gauge(registry, 'stage_lag_seconds', 'Age of the oldest of them', ['stage']);
    const pending = gauge(registry, 'stage_pending_orders', 'Work orders given out and not committed', [
      'stage',
    ]);
    const p95 = gauge(registry, 'stage_latency_p95_seconds', 'Arrival to commit, 95th percentile', ['stage']);
    const busy = gauge(registry, 'stage_busy_ratio', 'Share of time spent computing', ['stage']);
    for (const one of pipeline.stages) {
      lag.set({ stage: one.stage }, one.lag);
      age.set({ stage: one.stage }, one.lagMs / 1_000);
      pending.set({ stage: one.stage }, one.pending);
      if (one.p95Ms !== null) p95.set({ stage: one.stage }, one.p95Ms / 1_000);
      if (one.busyShare !== null) busy.set({ stage: one.stage }, one.busyShare);
    }
    if (pipeline.detection) describeDetection(registry, pipeline.detection);
    gauge(registry, 'live_clients', 'WebSocket clients of this gateway').set(pipeline.gateway.clients);
    gauge(registry, 'live_frames_skipped_total', 'Frames that slow clients skipped').set(
      pipeline.gateway.skippedFrames,
    );
  }
}

function describeDetection(registry: Registry, detection: DetectionPipeline): void {
  const { lag, microsecondsPerEvent, watermarkLagMs, lateForDetection, evictions, failures } = detection;
  gauge(registry, 'detection_lag_events', 'Events aggregated and not offered to the rules yet').set(lag);
  gauge(registry, 'detection_late_events', 'Events too late for the order of detection').set(
    lateForDetection,
  );
  gauge(registry, 'detection_evictions', 'States of keys given up because a rule had too many').set(
    evictions,
  );
  gauge(registry, 'detection_failures', 'How often a rule failed on an event').set(failures);
  if (microsecondsPerEvent !== null)
    gauge(registry, 'detection_event_seconds', 'Time of a core for each event').set(
      microsecondsPerEvent / 1_000_000,
    );
  if (watermarkLagMs !== null)
    gauge(registry, 'detection_watermark_lag_seconds', 'Distance of event time to the clock, live').set(
      watermarkLagMs / 1_000,
    );
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[] = []): Gauge {
  return new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: [registry] });
}
