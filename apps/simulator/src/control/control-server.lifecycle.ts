import { ConsoleLogger, type LogLevel, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config';
import { ControlModule } from './control.module';
import { ProblemFilter } from './problem.filter';

const LOOPBACK = '127.0.0.1';
const BODY_BYTES = 16_384;
/** A page of another site that was pointed at this port names another host. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const LEVEL_COUNT: Readonly<Record<string, number>> = {
  silent: 0,
  fatal: 1,
  error: 2,
  warn: 3,
  info: 4,
  debug: 5,
  trace: 6,
};

/** What Nest says about itself while it starts. */
const CHATTER = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** One JSON object a line; Nest's own progress is left out. */
class SimulatorLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!CHATTER.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}

/** Starts the control plane on loopback and everything that was running before. */
export async function startControlServer(config: Config): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ControlModule.with(config),
    new FastifyAdapter({ bodyLimit: BODY_BYTES, forceCloseConnections: true }),
    {
      logger: new SimulatorLogger({
        json: true,
        logLevels: LEVELS.slice(0, LEVEL_COUNT[config.logLevel] ?? 4),
      }),
      abortOnError: false,
    },
  );
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request, reply) => {
      if (OWN_HOST.test(request.headers.host ?? '')) return;
      const problem = {
        status: 403,
        code: 'forbidden_host',
        title: 'Only for this machine',
        requestId: request.id,
      };
      await reply.status(403).type('application/problem+json').send(problem);
    });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();
  await app.listen(config.controlPort, LOOPBACK);
  return app;
}
