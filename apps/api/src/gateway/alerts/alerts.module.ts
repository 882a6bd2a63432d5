import { Module } from '@nestjs/common';
import type { Keyspace } from '@watchfloor/redis';
import type { Config } from '../../config';
import { CONFIG } from '../../config.module';
import { AlertStore } from '../../pipeline/alerts/alert.store';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { KEYSPACE } from '../../redis.module';
import { AlertFollower } from './alert-follower.lifecycle';
import { AlertsController } from './alerts.controller';
import { RuleWatch } from './rule-watch.lifecycle';
import { RulesController } from './rules.controller';

/** Alerts and the rules behind them: to read, to export, to handle and to follow. */
@Module({
  controllers: [AlertsController, RulesController],
  providers: [
    {
      provide: AlertFollower,
      inject: [AlertStore, KEYSPACE],
      useFactory: (alerts: AlertStore, { partitions }: Keyspace) => new AlertFollower(alerts, partitions),
    },
    {
      provide: RuleFiles,
      inject: [CONFIG],
      useFactory: ({ rulesDir }: Config) => new RuleFiles(rulesDir),
    },
    {
      provide: RuleWatch,
      inject: [RuleFiles],
      useFactory: (files: RuleFiles) => new RuleWatch(files),
    },
  ],
  exports: [AlertFollower, RuleFiles],
})
export class AlertsModule {}
