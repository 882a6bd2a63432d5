import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../config';
import { SimulatorModule } from '../simulator.module';
import { SimulationStates } from './simulation-state.store';
import { HealthController, ScenariosController, SimulationsController } from './simulations.controller';
import { Simulations } from './simulations.lifecycle';

/** The loopback control plane of `serve`. */
@Module({})
export class ControlModule {
  static with(config: Config): DynamicModule {
    return {
      module: ControlModule,
      imports: [SimulatorModule.with(config)],
      controllers: [SimulationsController, ScenariosController, HealthController],
      providers: [Simulations, SimulationStates],
    };
  }
}
