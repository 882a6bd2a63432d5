import 'reflect-metadata';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import type { RedisConnection } from '@watchfloor/redis';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module';
import { type Config, ConfigError, readConfig } from './config';
import { serveDashboard } from './gateway/dashboard-files.lifecycle';
import { serveApiDocs } from './http/api-docs.lifecycle';
import { createHttpApplication } from './http/http-application.lifecycle';
import { PartitionsChangedError } from './pipeline/partition-settings.lifecycle';
import { PIPELINE_REDIS } from './redis.module';
import { endInTime } from './shutdown-deadline.lifecycle';

const VERSION = '0.1.0';

async function main(): Promise<void> {
  const config = readConfig();
  if (config.roles.has('edge') || config.roles.has('gateway')) await serve(config);
  else await work(config);
}

/** Roles that answer requests. */
async function serve(config: Config): Promise<void> {
  const app = await createHttpApplication(AppModule.with(config), { bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.useWebSocketAdapter(new WsAdapter(app));
  app.enableShutdownHooks();
  endInTime(app.get<RedisConnection>(PIPELINE_REDIS));
  serveApiDocs(app, VERSION);
  if (config.roles.has('gateway')) await serveDashboard(app, join(__dirname, '..', 'dashboard'));
  await app.listen(config.port, config.host);
  app.get(Logger).log(`Watchfloor ${[...config.roles].join(', ')} at ${await app.getUrl()}`);
}

/** A worker alone answers nobody: it has no port. */
async function work(config: Config): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule.with(config), { bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
  endInTime(app.get<RedisConnection>(PIPELINE_REDIS));
  app.get(Logger).log('Watchfloor worker takes work orders');
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof PartitionsChangedError;
  process.stderr.write(
    `${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
});
