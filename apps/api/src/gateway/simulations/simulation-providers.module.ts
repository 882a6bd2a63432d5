import type { Provider } from '@nestjs/common';
import type { Config } from '../../config';
import { CONFIG } from '../../config.module';
import { AlertStore } from '../../pipeline/alerts/alert.store';
import type { Clock } from '../../pipeline/clock';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { CLOCK } from '../../pipeline/stores.module';
import { PipelineMonitor } from '../pipeline-monitor.lifecycle';
import { SimulationScores, type ScoreSources } from './simulation-scores.store';
import { SimulatorControl } from './simulator-control.publisher';

/** The simulator's control plane and the scores; a part of the gateway, whose view of the pipeline they need. */
export const SIMULATION_PROVIDERS: Provider[] = [
  {
    provide: SimulatorControl,
    inject: [CONFIG],
    useFactory: ({ simulatorPort }: Config) => new SimulatorControl(simulatorPort),
  },
  {
    provide: SimulationScores,
    inject: [SimulatorControl, AlertStore, PipelineMonitor, CLOCK, RuleFiles],
    useFactory: (
      simulator: SimulatorControl,
      alerts: AlertStore,
      monitor: PipelineMonitor,
      clock: Clock,
      files: RuleFiles,
    ) =>
      new SimulationScores(simulator, alerts, {
        ...whatIsClaimed(files),
        ...whatIsJudged(monitor),
        clock,
      }),
  },
];

function whatIsClaimed(files: RuleFiles): Pick<ScoreSources, 'rules'> {
  return { rules: () => files.current.rules.map(({ spec }) => spec) };
}

function whatIsJudged(monitor: PipelineMonitor): Pick<ScoreSources, 'progress'> {
  return {
    progress: async () => {
      const { detection } = monitor.pipeline ?? (await monitor.look());
      return { watermark: detection?.watermark ?? 0, lag: detection?.lag ?? Infinity };
    },
  };
}
