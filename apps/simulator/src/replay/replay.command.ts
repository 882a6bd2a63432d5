import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config';
import { allowedTarget } from '../publication/allow-list';
import { LogLinesPublisher, type SendOutcome } from '../publication/log-lines.publisher';
import { announceTimeline } from '../publication/timeline-announcement.publisher';
import type { CommandResult } from '../simulation/simulate.command';
import { LineClock } from './line-time';
import { RecordedLog } from './recorded-log.store';
import { replayBatches, type ReplayBatch } from './replay-batches';
import { queryOf, replayRequest, type ReplayOptions, type ReplayRequest } from './replay-request';
import { ReplayRuns } from './replay-runs.store';

const TIMEOUT_MS = 30_000;
const ANNOUNCE_TIMEOUT_MS = 3_000;
const GIVE_UP_AFTER_MS = 300_000;
const SECOND_US = 1_000_000;
/** A paced batch waits at most this much real time for its last line. */
const PACED_SPAN_US = 250_000;

/** A request of the replay was refused for good. */
export class ReplayRefusedError extends Error {
  constructor(firstLine: number, { status, code }: { status: number; code: string }) {
    const why =
      status === 422 ? 'the run id was used with another file or other options' : `${status} ${code}`;
    super(`the lines from ${firstLine} on were refused: ${why}`);
    this.name = 'ReplayRefusedError';
  }
}

/** The pace of a replay: when each batch is due on the monotonic clock. */
class Pace {
  private anchor: { readonly ms: number; readonly us: number } | undefined;

  constructor(private readonly speed: number) {}

  /** Milliseconds until the last event of a batch has happened: nothing is sent before its time. */
  waitMs({ firstUs, lastUs }: ReplayBatch, nowMs: number): number {
    if (this.speed === Infinity || firstUs === undefined || lastUs === undefined) return 0;
    this.anchor ??= { ms: nowMs, us: firstUs };
    return Math.max(0, this.anchor.ms + (lastUs - this.anchor.us) / 1000 / this.speed - nowMs);
  }

  /** Forgets the pace: the next batch is due at once. What was sent before is not waited for again. */
  restart(): void {
    this.anchor = undefined;
  }
}

