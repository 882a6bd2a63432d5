import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Patch,
  Post,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  type Simulation,
  SimulationSchema,
  type SimulationScore,
  SimulationScoreSchema,
  type SimulationTruth,
  SimulationTruthSchema,
} from '@watchfloor/contracts';
import { ControlBodyPipe } from '../../http/control-body.pipe';
import { ApiProblem, openApiSchema } from '../../http/openapi-schema';
import { ChangeSimulation, CreateSimulation } from './simulation-requests';
import { SimulationScores } from './simulation-scores.store';
import {
  type ScenarioList,
  ScenarioListSchema,
  SimulatorControl,
  type SimulationList,
  SimulationListSchema,
} from './simulator-control.publisher';

const NO_SIMULATOR = '`simulator_unavailable`: none runs on this machine';
const GONE = '`not_found`: no such simulation';

/** `GET /scenarios`: what can be simulated. */
@ApiTags('simulations')
@Controller('scenarios')
export class ScenariosController {
  constructor(@Inject(SimulatorControl) private readonly simulator: SimulatorControl) {}

  @Get()
  @ApiOperation({ summary: 'The library of scenarios, each with a paragraph for the learner' })
  @ApiOkResponse({ schema: openApiSchema(ScenarioListSchema) })
  @ApiProblem(503, NO_SIMULATOR)
  list(): Promise<ScenarioList> {
    return this.simulator.scenarios();
  }
}

/** `/simulations`: drives the simulator on this machine, and compares what it did with the alerts. */
@ApiTags('simulations')
@Controller('simulations')
export class SimulationsController {
  constructor(
    @Inject(SimulatorControl) private readonly simulator: SimulatorControl,
    @Inject(SimulationScores) private readonly scores: SimulationScores,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The simulations, finished ones included' })
  @ApiOkResponse({ schema: openApiSchema(SimulationListSchema) })
  @ApiProblem(503, NO_SIMULATOR)
  list(): Promise<SimulationList> {
    return this.simulator.list();
  }

  @Post()
  @ApiOperation({ summary: 'Start a simulation; several run at once' })
  @ApiCreatedResponse({ schema: openApiSchema(SimulationSchema) })
  @ApiProblem(400, '`invalid_field` or a code of the body')
  @ApiProblem(409, '`conflict`: there are as many simulations as there may be')
  @ApiProblem(422, '`invalid_simulation`: no such scenario, or a fast run without an end')
  @ApiProblem(503, NO_SIMULATOR)
  create(@Body(new ControlBodyPipe(CreateSimulation)) body: CreateSimulation): Promise<Simulation> {
    return this.simulator.create(body);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One simulation: how far it is and what became of its lines' })
  @ApiOkResponse({ schema: openApiSchema(SimulationSchema) })
  @ApiProblem(404, GONE)
  @ApiProblem(503, NO_SIMULATOR)
  describe(@Param('id') id: string): Promise<Simulation> {
    return this.simulator.describe(id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Pause it, let it go on, or change its rate' })
  @ApiOkResponse({ schema: openApiSchema(SimulationSchema) })
  @ApiProblem(400, '`invalid_field` or a code of the body')
  @ApiProblem(404, GONE)
  @ApiProblem(409, '`conflict`: it has finished')
  @ApiProblem(503, NO_SIMULATOR)
  change(
    @Param('id') id: string,
    @Body(new ControlBodyPipe(ChangeSimulation)) body: ChangeSimulation,
  ): Promise<Simulation> {
    return this.simulator.change(id, body);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'End it and forget it' })
  @ApiNoContentResponse()
  @ApiProblem(404, GONE)
  @ApiProblem(503, NO_SIMULATOR)
  remove(@Param('id') id: string): Promise<void> {
    return this.simulator.remove(id);
  }

  @Get(':id/truth')
  @ApiOperation({ summary: 'What it really did: the attacks with their sources, targets and times' })
  @ApiOkResponse({ schema: openApiSchema(SimulationTruthSchema) })
  @ApiProblem(404, GONE)
  @ApiProblem(503, NO_SIMULATOR)
  truth(@Param('id') id: string): Promise<SimulationTruth> {
    return this.simulator.truth(id);
  }

  @Get(':id/score')
  @ApiOperation({
    summary: 'Its truth against the alerts: precision, recall, time to detect, missed, false',
    description:
      'At most a second old, older where it takes long to work out. docs/scenarios.md defines each figure.',
  })
  @ApiOkResponse({ schema: openApiSchema(SimulationScoreSchema) })
  @ApiProblem(404, GONE)
  @ApiProblem(503, NO_SIMULATOR)
  score(@Param('id') id: string): Promise<SimulationScore> {
    return this.scores.of(id);
  }
}
