import { Module } from '@nestjs/common';
import { AlertsController } from './alerts.controller';
import { RulesController } from './rules.controller';

/** Alerts and the rules behind them, to read, to export and to handle. */
@Module({ controllers: [AlertsController, RulesController] })
export class AlertsModule {}
