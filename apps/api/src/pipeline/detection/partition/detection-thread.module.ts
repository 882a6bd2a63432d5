import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { Config } from '../../../config';
import { CONFIG } from '../../../config.module';
import { DetectionMeter } from './detection-meter';
import { DetectionThread } from './detection-thread.lifecycle';

/** Where the build puts `detection.thread.ts`, seen from the built `main.js`, of which this file becomes a part. */
const SCRIPT = join(__dirname, 'pipeline', 'detection', 'partition', 'detection.thread.js');

/** Detection as the role `worker` has it. A module apart: no order is given out before it has started. */
@Module({
  providers: [
    {
      provide: DetectionThread,
      inject: [CONFIG, DetectionMeter],
      useFactory: (config: Config, meter: DetectionMeter) =>
        new DetectionThread({ isOn: config.detection, script: SCRIPT, config, meter }),
    },
  ],
  exports: [DetectionThread],
})
export class DetectionThreadModule {}
