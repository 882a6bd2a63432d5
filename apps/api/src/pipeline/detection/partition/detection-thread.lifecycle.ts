import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Config } from '../../../config';
import { type DetectionFigures, type DetectionMeter, NO_FIGURES } from './detection-meter';

/** From the end of a thread to the start of the next. Its leases run out within 5 s, so that sooner would gain nothing. */
const RESTART_AFTER_MS = 1_000;

/** How often the thread is looked at, and how often it may have said nothing before it is taken for one that hangs. */
const WATCH = { everyMs: 1_000, missing: 20 } as const;

export interface DetectionThreadSettings {
  /** Off: there is no thread. */
  readonly isOn: boolean;
  /** The built script of the thread, absolute. It posts `DetectionFigures`, the first ones when it has started. */
  readonly script: string;
  /** What the script is given. */
  readonly config: Config;
  /** Gets what the thread measures, and with it the report of this process. */
  readonly meter: DetectionMeter;
  readonly watch?: { readonly everyMs: number; readonly missing: number };
}

/** One thread, from its start to its end. */
interface Run {
  readonly worker: Worker;
  /** Rejects when the thread ends before it has started. */
  readonly started: Promise<void>;
  /** Resolves with what ended it; undefined where it ended as it was told. */
  readonly ended: Promise<Error | undefined>;
}

/**
 * Runs detection on a thread of its own, so that rules and stages hold each other up no more than two processes would, and a
 * worker uses two cores. A thread that dies or hangs is replaced by another, which goes on from the checkpoints: what the process
 * does besides is not touched.
 */
export class DetectionThread implements OnApplicationBootstrap {
  readonly #logger = new Logger(DetectionThread.name);
  readonly #ending = new AbortController();
  #run: Run | undefined;
  #kept: Promise<void> | undefined;

  constructor(private readonly settings: DetectionThreadSettings) {}

  /** Rejects when detection cannot start: a worker with rules that cannot be read must not look like one that works. */
  async onApplicationBootstrap(): Promise<void> {
    const { isOn, script } = this.settings;
    if (!isOn) return;
    if (!existsSync(script)) throw new Error(`${script} is missing: build it with \`npx nx build api\``);
    const first = this.#start();
    await first.started;
    this.#kept = this.#keep(first);
  }

  /** Resolves when the thread has written where it is, given its partitions back and ended; the drain calls it behind the last stage. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#run?.worker.postMessage('stop');
    await this.#kept;
  }

  /** Ends the thread wherever it is. Unless it was to stop, another follows. */
  async terminate(): Promise<void> {
    await this.#run?.worker.terminate();
  }

  /** Replaces a thread that ended by itself, for as long as this process detects. */
  async #keep(first: Run): Promise<void> {
    for (let run = first; ; run = this.#start()) {
      const err = await run.ended;
      this.settings.meter.add(NO_FIGURES);
      const isTold = this.#ending.signal.aborted;
      if (err || !isTold) this.#logger.warn({ err }, 'The thread of detection ended');
      await delay(RESTART_AFTER_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
    }
  }

  #start(): Run {
    const { script, config, meter, watch } = this.settings;
    const worker = new Worker(script, { name: 'detection', workerData: config });
    const ended = endOf(worker, watch ?? WATCH);
    worker.on('message', (figures: DetectionFigures) => meter.add(figures));
    const started = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      void ended.then((reason) => reject(reason ?? new Error('it ended before it had started')));
    });
    started.catch(() => undefined);
    this.#run = { worker, started, ended };
    return this.#run;
  }
}

/** Resolves with what ended a thread. One that says nothing for too long is ended, as is a loop without end. */
function endOf(
  worker: Worker,
  { everyMs, missing }: { everyMs: number; missing: number },
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let reason: Error | undefined;
    let silent = 0;
    // Looks are counted and not time, so that a process that was stopped as a whole and goes on finds no fault.
    const looks = setInterval(() => {
      if (++silent !== missing) return;
      reason = new Error(`it gave no sign for ${missing * everyMs} ms`);
      void worker.terminate();
    }, everyMs);
    worker.on('message', () => (silent = 0));
    worker.on('error', (error) => (reason = error));
    worker.once('exit', (code) => {
      clearInterval(looks);
      resolve(reason ?? (code === 0 ? undefined : new Error(`exit code ${code}`)));
    });
  });
}
