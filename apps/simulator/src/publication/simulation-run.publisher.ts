import { setTimeout as sleep } from 'node:timers/promises';
import type { EventGenerator } from '../generation/event-generator';
import type { Lane, NativeLine } from '../generation/line-queue';
import { BatchPool, type LineBatch } from './line-batch';
import type { LogLinesPublisher, LogRequest } from './log-lines.publisher';
import type { VirtualClock } from './virtual-clock';

/** Lines are generated in steps of this much wall time; a request carries what one step wrote. */
const STEP_MS = 250;
/**
 * A step is at most this much event time. Two steps may be under way at once, so requests overtake each other by less
 * than 4 s of event time, which the pipeline's 5 s of out-of-orderness absorb at any speed.
 */
const LONGEST_STEP_US = 2_000_000;
/** Lines between two looks at whether requests may still be sent. */
const LINES_PER_TURN = 5_000;
/** A pause ends within this time. */
const PAUSE_POLL_MS = 100;

export interface SimulationRunOptions {
  /** Begins every idempotency key. */
  readonly runId: string;
  readonly clock: VirtualClock;
  readonly speed: number;
  readonly timeline: string | undefined;
  /** Behind by more than this, the rest of the run happens later instead of all at once. */
  readonly longestLagMs: number;
  /** Where the run begins; 0 for one that was not interrupted. */
  readonly positionUs?: number;
  /** Share of the requests that are sent again after their answer, to rehearse duplicates. */
  readonly resendShare: number;
  readonly onLine: (line: NativeLine) => void;
}

interface OpenBatch {
  readonly lane: Lane;
  readonly batch: LineBatch;
}

/** One running simulation: generates what is due and sends it. */
export class SimulationRun {
  private stopped = false;
  private paused = false;
  private positionUs: number;
  private requests = 0;
  private readonly pool = new BatchPool();
  private readonly pending = new Set<Promise<unknown>>();
  private stepBefore: Promise<unknown> = Promise.resolve();
  private readonly open: (OpenBatch | undefined)[] = [];

  constructor(
    private readonly generator: EventGenerator,
    private readonly publisher: LogLinesPublisher,
    private readonly options: SimulationRunOptions,
  ) {
    this.positionUs = options.positionUs ?? 0;
  }

  /** How far the run has come, in microseconds from its start; everything before is sent or under way. */
  get offsetUs(): number {
    return this.positionUs;
  }

  /**
   * Runs until the generator has finished (true) or `stop` is called (false); resolves when every request has its
   * answer.
   */
  async run(): Promise<boolean> {
    const stepUs = Math.min(LONGEST_STEP_US, STEP_MS * 1000 * this.options.speed);
    while (!this.stopped && !this.generator.finished) {
      const untilUs = this.positionUs + stepUs;
      if (!(await this.due(untilUs))) continue;
      this.forgiveLag(untilUs);
      await this.sendUntil(untilUs);
      this.positionUs = untilUs;
    }
    await Promise.all(this.pending);
    return !this.stopped;
  }

  pause(): void {
    this.paused = true;
    this.options.clock.pause(performance.now());
  }

  /** Goes on; events happen from now on, not when they would have without the pause. */
  resume(): void {
    this.paused = false;
    this.generator.postpone(this.options.clock.resume(performance.now()));
  }

  setRate(linesPerSecond: number): void {
    this.generator.setRate(linesPerSecond);
  }

  /** Ends the run after the current step. */
  stop(): void {
    this.stopped = true;
  }

  /** Waits a little at most, so that a pause or a stop is seen; true when the offset has been reached. */
  private async due(offsetUs: number): Promise<boolean> {
    const waitMs = this.paused ? PAUSE_POLL_MS : this.options.clock.waitMs(offsetUs, performance.now());
    if (waitMs > 0) await sleep(Math.min(waitMs, PAUSE_POLL_MS));
    return !this.paused && this.options.clock.waitMs(offsetUs, performance.now()) <= 0;
  }

  /** After an outage of the receiver events happen now again: an old one would only be late. */
  private forgiveLag(untilUs: number): void {
    const lagMs = this.options.clock.lagMs(untilUs, performance.now());
    if (lagMs <= this.options.longestLagMs) return;
    this.options.clock.postpone(lagMs);
    this.generator.postpone(lagMs);
  }

  private async sendUntil(untilUs: number): Promise<void> {
    let more = true;
    while (more && !this.stopped) {
      await this.publisher.capacity();
      more = this.generator.generate(untilUs, (line) => this.add(line), LINES_PER_TURN);
    }
    for (const open of this.open) if (open !== undefined) this.send(open);
    this.open.length = 0;
    await this.stepBefore;
    this.stepBefore = Promise.all(this.pending);
  }

  private add(line: NativeLine): void {
    this.options.onLine(line);
    const { lane } = line;
    const open = this.open[lane.index] ?? this.begin(lane);
    if (open.batch.append(line.text)) return;
    this.send(open);
    this.begin(lane).batch.append(line.text);
  }

  private begin(lane: Lane): OpenBatch {
    const open = { lane, batch: this.pool.take() };
    this.open[lane.index] = open;
    return open;
  }

  private send({ lane, batch }: OpenBatch): void {
    this.requests += 1;
    const { runId, timeline, resendShare } = this.options;
    const request = {
      dataset: lane.dataset,
      query: {
        ...(lane.host === undefined ? {} : { host: lane.host }),
        ...(timeline === undefined ? {} : { timeline }),
      },
      key: `${runId}-${this.requests}`,
      body: batch.body,
      lines: batch.lines,
    };
    const again = Math.floor(this.requests * resendShare) > Math.floor((this.requests - 1) * resendShare);
    const done = this.deliver(request, again).finally(() => {
      this.pool.giveBack(batch);
      this.pending.delete(done);
    });
    this.pending.add(done);
  }

  private async deliver(request: LogRequest, again: boolean): Promise<void> {
    await this.publisher.send(request);
    if (again) await this.publisher.send(request, true);
  }
}
