import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from '../../clock';
import { DETECTION, LIVE_TIMELINE } from '../../topology';
import { problemText } from '../read-rules';
import type { RuleFiles } from '../rule-files.store';
import type { RuleSet } from '../rule-set';
import type { Arrivals, ArrivalsStore } from './arrivals.store';
import type { DetectionMeter, DetectionStanding } from './detection-meter';
import { askingOrder, leaseShare } from './lease-share';
import type { LeaseStore } from './lease.store';
import { type PartitionFollower, TakenOverError } from './partition-follower.consumer';

const WARN_EVERY_MS = 5_000;

export interface DetectionSettings {
  /** Off: nothing is taken, as if this process were no worker. */
  readonly isOn: boolean;
  readonly files: RuleFiles;
  readonly owner: string;
  readonly partitions: number;
  readonly clock: Clock;
  readonly meter: DetectionMeter;
  /** Workers that run detection, as far as is known. */
  readonly liveWorkers: () => Promise<number>;
  /** A new follower for a partition that was just taken. */
  readonly follow: (partition: number, token: number) => PartitionFollower;
}

/**
 * Runs detection: holds leases of as many partitions as are its share, and lets their followers take
 * turns. State has an affinity to the process that has it in memory, so partitions are owned for as long as it lives and
 * not handed out order by order.
 */
export class DetectionRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(DetectionRunner.name);
  readonly #followers = new Map<number, PartitionFollower>();
  #running: Promise<unknown> | undefined;
  #unwatch: (() => void) | undefined;
  readonly #ending = new AbortController();
  #share = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly leases: LeaseStore,
    private readonly arrivals: ArrivalsStore,
    private readonly settings: DetectionSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.isOn) return;
    this.settings.meter.follow(() => this.#standing());
    this.#reportProblems(this.settings.files.current);
    this.#unwatch = this.settings.files.watch((current) => this.#reportProblems(current));
    this.#running = Promise.all([this.#keepLeases(), this.#run()]);
  }

  /** The followers of the partitions that this process owns. */
  get followers(): Iterable<PartitionFollower> {
    return this.#followers.values();
  }

  /** Behind `onModuleDestroy`, in which a connection ends whose server is gone: otherwise this would wait for it. */
  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Writes what it has and gives its partitions back. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#unwatch?.();
    await this.#running;
    for (const follower of [...this.#followers.values()]) await this.#giveBack(follower);
  }

  /** One round over the partitions it owns; what is more than its share goes back. Returns whether there was anything to take. */
  async round(): Promise<boolean> {
    for (const follower of [...this.#followers.values()].slice(this.#share)) await this.#giveBack(follower);
    const arrivals = await this.#look();
    let took = false;
    for (const follower of [...this.#followers.values()]) {
      try {
        took = (await follower.step(arrivals)) || took;
      } catch (error) {
        await this.#giveUp(follower, error);
      }
    }
    return took;
  }

  /** Renews its leases and asks for what is free, up to its share. */
  async tendLeases(): Promise<void> {
    const { partitions, owner, clock, liveWorkers, follow } = this.settings;
    this.#share = leaseShare(partitions, await liveWorkers());
    for (const { partition, token } of [...this.#followers.values()])
      if (!(await this.leases.renew(partition, token))) this.#followers.delete(partition);
    for (const partition of askingOrder(partitions, clock() % partitions)) {
      if (this.#followers.size >= this.#share || this.#ending.signal.aborted) return;
      if (this.#followers.has(partition)) continue;
      const token = await this.leases.claim(partition, owner);
      if (token !== undefined) this.#followers.set(partition, follow(partition, token));
    }
  }

  #standing(): DetectionStanding {
    const followers = [...this.#followers.values()];
    const timelines = followers.flatMap(({ detection }) => (detection ? [...detection.timelines] : []));
    const live = timelines.filter(({ timeline }) => timeline === LIVE_TIMELINE);
    const reached = live.flatMap(({ progress }) => (progress ? [progress.watermark] : []));
    const counts = timelines.map((timeline) => timeline.counts);
    return {
      rules: followers[0]?.rules ?? 0,
      partitions: followers.length,
      lag: followers.reduce((sum, { lag }) => sum + lag, 0),
      watermark: reached.length === 0 ? null : Math.min(...reached),
      lateForDetection: counts.reduce((sum, { lateForDetection }) => sum + lateForDetection, 0),
      evictions: counts.reduce((sum, { evictions }) => sum + evictions, 0),
      failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    };
  }

  /** Apart from the rounds, so that a long one loses no lease. */
  async #keepLeases(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.tendLeases().catch((error: unknown) =>
        this.#warn('Leases of detection were not tended', error),
      );
      await this.#pause(DETECTION.renewEveryMs);
    }
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const took = await this.round().catch((error: unknown) => {
        this.#warn('A round of detection failed', error);
        return false;
      });
      await this.#pause(took ? DETECTION.tickMs : DETECTION.idleTickMs);
    }
  }

  /** What may still arrive, looked for once in a while: the answer is older than what a follower then finds. */
  async #look(): Promise<Arrivals | undefined> {
    const now = this.settings.clock();
    if (now - this.#lookedAt < DETECTION.renewEveryMs) return undefined;
    this.#lookedAt = now;
    return this.arrivals.read();
  }

  async #giveBack(follower: PartitionFollower): Promise<void> {
    this.#followers.delete(follower.partition);
    try {
      await follower.checkpoint();
      await this.leases.release(follower.partition, follower.token);
    } catch (error) {
      this.#warn(`Partition ${follower.partition} was given back without a checkpoint`, error);
    }
  }

  /** Another owner, or this one after a while, goes on from the checkpoint. */
  async #giveUp({ partition, token }: PartitionFollower, error: unknown): Promise<void> {
    this.#followers.delete(partition);
    if (error instanceof TakenOverError) return;
    this.#warn(`Detection of partition ${partition} begins again at its checkpoint`, error);
    await this.leases.release(partition, token).catch(() => undefined);
  }

  /** Says which rules are in use, and what is wrong with newer ones for which they stay. */
  #reportProblems({ rules, problems }: RuleSet): void {
    if (problems.length === 0) this.#logger.log(`Detection uses ${rules.length} rules`);
    for (const problem of problems) this.#logger.warn(`A rule cannot be used: ${problemText(problem)}`);
  }

  #warn(what: string, error: unknown): void {
    if (this.#ending.signal.aborted) return;
    const now = performance.now();
    if (now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    this.#logger.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
