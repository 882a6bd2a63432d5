import 'reflect-metadata';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { Config } from '../../../config';
import { ConfigModule } from '../../../config.module';
import { LogModule } from '../../../log.module';
import { RedisModule } from '../../../redis.module';
import { DetectionMeter } from './detection-meter';
import { DetectionModule } from './detection.module';

/** Several for each report of the process, so that each covers about the time that it says. */
const FIGURES_EVERY_MS = 100;

/** As much of the application as detection needs: no stages, no queues, one connection. */
@Module({})
class DetectionApplication {
  static with(config: Config): DynamicModule {
    return {
      module: DetectionApplication,
      imports: [LogModule.with(config), ConfigModule.with(config), RedisModule, DetectionModule],
    };
  }
}

/** Runs until the parent sends a message: signals are the parent's business. */
async function detect(parent: MessagePort, config: Config): Promise<void> {
  const app = await NestFactory.createApplicationContext(DetectionApplication.with(config), {
    bufferLogs: true,
    // What fails before it has started is told by the parent, once.
    abortOnError: false,
    autoFlushLogs: false,
  });
  app.useLogger(app.get(Logger));
  app.flushLogs();
  parent.once('message', () => {
    // Ends the thread alone, with whatever it still has open.
    void app.close().then(() => process.exit(0));
  });
  const meter = app.get(DetectionMeter);
  const tell = (): void => parent.postMessage(meter.take());
  setInterval(tell, FIGURES_EVERY_MS);
  tell();
}

if (parentPort === null) throw new Error('Detection is started by a worker, as a thread');
// A rejection is not caught: it ends the thread and reaches the parent as its error.
void detect(parentPort, workerData as Config);
