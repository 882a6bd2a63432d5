import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { ScenarioSummary, Simulation, SimulationTruth } from '@watchfloor/contracts';
import { nominalRate } from '../generation/event-generator';
import { ScenarioFiles } from '../simulation/scenario-files.store';
import { plan } from '../scenarios/library';
import { ChangeSimulationBody, CreateSimulationBody } from './simulation-bodies';
import { Simulations } from './simulations.lifecycle';

interface List<T> {
  readonly items: T[];
  readonly next: null;
}

const listOf = <T>(items: T[]): List<T> => ({ items, next: null });

/** The simulations of this process. */
@Controller('simulations')
export class SimulationsController {
  constructor(private readonly simulations: Simulations) {}

  @Get()
  list(): List<Simulation> {
    return listOf(this.simulations.list());
  }

  @Post()
  create(@Body() body: CreateSimulationBody): Promise<Simulation> {
    return this.simulations.create(body);
  }

  @Get(':id')
  describe(@Param('id') id: string): Simulation {
    return this.simulations.describe(id);
  }

  @Patch(':id')
  change(@Param('id') id: string, @Body() body: ChangeSimulationBody): Promise<Simulation> {
    return this.simulations.change(id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string): Promise<void> {
    return this.simulations.remove(id);
  }

  /** What was really done, for the comparison with the alerts. */
  @Get(':id/truth')
  truth(@Param('id') id: string): SimulationTruth {
    return this.simulations.truth(id);
  }
}

/** The library of scenarios. */
@Controller('scenarios')
export class ScenariosController {
  constructor(private readonly scenarios: ScenarioFiles) {}

  @Get()
  list(): List<ScenarioSummary> {
    return listOf(
      this.scenarios.list().map((scenario) => {
        const { name, title, summary, lesson } = scenario;
        const planned = plan(scenario);
        const techniques = planned.phases
          .map(({ technique }) => technique)
          .filter((technique) => technique !== '');
        return {
          name,
          title,
          summary,
          lesson: lesson.trim(),
          lengthSeconds: planned.lengthMs / 1000,
          techniques: [...new Set(techniques)].sort(),
          ratePerSecond: Math.round(nominalRate([planned], Infinity) * 100) / 100,
        };
      }),
    );
  }
}

/** Whether the simulator is there. */
@Controller('health')
export class HealthController {
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
