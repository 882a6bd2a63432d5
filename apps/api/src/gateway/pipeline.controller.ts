import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Ledger, LedgerSchema, type Pipeline, PipelineSchema } from '@watchfloor/contracts';
import { LedgerStore } from '../pipeline/ledger/ledger.store';
import { PipelineMonitor } from './pipeline-monitor.lifecycle';

/** `GET /ledger` and `GET /pipeline`: what the pipeline says of itself. */
@ApiTags('pipeline')
@Controller()
export class PipelineController {
  constructor(
    @Inject(LedgerStore) private readonly ledgers: LedgerStore,
    @Inject(PipelineMonitor) private readonly monitor: PipelineMonitor,
  ) {}

  @Get('ledger')
  @ApiOperation({ summary: 'Conservation of events: accepted = aggregated + dead-lettered + in flight' })
  @ApiOkResponse({ schema: { ...LedgerSchema } as object })
  async ledger(): Promise<Ledger> {
    return (await this.ledgers.read()).ledger;
  }

  @Get('pipeline')
  @ApiOperation({ summary: 'Stages in order with rates, latency, lag and watermark; queues; processes' })
  @ApiOkResponse({ schema: { ...PipelineSchema } as object })
  async pipeline(): Promise<Pipeline> {
    return this.monitor.pipeline ?? this.monitor.look();
  }
}
