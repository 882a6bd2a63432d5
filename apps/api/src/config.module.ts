import { Global, Module, type DynamicModule } from '@nestjs/common';
import { readConfig, type Config } from './config';

/** Injection token of the one `Config`. */
export const CONFIG = Symbol('Config');

/** Gives `CONFIG` to every module. */
@Global()
@Module({})
export class ConfigModule {
  /** @param config what is given; the environment is read by default. Throws ConfigError when it is wrong. */
  static with(config: Config = readConfig()): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] };
  }
}
