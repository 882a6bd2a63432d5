import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from './config';
import { ReplayCommand } from './replay/replay.command';
import { ReplayRuns } from './replay/replay-runs.store';
import { ScenarioFiles } from './simulation/scenario-files.store';
import { SimulateCommand } from './simulation/simulate.command';

/** The commands that run once, and what the control plane shares with them. */
@Module({})
export class SimulatorModule {
  static with(config: Config): DynamicModule {
    return {
      module: SimulatorModule,
      providers: [
        { provide: CONFIG, useValue: config },
        ScenarioFiles,
        SimulateCommand,
        ReplayRuns,
        ReplayCommand,
      ],
      exports: [CONFIG, ScenarioFiles],
    };
  }
}
