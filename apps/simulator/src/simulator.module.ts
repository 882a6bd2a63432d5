import { Module } from '@nestjs/common';
import { CONFIG, configFromEnvironment } from './config';
import { ScenarioFiles } from './simulation/scenario-files.store';
import { SimulateCommand } from './simulation/simulate.command';

/** The commands that run once: simulate and replay. */
@Module({
  providers: [{ provide: CONFIG, useFactory: configFromEnvironment }, ScenarioFiles, SimulateCommand],
})
export class SimulatorModule {}
