import { type DynamicModule, Module, RequestMethod } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Config } from './config';

/** The log of the process and of its threads: one definition, so that a reader of the lines sees no difference. */
@Module({})
export class LogModule {
  static with({ logLevel }: Config): DynamicModule {
    return {
      module: LogModule,
      imports: [
        LoggerModule.forRoot({
          forRoutes: [{ path: '{*path}', method: RequestMethod.ALL }],
          pinoHttp: { level: logLevel, autoLogging: false },
        }),
      ],
    };
  }
}
