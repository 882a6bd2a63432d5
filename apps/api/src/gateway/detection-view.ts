import type { DetectionPipeline } from '@watchfloor/contracts';
import type { AlertFigures } from '../pipeline/alerts/alert.store';
import type { ProcessReport } from '../pipeline/worker-report';

/**
 * Detection as screens show it: what the workers that run it say, taken together. Undefined where none runs.
 * @param at wall clock, ms since the epoch
 */
export function toDetection(
  processes: readonly ProcessReport[],
  alerts: Pick<AlertFigures, 'raised' | 'byStatus'>,
  at: number,
): DetectionPipeline | undefined {
  const reports = processes.flatMap(({ detection }) => detection ?? []);
  if (reports.length === 0) return undefined;
  const sum = (
    figure: 'lag' | 'evaluatedPerSecond' | 'lateForDetection' | 'evictions' | 'failures',
  ): number => reports.reduce((total, report) => total + report[figure], 0);
  const reached = reports.flatMap(({ watermark }) => watermark ?? []);
  const watermark = reached.length === 0 ? null : Math.min(...reached);
  return {
    rules: Math.max(...reports.map(({ rules }) => rules)),
    lag: sum('lag'),
    evaluatedPerSecond: sum('evaluatedPerSecond'),
    microsecondsPerEvent: meanCost(reports),
    watermark,
    watermarkLagMs: watermark === null ? null : at - watermark,
    lateForDetection: sum('lateForDetection'),
    evictions: sum('evictions'),
    failures: sum('failures'),
    alerts: { open: alerts.byStatus.open, raised: alerts.raised },
  };
}

/** The mean over all events, not over the workers: one that takes little says little. */
function meanCost(
  reports: readonly { evaluatedPerSecond: number; microsecondsPerEvent: number | null }[],
): number | null {
  let events = 0;
  let microseconds = 0;
  for (const { evaluatedPerSecond, microsecondsPerEvent } of reports) {
    if (microsecondsPerEvent === null) continue;
    events += evaluatedPerSecond;
    microseconds += evaluatedPerSecond * microsecondsPerEvent;
  }
  return events === 0 ? null : microseconds / events;
}
