import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Worker } from 'node:worker_threads';

/** How often the process gives a sign, and how many signs may fail to come before it is taken for lost. */
const WATCH = { everyMs: 1_000, missing: 20 } as const;

/**
 * The code of the watching thread: it counts its own looks, so that a process that was stopped as a whole and goes on is
 * not taken for one that hangs. Killed, not ended: a loop without end lets nothing of the process run.
 */
const WATCHER = `
const { workerData } = require('node:worker_threads');
const signs = new Int32Array(workerData.signs);
let seen = -1;
let missing = 0;
setInterval(() => {
  const now = Atomics.load(signs, 0);
  missing = now === seen ? missing + 1 : 0;
  seen = now;
  if (missing >= workerData.missing) process.kill(process.pid, 'SIGKILL');
}, workerData.everyMs);
`;

/**
 * Ends the process when its event loop stands still: an event that makes a stage loop for ever would otherwise hold one worker
 * after the other, each alive and of no use. The order comes again elsewhere, and is counted (see crash-isolation/).
 */
export class LoopWatchdog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #watcher: Worker | undefined;

  constructor(private readonly watch: { everyMs: number; missing: number } = WATCH) {}

  onApplicationBootstrap(): void {
    const signs = new Int32Array(new SharedArrayBuffer(4));
    this.#timer = setInterval(() => Atomics.add(signs, 0, 1), this.watch.everyMs);
    this.#watcher = new Worker(WATCHER, { eval: true, workerData: { ...this.watch, signs: signs.buffer } });
    this.#timer.unref();
    this.#watcher.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#watcher?.terminate();
  }
}