/** `replay`: sends a recorded log through the pipeline, batch after batch in order. */
@Injectable()
export class ReplayCommand {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly runs: ReplayRuns,
  ) {}

  /** @throws RangeError or TargetRefusedError for what was asked wrongly, ReplayRefusedError when the api refuses. */
  async run(path: string, options: ReplayOptions, signal: AbortSignal): Promise<CommandResult> {
    const log = new RecordedLog(path);
    const request = replayRequest(options, log.isFile, `r${randomBytes(5).toString('hex')}`);
    const target = allowedTarget(options.target ?? this.config.target, this.config.allowedHosts);
    process.stderr.write(`run ${request.run}, timeline ${request.timeline ?? 'live'}\n`);
    const shiftUs = request.shiftToNow ? await this.shift(log, request, target) : 0;
    const publisher = new LogLinesPublisher({
      target,
      inFlight: 1,
      timeoutMs: TIMEOUT_MS,
      giveUpAfterMs: GIVE_UP_AFTER_MS,
    });
    signal.addEventListener('abort', () => publisher.giveUp());
    const startedAt = performance.now();
    const announce = async (state: 'open' | 'ended'): Promise<void> => {
      if (request.timeline === undefined) return;
      await announceTimeline(target, request.timeline, state, ANNOUNCE_TIMEOUT_MS);
    };
    try {
      await announce('open');
      const lines = await this.send(log, { request, shiftUs, publisher, signal });
      if (!signal.aborted) await announce('ended');
      return resultOf({ request, publisher, lines, seconds: (performance.now() - startedAt) / 1000, signal });
    } finally {
      await publisher.close();
    }
  }

  private clock(request: ReplayRequest): LineClock {
    const { dataset, timezone = 'UTC', year } = request;
    return new LineClock({ dataset, timezone, year, nowMs: Date.now() });
  }

  /** How far to move the log, in whole seconds, so that no notation rounds two lines differently. */
  private async shift(log: RecordedLog, request: ReplayRequest, target: URL): Promise<number> {
    const options = JSON.stringify([
      request.dataset,
      request.year,
      request.timezone,
      request.speed,
      request.timeline,
    ]);
    const firstLine = (await log.first((line) => line)) ?? '';
    const identity = { run: request.run, target: target.href, firstLine };
    const known = await this.runs.find(identity);
    if (known !== undefined && known.options !== options)
      throw new RangeError(`--run ${request.run}: was started with other options`);
    if (known !== undefined) return known.shiftUs;
    const anchorUs = await this.anchorUs(log, request);
    const nowMs = Date.now();
    const shiftUs = Math.floor((nowMs * 1000 - anchorUs) / SECOND_US) * SECOND_US;
    await this.runs.save(identity, { shiftUs, options }, nowMs);
    return shiftUs;
  }

  /** The time that becomes now: of the newest line at full speed, of the first one when the pace is kept. */
  private async anchorUs(log: RecordedLog, request: ReplayRequest): Promise<number> {
    const clock = this.clock(request);
    let anchorUs: number | undefined;
    if (request.speed !== Infinity) anchorUs = await log.first((line) => clock.read(line).us);
    else
      for await (const line of log.lines()) {
        const { us } = clock.read(line);
        if (us !== undefined) anchorUs = Math.max(anchorUs ?? us, us);
      }
    if (anchorUs === undefined) throw new RangeError('--shift-to-now: no line has a time that can be read');
    return anchorUs;
  }

  private async send(
    log: RecordedLog,
    {
      request,
      shiftUs,
      publisher,
      signal,
    }: {
      readonly request: ReplayRequest;
      readonly shiftUs: number;
      readonly publisher: LogLinesPublisher;
      readonly signal: AbortSignal;
    },
  ): Promise<number> {
    const { speed } = request;
    const spanUs = speed === Infinity ? Infinity : PACED_SPAN_US * speed;
    const pace = new Pace(speed);
    let lines = 0;
    for await (const batch of replayBatches(log.lines(), { clock: this.clock(request), shiftUs, spanUs })) {
      await wait(pace.waitMs(batch, performance.now()), signal);
      if (signal.aborted) break;
      const outcome = await publisher.send(requestOf(batch, request));
      if (outcome.kind === 'refused') throw new ReplayRefusedError(batch.firstLine, outcome);
      if (wasSentBefore(outcome)) pace.restart();
      lines += batch.fileLines;
    }
    return lines;
  }
}

const wasSentBefore = (outcome: SendOutcome): boolean => outcome.kind === 'answered' && outcome.replayed;

function requestOf(batch: ReplayBatch, request: ReplayRequest) {
  return {
    dataset: request.dataset,
    query: queryOf(request, batch.year),
    key: `${request.run}-${batch.firstLine}`,
    body: Buffer.from(`${batch.lines.join('\n')}\n`, 'latin1'),
    lines: batch.lines.length,
  };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function resultOf({
  request,
  publisher,
  lines,
  seconds,
  signal,
}: {
  readonly request: ReplayRequest;
  readonly publisher: LogLinesPublisher;
  readonly lines: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}): CommandResult {
  const figures = publisher.ledger.figures();
  const { accepted, duplicates, rejected, refused } = figures;
  const timeline = request.timeline ?? 'live';
  return {
    figures: {
      run: request.run,
      timeline,
      lines,
      ...figures,
      seconds: Math.round(seconds * 1000) / 1000,
      eventsPerSecond: Math.round(figures.sent / seconds),
    },
    summary: `run ${request.run} on timeline ${timeline}: ${lines} lines, ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected, ${refused} refused`,
    succeeded: !signal.aborted && refused === 0,
  };
}
