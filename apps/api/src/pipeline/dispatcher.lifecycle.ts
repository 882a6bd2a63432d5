import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Queue } from 'bullmq';
import type { Clock } from './clock';
import type { OrderConsumer } from './order.consumer';
import type { WorkOrder } from './segment';
import type { Position, SegmentStore } from './segment.store';
import { DISPATCH, JOB_OPTIONS, JOBS, TOPOLOGY } from './topology';

/** An order that was given out; `at` = when it was last known to be on its way. */
interface Outstanding {
  readonly base: string;
  readonly at: number;
  readonly jobId: string;
}

/**
 * Issues work orders from the cursors: at most one a stage and partition, again when nothing moved for a while. Any
 * worker process can; a lease keeps it to one at a time, since more would only repeat each other. What it remembers
 * is a convenience: with every BullMQ key and all its memory gone, the cursors give the same orders.
 */
export class Dispatcher implements OnApplicationBootstrap {
  readonly #logger = new Logger(Dispatcher.name);
  readonly #outstanding = new Map<string, Outstanding>();
  /** Stages of partitions that were looked at since the lease was taken: what they had then may have been begun before. */
  readonly #known = new Set<string>();
  readonly #foldedAt = new Map<number, number>();
  readonly #lease: string;
  readonly #owner: string;
  #stopped = false;
  #running: Promise<void> | undefined;
  #due = false;
  #endPause: (() => void) | undefined;
  #leaseUntil = 0;
  #sequence = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly segments: SegmentStore,
    private readonly queues: ReadonlyMap<Stage, Queue>,
    private readonly settings: { clock: Clock; owner: string; orders?: OrderConsumer },
  ) {
    this.#lease = keys.global('dispatcher');
    this.#owner = settings.owner;
  }

  onApplicationBootstrap(): void {
    this.settings.orders?.onCommitted(() => this.#wake());
    this.#running = this.#run();
  }

  /** Gives out nothing more. The drain calls it before it closes the first queue. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
    // Frees the lease at once, so that another process goes on without waiting for it to run out.
    if ((await this.redis.get(this.#lease).catch(() => null)) === this.#owner)
      await this.redis.del(this.#lease);
  }

  /** One round over all partitions. Returns how many orders it gave out. */
  async dispatch(): Promise<number> {
    const partitions = Array.from({ length: this.keys.partitions }, (_, partition) => partition);
    const issued = await Promise.all(partitions.map((partition) => this.#dispatchPartition(partition)));
    return issued.reduce((a, b) => a + b, 0);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.#pause(await this.#round());
  }

  /** One round, if this process holds the lease. Returns how long to wait for the next, in ms. */
  async #round(): Promise<number> {
    const elsewhere = DISPATCH.leaseMs / 4;
    try {
      if (!(await this.#holdLease())) return elsewhere;
      return (await this.dispatch()) > 0 ? DISPATCH.tickMs : DISPATCH.idleTickMs;
    } catch (error) {
      // Redis is away: the next round finds out whether it is back. What is due is in the cursors.
      if (!this.#stopped) this.#logger.warn(`A round of work orders failed: ${messageOf(error)}`);
      return elsewhere;
    }
  }

  async #holdLease(): Promise<boolean> {
    const now = this.settings.clock();
    if (now < this.#leaseUntil - DISPATCH.leaseMs / 2) return true;
    const holder = await this.redis.get(this.#lease);
    if (holder === this.#owner) await this.redis.pexpire(this.#lease, DISPATCH.leaseMs);
    else if ((await this.redis.set(this.#lease, this.#owner, 'PX', DISPATCH.leaseMs, 'NX')) !== 'OK')
      return false;
    else this.#known.clear();
    this.#leaseUntil = now + DISPATCH.leaseMs;
    return true;
  }

  async #dispatchPartition(partition: number): Promise<number> {
    const positions = await this.segments.positions(partition);
    let issued = 0;
    for (const [i, { stage }] of TOPOLOGY.entries()) {
      const position = positions[i];
      if (position && (await this.#issue(stage, partition, position))) issued++;
    }
    await this.#issueFold(partition);
    return issued;
  }

  async #issue(stage: Stage, partition: number, position: Position): Promise<boolean> {
    const name = `${stage}-${partition}`;
    const isFirstLook = !this.#known.has(name);
    this.#known.add(name);
    if (position.to === '') {
      this.#outstanding.delete(name);
      return false;
    }
    const now = this.settings.clock();
    const previous = this.#outstanding.get(name);
    if (previous?.base === position.cursor) {
      if (now - previous.at < DISPATCH.redispatchAfterMs) return false;
      if (await this.#isAlive(stage, previous.jobId)) {
        this.#outstanding.set(name, { ...previous, at: now });
        return false;
      }
      this.#logger.warn(`The order of ${name} behind ${position.cursor} is given out again`);
    }
    // A record of an earlier attempt may still exist; the same id would then add nothing.
    const jobId = `${name}-${position.cursor}-${this.#owner}-${this.#sequence++}`;
    this.#outstanding.set(name, { base: position.cursor, at: now, jobId });
    const order: WorkOrder = {
      stage,
      partition,
      base: position.cursor,
      to: position.to,
      ...(isFirstLook || previous?.base === position.cursor ? { again: true } : {}),
    };
    await this.queues.get(stage)?.add(JOBS.order, order, { ...JOB_OPTIONS, jobId });
    return true;
  }

  /**
   * Whether an order still waits for a worker, or is held by one: under load it may take seconds, and a second one would
   * only add to the load. A dead worker's job is BullMQ's to find; what it lost altogether is ours.
   */
  async #isAlive(stage: Stage, jobId: string): Promise<boolean> {
    const state = await this.queues.get(stage)?.getJobState(jobId);
    return state === 'waiting' || state === 'active';
  }

  async #issueFold(partition: number): Promise<void> {
    const now = this.settings.clock();
    // Spread over the period, so that the partitions do not fold all at once.
    const due =
      this.#foldedAt.get(partition) ?? now - (DISPATCH.foldEveryMs * partition) / this.keys.partitions;
    this.#foldedAt.set(partition, due);
    if (now - due < DISPATCH.foldEveryMs) return;
    this.#foldedAt.set(partition, now);
    await this.queues
      .get('aggregation')
      ?.add(JOBS.fold, { partition }, { ...JOB_OPTIONS, removeOnComplete: true });
  }

  /** A commit of this process made room for an order: look again soon. */
  #wake(): void {
    this.#due = true;
    this.#endPause?.();
  }

  async #pause(ms: number): Promise<void> {
    // The shortest pause bounds what a busy worker spends on looking.
    await delay(DISPATCH.shortestTickMs);
    if (!this.#due) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms - DISPATCH.shortestTickMs);
        this.#endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#due = false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
