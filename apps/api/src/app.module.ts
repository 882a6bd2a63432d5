import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config';
import { ConfigModule } from './config.module';
import { EdgeLoadModule } from './edge/edge-load.module';
import { GatewayModule } from './gateway/gateway.module';
import { HealthController } from './health/health.controller';
import { LogModule } from './log.module';
import { StoresModule } from './pipeline/stores.module';
import { WorkerModule } from './pipeline/worker.module';
import { RedisModule } from './redis.module';

/** The application: one code base, its roles by configuration, imported in the order in which an event meets them. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    const { roles } = config;
    return {
      module: AppModule,
      imports: [
        LogModule.with(config),
        ConfigModule.with(config),
        RedisModule,
        StoresModule,
        ...(roles.has('edge') ? [EdgeLoadModule] : []),
        ...(roles.has('worker') ? [WorkerModule] : []),
        ...(roles.has('gateway') ? [GatewayModule] : []),
      ],
      controllers: [HealthController],
    };
  }
}
